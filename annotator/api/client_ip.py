"""Where a request comes from, as far as that can be believed."""

from ipaddress import IPv4Address, IPv6Address, ip_address
from typing import Any

from django.conf import settings

# What one customer of a provider is usually given: who holds it has all of its addresses.
IPV6_PREFIX = 64


def client_ip(request: Any) -> str | None:
    """The address that asks: the connection's, or where TRUSTED_PROXIES stand before Redpen the one that the outermost
    of them saw. Whatever a client writes into X-Forwarded-For stands before that and is never read. Of an IPv6 address
    the network, since its owner can take any address in it. None where there is none, as at a Unix socket.
    """
    address = _parsed(request.META.get("REMOTE_ADDR", ""))
    if settings.TRUSTED_PROXIES:
        hops = request.META.get("HTTP_X_FORWARDED_FOR", "").split(",")
        seen = _parsed(hops[-settings.TRUSTED_PROXIES]) if len(hops) >= settings.TRUSTED_PROXIES else None
        address = seen or address
    if address is None or isinstance(address, IPv4Address):
        return str(address) if address else None
    return str(IPv6Address(int(address) >> (128 - IPV6_PREFIX) << (128 - IPV6_PREFIX)))


def _parsed(text: str) -> IPv4Address | IPv6Address | None:
    try:
        address = ip_address(text.strip())
    except ValueError:
        return None
    return getattr(address, "ipv4_mapped", None) or address
