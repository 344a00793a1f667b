"""Which addresses of the web may be asked for something on behalf of whoever names them. No I/O."""

import ipaddress
import re
from dataclasses import dataclass
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from annotator.domain.errors import DomainError

MOST_CHARS = 2000
LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
NAME = re.compile(rf"{LABEL}(?:\.{LABEL})*")
# Ways into IPv4 that look like IPv6: mapped, compatible, NAT64 (both), Teredo, 6to4.
TRANSLATED = [
    *map(ipaddress.ip_network, ("::/96", "::ffff:0:0/96", "::ffff:0:0:0/96", "64:ff9b::/96", "64:ff9b:1::/48")),
    *map(ipaddress.ip_network, ("2001::/32", "2002::/16")),
]
ISATAP = (b"\x00\x00\x5e\xfe", b"\x02\x00\x5e\xfe")
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Address:
    """Where a request goes. host: a name, or an address without brackets. target: path and query."""

    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"


def address_of(url: str) -> Address:
    """The address that a URL names. DomainError fetch_refused for one that two readers might understand in two ways."""
    if len(url) > MOST_CHARS or not re.fullmatch(r"[^\s\\\x00-\x20\x7f<>\"{}|^`]+", url):
        raise refused(f"must be an address without spaces, of at most {MOST_CHARS} characters")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise refused("names a host or port that is none") from error
    scheme = parts.scheme.lower()
    if scheme not in PORTS:
        raise refused(f"begins with {parts.scheme or 'nothing'!r}; it must begin with https://")
    if "@" in parts.netloc:
        raise refused("holds a name or password")
    target = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~-._")
    query = f"?{quote(parts.query, safe='/%:@!$&()*+,;=~-._?')}" if parts.query else ""
    return Address(scheme, _host(parts), port or PORTS[scheme], target + query)


def followed(address: Address, location: str) -> Address:
    """Where a redirect leads from there. DomainError as address_of."""
    return address_of(urljoin(f"{address.scheme}://{address.authority}{address.target}", location))


def is_public(text: str) -> bool:
    """Whether an address that a name was resolved to belongs to everybody's internet, whichever way it is written."""
    try:
        address = ipaddress.ip_address(text)  # one with a zone, as fe80::1%eth0, is refused below
    except ValueError:
        return False
    if isinstance(address, ipaddress.IPv6Address) and (
        address.scope_id
        or any(address in network for network in TRANSLATED)
        or address.packed[8:12] in ISATAP
    ):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def refused(problem: str) -> DomainError:
    return DomainError("fetch_refused", f"url: {problem}", {"url": problem})


def _host(parts: SplitResult) -> str:
    """The host as it is asked for; numbers that other programs read as an address must be one in its usual form."""
    host = (parts.hostname or "").lower()
    if "[" in parts.netloc:
        try:
            if "%" in host:
                raise refused("names a zone of this machine")
            return str(ipaddress.IPv6Address(host))
        except ValueError as error:
            raise refused("names a host in brackets that is no IPv6 address") from error
    last = host.rpartition(".")[2]
    if re.fullmatch(r"\d+|0x[0-9a-f]*", last):
        try:
            return str(ipaddress.IPv4Address(host))
        except ValueError as error:
            raise refused("names a host by a number that is no usual IPv4 address") from error
    if len(host) > 253 or not NAME.fullmatch(host):
        raise refused("names a host that is none")
    return host
