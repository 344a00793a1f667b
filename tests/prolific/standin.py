"""A stand-in for Prolific: the part of its API that Redpen uses, over real HTTP on the loopback, with its faults.

    with StandIn() as prolific:
        study = prolific.study(places=3)
        session = prolific.take(study, "p1")
        address = prolific.address(study, session, "http://redpen.test/enter/study/1")

It pays and approves as the documentation says: a bonus that is paid twice is paid twice. `fail` makes the next answers
go wrong; `send` and `resend` deliver webhooks as they are wanted: late, twice, in any order, wrongly signed.
"""

import base64
import hmac
import itertools
import json
import re
import secrets
import threading
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Literal, Self
from urllib.parse import parse_qs, urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

API, TOKEN, SECRET = "/api/v1", "a-token-of-tests", "a-webhook-secret-of-tests"

Fault = Literal["429", "500", "503", "slow", "dropped", "dropped after"]


@dataclass
class Submission:
    id: str
    participant_id: str
    study_id: str
    status: str = "ACTIVE"
    study_code: str = ""
    bonus_payments: list[int] = field(default_factory=list)


@dataclass
class Event:
    """A webhook that is to be delivered."""

    id: str
    body: bytes
    happened: float


class StandIn:
    """`asked`: method and path of every request. `bonuses`: {reference: (study, [(person, pence)])}; `paid`: their
    references, each as often as it was paid. `messages`: (person, text)."""

    def __init__(self) -> None:
        self.studies: dict[str, dict[str, Any]] = {}
        self.submissions: dict[str, Submission] = {}
        self.bonuses: dict[str, tuple[str, list[tuple[str, int]]]] = {}
        self.paid: list[str] = []
        self.messages: list[tuple[str, str]] = []
        self.events: list[Event] = []
        self.asked: list[str] = []
        self.faults: list[tuple[re.Pattern[str], Fault]] = []
        self.lock = threading.RLock()
        self.keys = {"k1": rsa.generate_private_key(public_exponent=65537, key_size=2048)}
        self._numbers = itertools.count(1)
        standin = self

        class Handler(_Handler):
            prolific = standin

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self.server.daemon_threads = True
        self.host = f"127.0.0.1:{self.server.server_address[1]}"
        self.url = f"http://{self.host}"

    def __enter__(self) -> Self:
        threading.Thread(target=self.server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.shutdown()
        self.server.server_close()

    def environment(self) -> dict[str, str]:
        """What makes Redpen take this for Prolific."""
        return {
            "PROLIFIC_API": self.url + API,
            "PROLIFIC_TOKEN": TOKEN,
            "PROLIFIC_WEBHOOK_SECRET": SECRET,
            "PROLIFIC_JWKS_URL": f"{self.url}/.well-known/study/jwks.json",
            "FETCH_ALLOW": self.host,
        }

    def settings(self) -> dict[str, Any]:
        """The same for Django's settings."""
        return {**self.environment(), "FETCH_ALLOW": [self.host]}

    # What happens on the platform

    def study(self, places: int = 3, reward: int = 400, minutes: int = 20) -> str:
        """A new study, published; its id. The reward in pence."""
        key = self._id("study")
        self.studies[key] = {
            "id": key,
            "status": "ACTIVE",
            "total_available_places": places,
            "reward": reward,
            "estimated_completion_time": minutes,
            "completion_codes": [
                {"code": f"{name}{key[-4:].upper()}", "code_type": kind, "actions": [{"action": action}]}
                for name, kind, action in (
                    ("DONE", "COMPLETED", "MANUALLY_REVIEW"),
                    ("OUT", "SCREENED_OUT", "REQUEST_RETURN"),
                )
            ],
        }
        return key

    def code(self, study: str, kind: str = "COMPLETED") -> str:
        codes = self.studies[study]["completion_codes"]
        return str(next(each["code"] for each in codes if each["code_type"] == kind))

    def take(self, study: str, person: str) -> str:
        """Somebody takes a place; their session."""
        session = self._id("session")
        self.submissions[session] = Submission(session, person, study)
        return session

    def address(self, study: str, session: str, where: str, token: str = "") -> str:
        """Where the person is sent: the study's address with its parameters."""
        person = self.submissions[session].participant_id
        signed = f"&prolific_token={token}" if token else ""
        return f"{where}?PROLIFIC_PID={person}&STUDY_ID={study}&SESSION_ID={session}{signed}"

    def signed(self, study: str, session: str, audience: str, **changes: Any) -> str:
        """A token of the study for that session. changes: claims and "prolific" otherwise than they should be, and
        "kid", "alg" and "key"."""
        said = {"participant_id": self.submissions[session].participant_id, "study_id": study, "session_id": session}
        kid, alg, key = changes.pop("kid", "k1"), changes.pop("alg", "RS256"), changes.pop("key", self.keys["k1"])
        claims = {"iss": "prolific", "iat": int(time.time()), "exp": int(time.time()) + 6 * 3600, "aud": audience}
        claims |= {"prolific": said | changes.pop("prolific", {})} | changes
        return jwt.encode({k: v for k, v in claims.items() if v is not None}, key, algorithm=alg, headers={"kid": kid})

    def happen(self, session: str, status: str, code: str = "") -> Event:
        """The submission changes; the webhook about it, which has yet to be sent."""
        with self.lock:
            row = self.submissions[session]
            row.status, row.study_code = status, code or row.study_code
            body = {"event_type": "submission.status.change", "resource_id": session, "status": status}
            body["participant_id"] = row.participant_id
            event = Event(self._id("event"), json.dumps(body).encode(), time.time())
            self.events.append(event)
            return event

    def complete(self, session: str, code: str) -> Event:
        """Somebody hands in a code: by its kind they await review or were screened out."""
        study = self.submissions[session].study_id
        screened = code == self.code(study, "SCREENED_OUT")
        return self.happen(session, "SCREENED OUT" if screened else "AWAITING REVIEW", code)

    def fail(self, path: str, *faults: Fault) -> None:
        """The next requests whose "METHOD path" matches go wrong so, one after the other."""
        self.faults += [(re.compile(path), fault) for fault in faults]

    def send(self, event: Event, to: str, *, secret: str = SECRET, at: float = 0.0, **changed: str) -> int:
        """Deliver a webhook; the status of the answer. at: when it is sent, 0 for now. changed: other headers."""
        stamp = str(int(at or time.time()))
        signature = base64.b64encode(hmac.digest(secret.encode(), stamp.encode() + event.body, "sha256")).decode()
        headers = {
            "Content-Type": "application/json",
            "X-Prolific-Request-Timestamp": stamp,
            "X-Prolific-Request-Signature": signature,
            "X-Event-ID": event.id,
            "X-Timestamp": str(event.happened),
        } | {name.replace("_", "-"): value for name, value in changed.items()}
        request = urllib.request.Request(to, event.body, headers, method="POST")
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                return int(answer.status)
        except urllib.error.HTTPError as error:
            return error.code

    def _id(self, what: str) -> str:
        return f"{what}{next(self._numbers):04d}{secrets.token_hex(6)}"

    # What the API answers

    def answer(self, method: str, path: str, body: Any) -> tuple[int, Any]:
        parts, query = urlsplit(path), parse_qs(urlsplit(path).query)
        steps = [step for step in parts.path.removeprefix(API).split("/") if step]
        match [method, *steps]:
            case ["GET", "studies", key] if key in self.studies:
                return 200, self.studies[key]
            case ["GET", "studies", key, "submissions"] if key in self.studies:
                size, page = int(query.get("page_size", ["20"])[0]), int(query.get("page", ["1"])[0])
                rows = [vars(row) for row in self.submissions.values() if row.study_id == key]
                return 200, {"results": rows[(page - 1) * size : page * size], "meta": {"count": len(rows)}}
            case ["GET", "submissions", key] if key in self.submissions:
                return 200, vars(self.submissions[key])
            case ["POST", "submissions", "bonus-payments"]:
                return self._bonus(body)
            case ["POST", "submissions", key, "transition"] if key in self.submissions:
                row = self.submissions[key]
                if body.get("action") != "APPROVE" or row.status not in ("AWAITING REVIEW", "TIMED-OUT"):
                    return 400, {"error": {"detail": f"{row.status} cannot be approved"}}
                self.happen(key, "APPROVED")
                return 200, vars(row)
            case ["POST", "bulk-bonus-payments", key, "pay"] if key in self.bonuses:
                study, amounts = self.bonuses[key]
                self.paid.append(key)
                for row in self.submissions.values():
                    row.bonus_payments += [
                        pence for person, pence in amounts if (row.study_id, row.participant_id) == (study, person)
                    ]
                return 202, {}
            case ["POST", "messages"]:
                self.messages.append((body["recipient_id"], body["body"]))
                return 201, {}
        return 404, {"error": {"detail": "Not found."}}

    def _bonus(self, body: Any) -> tuple[int, Any]:
        known = {row.participant_id for row in self.submissions.values() if row.study_id == body["study_id"]}
        lines = [line.split(",") for line in body["csv_bonuses"].splitlines() if line]
        amounts = [(person, int(Decimal(amount) * 100)) for person, amount in lines]
        if any(person not in known or pence <= 0 for person, pence in amounts):
            return 400, {"error": {"detail": "Somebody is not in the study."}}
        key = self._id("bonus")
        self.bonuses[key] = (body["study_id"], amounts)
        return 201, {"id": key, "study": body["study_id"], "total_amount": sum(pence for _, pence in amounts)}

    def jwks(self) -> Any:
        keys = []
        for kid, key in self.keys.items():
            public = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key()))
            keys.append({**public, "kid": kid, "alg": "RS256", "use": "sig"})
        return {"keys": keys}

    def fault(self, line: str) -> Fault | None:
        with self.lock:
            for index, (path, fault) in enumerate(self.faults):
                if path.search(line):
                    del self.faults[index]
                    return fault
        return None


