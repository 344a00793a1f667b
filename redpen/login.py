"""Where the command line finds the server and the token: the environment, or a file that only its owner can read.

Never an argument: those are seen by everybody on the machine, and kept by shells.
"""

import json
import os
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO
from urllib.parse import urlsplit

URL, TOKEN, FILE = "REDPEN_URL", "REDPEN_TOKEN", "REDPEN_TOKEN_FILE"


class LoginError(Exception):
    """There is no usable login; the text says why, and what to do."""


@dataclass(frozen=True)
class Login:
    url: str
    token: str


def login_file() -> Path:
    if named := os.environ.get(FILE):
        return Path(named)
    config = os.environ.get("XDG_CONFIG_HOME") or Path.home() / ".config"
    return Path(config) / "redpen" / "login.json"


def find_login(url: str | None) -> Login:
    """The login for `url`, or for the server that the environment or the file names. Raises LoginError.

    A token from the file goes only to the server it was made by.
    """
    url = url or os.environ.get(URL)
    if token := os.environ.get(TOKEN):
        if not url:
            raise LoginError(f"{TOKEN} is set, but no server is named; set {URL} too, or use --url.")
        return Login(checked_url(url), token)
    found = _read(login_file())
    if url and checked_url(url) != found.url:
        other = f"{login_file()} holds a token of {found.url}, not of {url}"
        raise LoginError(f"{other}; use `redpen --url {url} sign-in`.")
    return found


def checked_url(url: str) -> str:
    """Without a slash at its end. LoginError unless it is one of http or https."""
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise LoginError(f"{url!r} is no address of a server, such as https://redpen.example.org")
    return url.rstrip("/")


def write_login(login: Login) -> Path:
    """Keep it in the file, which nobody else can read from its first byte on."""
    path = login_file()
    path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    fresh = path.with_name(f"{path.name}.{os.getpid()}")
    with open(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump({"url": login.url, "token": login.token}, file)
    fresh.replace(path)
    return path


def _read(path: Path) -> Login:
    try:
        with path.open() as file:
            _check_private(file, path)
            body = json.load(file)
            return Login(body["url"], body["token"])
    except FileNotFoundError:
        raise LoginError(f"There is no login: use `redpen --url … sign-in`, or set {URL} and {TOKEN}.") from None
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise LoginError(f"{path} holds no login ({error}); use `redpen --url … sign-in`.") from error


def _check_private(file: TextIO, path: Path) -> None:
    mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    if mode & 0o077:
        advice = f"`chmod 600 {path}`, and revoke the token"
        raise LoginError(f"{path} can be read by others (its mode is {mode:04o}): {advice}.")
