"""A site for single sign-on that speaks OpenID Connect over HTTP, at a port of its own, and can be told to lie."""

import base64
import hashlib
import hmac
import json
import secrets
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from joserfc import jwt
from joserfc.jwk import RSAKey

CLIENT_ID, CLIENT_SECRET = "redpen", "the secret of redpen"


class OidcSite:
    """`claims`: of whoever is signed in there; `lies`: what goes instead into the statement (None: left out).

    key: which it signs with; `alg`: and how. token_answer: what the token endpoint says instead of all that.
    """

    def __init__(self) -> None:
        self.keys = [RSAKey.generate_key(2048, {"kid": "one", "alg": "RS256", "use": "sig"})]
        self.key, self.alg = self.keys[0], "RS256"
        self.claims: dict[str, Any] = {"sub": "person-1"}
        self.lies: dict[str, Any] = {}
        self.without_statement = False
        self.codes: dict[str, dict[str, str]] = {}
        self.asked: list[dict[str, str]] = []
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), self._handler())
        self.issuer = f"http://127.0.0.1:{self._server.server_address[1]}"
        self.called = self.issuer
        threading.Thread(target=self._server.serve_forever, daemon=True).start()

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()

    def metadata(self) -> dict[str, Any]:
        return {
            "issuer": self.called,
            "authorization_endpoint": f"{self.issuer}/authorize",
            "token_endpoint": f"{self.issuer}/token",
            "jwks_uri": f"{self.issuer}/keys",
            "response_types_supported": ["code"],
            "id_token_signing_alg_values_supported": ["RS256", "HS256", "none"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """Where the person is sent with a code; they are signed in there already."""
        self.asked.append(asked)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT_ID)
        assert (asked["code_challenge_method"], len(asked["code_challenge"])) == ("S256", 43)
        assert len(asked["nonce"]) >= 16
        code = secrets.token_urlsafe(16)
        self.codes[code] = asked
        return f"{asked['redirect_uri']}?{urlencode({'code': code, 'state': asked['state']})}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        known = base64.b64encode(f"{CLIENT_ID}:{CLIENT_SECRET}".encode()).decode()
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
        # A code is good once, for whoever asked for it, by whoever holds the verifier.
        if authorization.replace("%20", " ") != f"Basic {known}" or asked is None:
            return 400, {"error": "invalid_grant"}
        if challenge != asked["code_challenge"] or form["redirect_uri"] != asked["redirect_uri"]:
            return 400, {"error": "invalid_grant"}
        answer = {"access_token": secrets.token_urlsafe(16), "token_type": "Bearer", "expires_in": 60}
        return 200, answer if self.without_statement else {**answer, "id_token": self.statement(asked["nonce"])}

    def statement(self, nonce: str) -> str:
        now = int(time.time())
        claims = {"iss": self.issuer, "aud": CLIENT_ID, "exp": now + 300, "iat": now, "nonce": nonce, **self.claims}
        told = {name: value for name, value in {**claims, **self.lies}.items() if value is not None}
        if self.alg in ("none", "HS256"):
            parts = ({"alg": self.alg, "typ": "JWT", "kid": "one"}, told)
            signed = ".".join(_encoded(json.dumps(part).encode()) for part in parts)
            # With what everybody can read, as if it were a secret that is shared.
            mac = hmac.digest(self.keys[0].as_pem(private=False), signed.encode(), "sha256")
            return f"{signed}.{_encoded(mac) if self.alg == 'HS256' else ''}"
        header = {"alg": self.alg, "kid": self.key.kid}
        return jwt.encode(header, told, self.key, algorithms=[self.alg])

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        site = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                parts = urlsplit(self.path)
                if parts.path == "/.well-known/openid-configuration":
                    self._say(200, site.metadata())
                elif parts.path == "/keys":
                    self._say(200, {"keys": [key.as_dict(private=False) for key in site.keys]})
                elif parts.path == "/authorize":
                    self.send_response(302)
                    self.send_header("Location", site.authorize(_plain(parts.query)))
                    self.end_headers()
                else:
                    self._say(404, {})

            def do_POST(self) -> None:
                form = _plain(self.rfile.read(int(self.headers["Content-Length"])).decode())
                self._say(*site.token(form, self.headers.get("Authorization", "")))

            def _say(self, status: int, body: dict[str, Any]) -> None:
                content = json.dumps(body).encode()
                self.send_response(status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)

            def log_message(self, *args: Any) -> None:
                pass

        return Handler


def _plain(query: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(query, keep_blank_values=True).items()}


def _encoded(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode()
