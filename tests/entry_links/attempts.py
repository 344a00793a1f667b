"""Every way that comes to mind to get into a study without having been let in, and everybody who was let in.

All are requests of a browser that looks at the page, as far as there is one, and sends its form. In means: a session
that is somebody's, or a part that was not there before.
"""

import random
import string
import time
from collections.abc import Callable, Iterator
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from django.core import signing
from django.test import Client
from django.utils.timezone import now, timedelta

from annotator.api.entry_pages import CLAIM_SALT, CLAIM_SECONDS
from annotator.models import EntryLink, Project, Study, User
from annotator.services.entry_links import SALT, links_make
from annotator.services.studies import study_create, study_update
from tests.annotator.factories import make_project, make_study, make_user
from tests.prolific.standin import StandIn
from tests.prolific.wrong import wrong_tokens

LETTERS = string.ascii_letters + string.digits + "-_:=.~ %/"
HOST = "testserver"
STATUSES = ("RESERVED", "AWAITING REVIEW", "APPROVED", "RETURNED", "TIMED-OUT", "REJECTED", "SCREENED OUT")

# Kind of attempt, and what a browser does.
Attempt = tuple[str, Callable[[Client], Any]]


class World:
    """Studies of every kind, with `valid` people for each way in, whom attackers try to be before they come."""

    def __init__(self, prolific: StandIn, valid: int, seed: int) -> None:
        self.prolific, self.random = prolific, random.Random(seed)
        owner = make_user("owner", is_staff=True)
        self.owner, project = owner, make_project(owner)
        self.studies = [make_study(project, owner, f"links {number}", places=9 * valid) for number in range(2)]
        self.public = make_study(project, owner, "public", places=9 * valid, claim_parameter="pid")
        self.paid, self.other = (self._on_prolific(project, owner, valid) for _ in range(2))
        self.links = self._tokens(self.studies[0], valid)
        self.others = self._tokens(self.studies[1], 20)
        self.used, self.expired, self.revoked = (self._tokens(self.studies[0], 20) for _ in range(3))
        for token in self.used:
            Client().post(f"/enter/{token}")
        ids = [link.pk for link in EntryLink.objects.order_by("-created_at")[:40]]
        EntryLink.objects.filter(pk__in=ids).update(expires_at=now() - timedelta(seconds=1))
        self.sessions = [prolific.take(self.paid.external_id, f"person{number}") for number in range(valid)]
        self.tokens = {
            each: prolific.signed(self.paid.external_id, each, HOST) for each in self.sessions[: max(1, valid // 2)]
        }
        self.elsewhere = [prolific.take(self.other.external_id, f"else{number}") for number in range(20)]
        self.claimed = [f"known{number}" for number in range(20)]
        for person in self.claimed:
            client = Client()
            client.post(door(self.public), {"claim": shown(client, f"{door(self.public)}?pid={person}")})
        self.wrong: dict[str, dict[str, str]] = {}
        self.stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)

    def _on_prolific(self, project: Project, owner: User, valid: int) -> Study:
        key = self.prolific.study(places=9 * valid)
        fields = {"texts": 2, "currency": "GBP", "target_per_hour": 12}
        study = study_create(project=project, made_by=owner, name=key, provider="prolific", external_id=key, **fields)
        return study_update(study=study, made_by=owner, state="open")

    def _tokens(self, study: Study, count: int) -> list[str]:
        return [each.token for each in links_make(study=study, made_by=self.owner, people=[""] * count, days=1)]

    # Attempts

    def attacks(self, count: int) -> Iterator[Attempt]:
        """So many, of all kinds in turn."""
        kinds = [
            self.mutated_link,
            self.dead_link,
            self.spliced_link,
            self.forged_link,
            self.mutated_claim,
            self.claim_of_elsewhere,
            self.claim_of_somebody,
            self.untrue_session,
            self.untrue_token,
            self.mutated_token,
        ]
        for number in range(count):
            yield kinds[number % len(kinds)]()

    def mutated_link(self) -> Attempt:
        token = self.mutated(self.random.choice(self.links))
        return "link: mutated", lambda client: client.post(f"/enter/{token}")

    def dead_link(self) -> Attempt:
        kind = self.random.choice(["used", "expired", "revoked"])
        token = self.random.choice(getattr(self, kind))
        return f"link: {kind}", lambda client: client.post(f"/enter/{token}")

    def spliced_link(self) -> Attempt:
        one, two = self.random.choice(self.links).split(":"), self.random.choice(self.others).split(":")
        cut = self.random.choice([(1, 0, 0), (0, 1, 0), (0, 0, 1), (1, 1, 0), (1, 0, 1), (0, 1, 1)])
        token = ":".join((two if take else one)[index] for index, take in enumerate(cut))
        # Two links of the same second have the same middle: that is a link as it was made.
        token += "A" if token in self.links or token in self.others else ""
        return "link: of parts of two", lambda client: client.post(f"/enter/{token}")

    def forged_link(self) -> Attempt:
        body = signing.loads(self.random.choice(self.links), salt=SALT)
        link = self.random.choice(list(EntryLink.objects.values_list("pk", "study_id", "user_id")[:30]))
        body = [body[0], self.studies[1].pk, body[2]] if self.random.random() < 0.5 else [body[0], body[1], link[2]]
        key = "".join(self.random.choices(string.ascii_letters, k=50))
        token = self.random.choice(
            [
                signing.dumps(body, salt=SALT, key=key),
                signing.dumps(body, salt=CLAIM_SALT),
                signing.dumps(body, salt="redpen.entry"),
                # As the server would sign it, for a link of another study or person than the link's.
                signing.dumps(self._mixed(), salt=SALT),
            ]
        )
        return "link: forged, cross-study or cross-person", lambda client: client.post(f"/enter/{token}")

    def _mixed(self) -> list[Any]:
        mine, theirs = (signing.loads(self.random.choice(each), salt=SALT) for each in (self.links, self.others))
        return self.random.choice([[mine[0], theirs[1], mine[2]], [mine[0], mine[1], theirs[2]]])

    def mutated_claim(self) -> Attempt:
        session = self.random.choice(self.sessions)

        def go(client: Client) -> Any:
            claim = shown(client, self.prolific.address(self.paid.external_id, session, door(self.paid)))
            return client.post(door(self.paid), {"claim": self.mutated(claim)})

        return "claim: mutated", go

    def claim_of_elsewhere(self) -> Attempt:
        kind = self.random.choice(["of another study", "stale", "signed as a link"])
        session = self.random.choice(self.sessions)
        body = [self.paid.pk, self.prolific.submissions[session].participant_id, session, self.paid.external_id, ""]

        def go(client: Client) -> Any:
            if kind == "of another study":
                claim = shown(client, f"{door(self.public)}?pid=somebody")
            elif kind == "stale":
                claim = old(body, CLAIM_SECONDS + 1 + self.random.randrange(10**6))
            else:
                claim = signing.dumps(body, salt=SALT)
            return client.post(door(self.paid), {"claim": claim})

        return f"claim: {kind}", go

    def claim_of_somebody(self) -> Attempt:
        person = self.random.choice(self.claimed)

        def go(client: Client) -> Any:
            return client.post(door(self.public), {"claim": shown(client, f"{door(self.public)}?pid={person}")})

        return "claim: a number in use, from another browser", go

    def untrue_session(self) -> Attempt:
        mine, theirs = self.random.choice(self.sessions), self.random.choice(self.elsewhere)
        person = self.prolific.submissions[mine].participant_id
        study, status = self.paid.external_id, ""
        kind = self.random.choice(["person", "session", "study", "made up", "not active"])
        if kind == "person":
            person = self.prolific.submissions[theirs].participant_id
        elif kind == "session":
            mine = theirs
        elif kind == "study":
            study = self.other.external_id
        elif kind == "made up":
            mine = "".join(self.random.choices(string.ascii_lowercase + string.digits, k=24))
        else:
            status = self.random.choice(STATUSES)
        query = f"PROLIFIC_PID={person}&STUDY_ID={study}&SESSION_ID={mine}"

        def go(client: Client) -> Any:
            if status:
                self.prolific.submissions[mine].status = status
            try:
                return client.post(door(self.paid), {"claim": shown(client, f"{door(self.paid)}?{query}")})
            finally:
                if status:
                    self.prolific.submissions[mine].status = "ACTIVE"

        return f"session: {kind}", go

    def untrue_token(self) -> Attempt:
        session = self.random.choice(list(self.tokens))
        if session not in self.wrong:
            self.wrong[session] = wrong_tokens(self.prolific, self.paid.external_id, session, self.stranger, HOST)
        kind, token = self.random.choice(list(self.wrong[session].items()))
        return f"token: {kind}", lambda client: self._bring(client, session, token)

    def mutated_token(self) -> Attempt:
        session = self.random.choice(list(self.tokens))
        kind = self.random.choice(["mutated", "of another session"])
        token = self.mutated(self.tokens[session], "+&#%")
        if kind == "of another session":
            others = [each for each in self.tokens if each != session]
            token = self.tokens[self.random.choice(others)] if others else "x.y.z"
        return f"token: {kind}", lambda client: self._bring(client, session, token)

    def _bring(self, client: Client, session: str, token: str) -> Any:
        address = self.prolific.address(self.paid.external_id, session, door(self.paid), token)
        return client.post(door(self.paid), {"claim": shown(client, address)})

    def mutated(self, text: str, but: str = "") -> str:
        """The same text with one to three letters changed, put in, left out or swapped."""
        changed = list(text)
        while "".join(changed) == text:
            for _ in range(self.random.randint(1, 3)):
                place, letter = self.random.randrange(len(changed)), self.random.choice(LETTERS)
                letter = "A" if letter in but else letter
                match self.random.randrange(4):
                    case 0:
                        changed[place] = letter
                    case 1:
                        changed.insert(place, letter)
                    case 2 if len(changed) > 1:
                        del changed[place]
                    case _:
                        changed[place], changed[place - 1] = changed[place - 1], changed[place]
        return "".join(changed)

    # Those who were let in

    def guests(self) -> Iterator[Attempt]:
        for token in self.links:
            yield "link", lambda client, token=token: client.post(f"/enter/{token}")  # type: ignore[misc]
        for session in self.sessions:
            token = self.tokens.get(session, "")
            kind = "signed token" if token else "session that the API confirms"
            yield kind, lambda client, session=session, token=token: self._bring(client, session, token)  # type: ignore[misc]
        for number in range(len(self.sessions)):
            address = f"{door(self.public)}?pid=new{number}"
            yield "number of one's own", lambda client, address=address: client.post(  # type: ignore[misc]
                door(self.public), {"claim": shown(client, address)}
            )


def door(study: Study) -> str:
    return f"/enter/study/{study.pk}"


def shown(client: Client, address: str) -> str:
    """The claim that the page carries; "" where there is no page."""
    page = client.get(address)
    if page.status_code != 200:
        return ""
    return page.content.decode().split('name="claim" value="')[1].split('"')[0]


def old(body: list[Any], seconds: int) -> str:
    """The claim as the server signed it so long ago."""
    signer = signing.TimestampSigner(salt=CLAIM_SALT)
    signer.timestamp = lambda: signing.b62_encode(int(time.time()) - seconds)  # type: ignore[method-assign]
    return signer.sign_object(body)
