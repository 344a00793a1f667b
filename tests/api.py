"""The HTTP API over one kept-alive connection: for many annotators on the cores that the server needs too."""

import http.client
import json
from typing import Any

API = "/api/v1/"
# What a connection that is cut, refused or silent raises.
UNANSWERED = (OSError, http.client.HTTPException)


class Connection:
    """One person's, by their token; opened again after whatever went wrong. Not to be shared between threads."""

    def __init__(self, address: tuple[str, int], token: str, *, patience_seconds: float) -> None:
        self.http = http.client.HTTPConnection(*address, timeout=patience_seconds)
        self.headers = {"Authorization": f"Token {token}", "Content-Type": "application/json"}

    def send(self, method: str, path: str, body: bytes = b"{}", **headers: str) -> tuple[int, Any, dict[str, str]]:
        """Status, parsed body (None if there is none) and headers of the reply. Raises UNANSWERED if none comes."""
        try:
            self.http.request(method, API + path, None if method == "GET" else body, {**self.headers, **headers})
            reply = self.http.getresponse()
            raw = reply.read()
        except BaseException:
            self.http.close()
            raise
        is_json = reply.headers.get_content_type() == "application/json"
        return reply.status, json.loads(raw) if is_json and raw else None, dict(reply.headers)

    def close(self) -> None:
        self.http.close()
