"""Calling an address: it is resolved once, all that it resolves to is looked at, and what was looked at is called."""

from __future__ import annotations

import logging
import re
import socket
import ssl
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from functools import cache
from http.client import HTTPException
from ipaddress import ip_address
from threading import Timer
from time import monotonic
from urllib.parse import quote, urljoin

from django.conf import settings
from django.utils.translation import gettext as _
from urllib3 import HTTPHeaderDict, HTTPResponse
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import HTTPError

from bodega.platform.outgoing.addresses import Target, is_public, target
from bodega.platform.outgoing.problems import NoAnswer, Refused, TooLarge, TooSlow, Unreachable

logger = logging.getLogger(__name__)
BROKEN = (OSError, HTTPError, HTTPException)
MOVED = frozenset({301, 302, 303, 307, 308})
REDIRECTS = 3
CONNECTING = 5.0
"""Seconds for one address of a server, of which so many are tried:"""
TRIED = 4
PIECE = 64 * 1024
OURS = frozenset("accept-encoding connection content-length host te trailer transfer-encoding upgrade".split())


@dataclass(frozen=True)
class Answer:
    """What came back. A status of 400 and more is an answer too."""

    status: int
    headers: Mapping[str, str]
    """Asked for by their names in large or small letters."""
    body: bytes
    """Unpacked."""
    url: str
    """Where it came from, after all redirects."""


@dataclass(frozen=True)
class Call:
    """What is asked of each server on the way."""

    method: str
    headers: Mapping[str, str]
    body: bytes | None
    until: float
    most: int


def resolved(host: str, port: int) -> Sequence[str]:
    """The addresses of that name, as the system resolves it; a number is its own. Raises OSError or UnicodeError."""
    with suppress(ValueError):
        return [str(ip_address(host))]
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(place[0]) for *_, place in found))


@dataclass(frozen=True)
class Client:
    """Who may be called: every server that is open to all, on these ports, and those inside that are named."""

    ports: frozenset[int]
    inside: frozenset[tuple[str, int]] = frozenset()
    resolve: Callable[[str, int], Sequence[str]] = resolved

    def call(
        self,
        url: str,
        *,
        method: str = "GET",
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        seconds: float = 20.0,
        most: int = 10_000_000,
    ) -> Answer:
        """The answer, of at most so many bytes unpacked, within so many seconds, redirects and all; only a name is
        looked up for as long as the system takes.

        Only GET and HEAD follow redirects: what else is asked is asked of no other server than the one that was meant,
        and its answer is handed back as it is. `headers` do not go to another server. Raises NoAnswer.
        """
        began = monotonic()
        call = Call(method, headers or {}, body, began + seconds, most)
        way: list[str] = []
        told: dict[str, object] = {"method": method, "servers": way}
        try:
            answer = self.follow(url, call, way)
        except NoAnswer as problem:
            told |= {"why": type(problem).__name__, "ms": round((monotonic() - began) * 1000)}
            logger.warning("outgoing request failed", extra=told)
            raise
        told |= {"status": answer.status, "bytes": len(answer.body), "ms": round((monotonic() - began) * 1000)}
        logger.info("outgoing request", extra=told)
        return answer

    def follow(self, url: str, call: Call, way: list[str]) -> Answer:
        """`way` gets the servers that are asked: for the log, as paths and queries may hold secrets."""
        at = target(url)
        require_plain(call.headers)
        for _hop in range(1 + REDIRECTS):
            way.append(f"{at.scheme}://{at.authority}")
            answer = self.ask(at, call)
            onward = leads_to(answer, call.method)
            if onward is None:
                return answer
            beyond = target(urljoin(at.url, onward))
            self.refuse_redirect(at, beyond)
            if beyond.origin != at.origin:
                call = replace(call, headers={})
            at = beyond
        raise Refused(_("%(server)s leads from one address to the next without end.") % {"server": at.authority})

    def ask(self, at: Target, call: Call) -> Answer:
        link = connected(at, self.addresses(at), call.until)
        with cut_off(link, at, call.until):
            link.request(
                call.method, at.path, body=call.body, headers=sent(at, call), preload_content=False, decode_content=True
            )
            response = link.getresponse()
            return Answer(response.status, response.headers, read(response, call.most), at.url)

    def addresses(self, at: Target) -> Sequence[str]:
        """Where that server is. Raises Refused if even one of its addresses is not open to all."""
        is_inside = at.place in self.inside
        if not is_inside and at.port not in self.ports:
            raise Refused(_("Port %(port)d is not among those that an administrator has allowed.") % {"port": at.port})
        try:
            found = self.resolve(at.host, at.port)
        except (OSError, UnicodeError) as error:
            raise Unreachable(_("There is no server called %(host)s.") % {"host": at.host}) from error
        if not is_inside and not all(is_public(ip_address(address)) for address in found):
            raise Refused(
                _("%(server)s is inside a network. An administrator can allow it by name (BODEGA_OUTGOING_ALLOW).")
                % {"server": at.authority}
            )
        return found

    def refuse_redirect(self, at: Target, beyond: Target) -> None:
        """No way leads from HTTPS to HTTP, nor from a server outside to one inside that is allowed by name."""
        if at.scheme == "https" and beyond.scheme == "http":
            raise Refused(_("%(server)s leads to an address that is not safe on its way.") % {"server": at.authority})
        if beyond.place in self.inside and at.place not in self.inside:
            raise Refused(_("%(server)s leads to a server inside a network.") % {"server": at.authority})