class _Handler(BaseHTTPRequestHandler):
    prolific: StandIn
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        self._serve("GET")

    def do_POST(self) -> None:
        self._serve("POST")

    def log_message(self, format: str, *args: Any) -> None:
        pass

    def _serve(self, method: str) -> None:
        length = int(self.headers.get("Content-Length") or 0)
        body = json.loads(self.rfile.read(length)) if length else {}
        line = f"{method} {self.path}"
        self.prolific.asked.append(line)
        fault = self.prolific.fault(line)
        if fault == "slow":
            time.sleep(1.5)
        elif fault == "dropped":
            return self._drop()
        elif fault in ("429", "500", "503"):
            return self._send(int(fault), {"error": {"detail": "Not now."}}, **{"Retry-After": "0"})
        if self.path == "/.well-known/study/jwks.json":
            return self._send(200, self.prolific.jwks())
        if self.headers.get("Authorization") != f"Token {TOKEN}":
            return self._send(401, {"error": {"detail": "Authentication credentials were not provided."}})
        with self.prolific.lock:
            status, said = self.prolific.answer(method, self.path, body)
            if fault == "dropped after":
                return self._drop()
            return self._send(status, said)

    def _send(self, status: int, body: Any, **headers: str) -> None:
        sent = json.dumps(body).encode()
        self.send_response(status)
        for name, value in {"Content-Type": "application/json", "Content-Length": str(len(sent)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(sent)

    def _drop(self) -> None:
        self.close_connection = True
        self.connection.close()
