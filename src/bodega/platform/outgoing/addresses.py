"""What may be called: how an address has to be written, and which of the network's addresses are open to everybody."""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from string import punctuation
from urllib.parse import SplitResult, quote, urlsplit

from django.utils.translation import gettext as _

from bodega.platform.outgoing.problems import Refused

PORTS = {"http": 80, "https": 443}
CLOSED = tuple(
    map(
        ip_network,
        (
            "0.0.0.0/8",  # this machine
            "10.0.0.0/8",  # private
            "100.64.0.0/10",  # shared by the customers of a provider
            "127.0.0.0/8",  # this machine
            "168.63.129.16/32",  # what tells virtual machines about themselves, at one provider
            "169.254.0.0/16",  # this link, and what tells virtual machines about themselves
            "172.16.0.0/12",  # private
            "192.0.0.0/24",  # for protocols
            "192.0.2.0/24",  # for documents
            "192.88.99.0/24",  # relays of 6to4, given up
            "192.168.0.0/16",  # private
            "198.18.0.0/15",  # for measurements
            "198.51.100.0/24",  # for documents
            "203.0.113.0/24",  # for documents
            "224.0.0.0/4",  # many at once
            "240.0.0.0/4",  # kept back, and everybody on this link
            "2001::/23",  # for protocols, Teredo among them, which has an IPv4 address inside
            "2001:db8::/32",  # for documents
            "2002::/16",  # 6to4, which has an IPv4 address inside
            "3fff::/20",  # for documents
        ),
    )
)
OPEN_IPV6 = ip_network("2000::/3")
"""All that has been given out. Outside are private and local addresses, and those with an IPv4 address inside."""
HOST = re.compile(r"(?=.{1,253}\Z)[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?(\.[a-z0-9_]([a-z0-9_-]{0,61}[a-z0-9_])?)*\.?")
SERVER = re.compile(r"(\[[0-9A-Fa-f:.]+\]|[^\[\]:]+)(:[0-9]+)?")
NUMBER = re.compile(r"[0-9]+|0x[0-9a-f]*")


@dataclass(frozen=True)
class Target:
    """An address, taken apart once: what is looked at is what is called."""

    scheme: str
    host: str
    """In small letters; an IPv6 address without its brackets."""
    port: int
    path: str
    """With the query, as it is sent."""

    @property
    def place(self) -> tuple[str, int]:
        return self.host, self.port

    @property
    def origin(self) -> tuple[str, str, int]:
        return self.scheme, self.host, self.port

    @property
    def authority(self) -> str:
        """As the header `Host` has it."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == PORTS[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.authority}{self.path}"


def target(url: str) -> Target:
    """Raises Refused for what is no plain address of HTTP; programs read those differently, and that is how one is
    called that was not meant."""
    parts = split(url)
    if parts.scheme not in PORTS:
        raise Refused(_("An address begins with https:// or http://."))
    if "@" in parts.netloc:
        raise Refused(_("An address has no name and password in it."))
    if not SERVER.fullmatch(parts.netloc):
        raise Refused(_("This is not an address like https://example.com/path."))
    path = quote((parts.path or "/") + (f"?{parts.query}" if parts.query else ""), safe=punctuation, encoding="utf-8")
    return Target(parts.scheme, host(parts.hostname or ""), parts.port or PORTS[parts.scheme], path)


def split(url: str) -> SplitResult:
    if re.search(r"[\x00-\x20\x7f\\]", url) or len(url) > 8000:
        raise Refused(_("This is not an address like https://example.com/path."))
    try:
        parts = urlsplit(url)
        parts.port  # noqa: B018  (raises)
    except ValueError:
        raise Refused(_("This is not an address like https://example.com/path.")) from None
    return parts


def host(written: str) -> str:
    """A name, or a number in its usual form. Raises Refused for others: 0177.1, 0x7f000001 and 2130706433 are numbers
    as well, but only somebody with something to hide writes them so."""
    if ":" in written or NUMBER.fullmatch(written.rstrip(".").rpartition(".")[2]):
        return number(written)
    if not HOST.fullmatch(written):
        raise Refused(_("“%(host)s” is not the name of a server; other letters than a to z are written as xn--….") % {
            "host": written[:100]
        })  # fmt: skip
    return written


def number(written: str) -> str:
    try:
        found = ip_address(written)
    except ValueError:
        found = None
    if found is None or getattr(found, "scope_id", None):
        raise Refused(_("“%(host)s” is not the number of a server.") % {"host": written[:100]})
    return str(found)


def is_public(address: IPv4Address | IPv6Address) -> bool:
    """Whether it is open to everybody: not in this machine, this network, or set aside for something else."""
    if isinstance(address, IPv6Address) and (address.scope_id or address not in OPEN_IPV6):
        return False
    return not any(address in network for network in CLOSED)