def client() -> Client:
    """The client as this installation's settings have it."""
    return Client(ports=settings.BODEGA_OUTGOING_PORTS, inside=settings.BODEGA_OUTGOING_ALLOW)


def require_plain(headers: Mapping[str, str]) -> None:
    """Raises Refused for a header that would begin another one, or that says how the request is sent."""
    for name, value in headers.items():
        if not re.fullmatch(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+", name) or not re.fullmatch(r"[\t -~]*", value):
            raise Refused(_("A header has a name of letters and hyphens, and its value has no line breaks or accents."))
        if name.lower() in OURS or name.lower().startswith("proxy-"):
            raise Refused(_("The header %(name)s can't be set.") % {"name": name})


def sent(at: Target, call: Call) -> HTTPHeaderDict:
    headers = HTTPHeaderDict({"User-Agent": "Bodega"})
    headers.update(call.headers)
    headers.update({"Host": at.authority, "Accept-Encoding": "gzip", "Connection": "close"})
    return headers


@cache
def trusted() -> ssl.SSLContext:
    """The certificates that this system trusts."""
    return ssl.create_default_context()


def connected(at: Target, addresses: Sequence[str], until: float) -> HTTPConnection:
    """A connection to the first of these addresses that takes one. The name is used for the certificate only."""
    problem: Exception | None = None
    for address in addresses[:TRIED]:
        link = link_to(at, address, seconds=min(CONNECTING, left(at, until) / 2))
        try:
            link.connect()
            return link
        except BROKEN as error:
            link.close()
            problem = error
    if isinstance(problem, ssl.SSLCertVerificationError):
        raise Unreachable(_("The certificate of %(server)s is not valid.") % {"server": at.authority}) from problem
    raise Unreachable(_("%(server)s can't be reached.") % {"server": at.authority}) from problem


def link_to(at: Target, address: str, *, seconds: float) -> HTTPConnection:
    """It has so many seconds to connect, and as many again to agree on TLS."""
    if at.scheme == "http":
        return HTTPConnection(address, at.port, timeout=seconds)
    return HTTPSConnection(address, at.port, timeout=seconds, server_hostname=at.host, ssl_context=trusted())


def left(at: Target, until: float) -> float:
    """Seconds. Raises TooSlow when there are none."""
    seconds = until - monotonic()
    if seconds <= 0:
        raise TooSlow(_("%(server)s did not answer in time.") % {"server": at.authority})
    return seconds


@contextmanager
def cut_off(link: HTTPConnection, at: Target, until: float) -> Iterator[None]:
    """Ends the connection when time is up: a time-out of the socket's own begins anew with each byte that drips in."""
    link.timeout = left(at, until)
    watch = Timer(link.timeout, shut, [link.sock])
    watch.daemon = True
    watch.start()
    try:
        yield
        left(at, until)
    except BROKEN as error:
        left(at, until)
        raise Unreachable(_("%(server)s gave no whole answer.") % {"server": at.authority}) from error
    finally:
        watch.cancel()
        link.close()


def shut(connection: socket.socket) -> None:
    """Whoever waits for it goes on. Past what TLS makes of it, which is not for another thread than the reader's."""
    with suppress(OSError):
        socket.socket.shutdown(connection, socket.SHUT_RDWR)


def read(response: HTTPResponse, most: int) -> bytes:
    """Unpacked piece by piece, so that a small answer that becomes a huge one is noticed at `most`."""
    held = bytearray()
    for piece in response.stream(PIECE):
        held += piece
        if len(held) > most:
            raise TooLarge(_("The answer has more than %(most)d bytes.") % {"most": most})
    return bytes(held)


def leads_to(answer: Answer, method: str) -> str | None:
    """Where a redirect leads, with what is outside ASCII as the octets that were sent."""
    onward = answer.headers.get("Location")
    if method not in ("GET", "HEAD") or answer.status not in MOVED or not onward:
        return None
    return quote(onward, safe="%/:?#[]@!$&'()*+,;=~\\", encoding="latin-1")
