"""What the program calls and what it doesn't: real servers on this machine, which are allowed by name where they are to
be reached, and a listener that must never be."""

from __future__ import annotations

import gzip
import json
import logging
import socket
import ssl
import subprocess
import tracemalloc
import zlib
from collections.abc import Callable, Iterator, Sequence
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any

import pytest

from bodega.platform.outgoing import calling
from bodega.platform.outgoing.calling import Answer, Client
from bodega.platform.outgoing.problems import NoAnswer, Refused, TooLarge, TooSlow, Unreachable
from bodega.web.logs import JsonLines
from tests.platform.sites import Page, Sentinel, Site, goes_on, leads, running, says

pytestmark = pytest.mark.slow


@pytest.fixture
def site() -> Iterator[Site]:
    with running(Site()) as one:
        yield one


@pytest.fixture
def other() -> Iterator[Site]:
    with running(Site()) as one:
        yield one


@pytest.fixture
def sentinel() -> Iterator[Sentinel]:
    one = Sentinel()
    yield one
    assert one.visits() == 0
    socket.create_connection(("127.0.0.1", one.port)).close()
    assert one.visits() == 1, "the sentinel sees nobody"
    one.listener.close()


HEAD = b"HTTP/1.1 200 OK\r\n"


def to(*sites: Site, ports: Sequence[int] = (), **named: Any) -> Client:
    """A client for which these sites are allowed by name."""
    inside = frozenset(("127.0.0.1", site.server_port) for site in sites)
    return Client(ports=frozenset(ports), inside=inside, **named)


def test_an_answer_comes_back(site: Site) -> None:
    site.pages["/x?y=1"] = says(b"made", 201, X_Kind="deal")
    answer = to(site).call(site.url("/x?y=1"), method="POST", body=b"{}", headers={"Authorization": "Bearer s"})
    assert (answer.status, answer.body, answer.headers["x-kind"], answer.url) == (
        201, b"made", "deal", site.url("/x?y=1"),
    )  # fmt: skip
    assert site.seen == [
        ("POST", "/x?y=1", {
            "User-Agent": "Bodega", "Authorization": "Bearer s", "Host": f"127.0.0.1:{site.server_port}",
            "Accept-Encoding": "gzip", "Connection": "close", "Content-Length": "2",
        })
    ]  # fmt: skip


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.2", "localhost", "LOCALHOST", "0", "0.0.0.0", "127.1", "127.0.1",  # noqa: S104
        "2130706433", "0x7f000001", "0x7f.1", "0177.0.0.1", "017700000001", "127.0.0.1.", "127.000.000.001",
        "00000177.0.0.1", "[::]", "[::1]", "[0:0:0:0:0:0:0:1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]",
        "[::127.0.0.1]", "[64:ff9b::127.0.0.1]", "[2002:7f00:1::]", "[2001:0:7f00:1::]", "[fe80::1]",
        "[fe80::1%25lo]", "[::1%25lo]", "１２７.0.0.1", "①②⑦.⓪.⓪.①", "127。0。0。1", "ⓛⓞⓒⓐⓛⓗⓞⓢⓣ",
        "example.com@127.0.0.1", "127.0.0.1\\", "127.0.0.1%20", "127.0.0.1%00", "127.0.0.1\t", "169.254.169.254",
        "10.0.0.1", "192.168.1.1", "100.100.100.200", "[fd00:ec2::254]",
    ],
)  # fmt: skip
def test_nobody_is_called_on_this_machine_or_beside_it(sentinel: Sentinel, host: str) -> None:
    for scheme in ("http", "https"):
        with pytest.raises(Refused):
            Client(ports=frozenset({sentinel.port})).call(f"{scheme}://{host}:{sentinel.port}/", seconds=2)


@pytest.mark.parametrize("found", [["127.0.0.1"], ["93.184.216.34", "127.0.0.1"], ["::1", "2606:4700::1111"]])
def test_a_name_that_stands_for_an_address_inside_is_refused_whatever_else_it_stands_for(
    sentinel: Sentinel, found: list[str]
) -> None:
    client = Client(ports=frozenset({sentinel.port}), resolve=lambda host, port: found)
    with pytest.raises(Refused, match=r"is inside a network\."):
        client.call(f"http://example.com:{sentinel.port}/")


def test_what_was_looked_at_is_what_is_called(site: Site) -> None:
    """The name is resolved once for each request, and never by the connection."""
    asked: list[tuple[str, int]] = []

    def resolve(host: str, port: int) -> Sequence[str]:
        asked.append((host, port))
        return ["127.0.0.1"]

    site.pages["/"] = leads("/next")
    client = Client(ports=frozenset(), inside=frozenset({("crm.example.com", site.server_port)}), resolve=resolve)
    assert client.call(site.url(host="crm.example.com")).body == b"hello"
    assert asked == [("crm.example.com", site.server_port)] * 2
    assert [headers["Host"] for *_, headers in site.seen] == [f"crm.example.com:{site.server_port}"] * 2


def test_ports_are_allowed_by_the_administrator(sentinel: Sentinel) -> None:
    client = Client(ports=frozenset({80, 443}), resolve=lambda host, port: ["127.0.0.1"])
    for port in (22, 8080, sentinel.port):
        with pytest.raises(Refused, match=f"Port {port} is not among those"):
            client.call(f"http://example.com:{port}/")


def test_a_server_allowed_by_name_is_allowed_at_that_port_only(site: Site, sentinel: Sentinel) -> None:
    with pytest.raises(Refused):
        to(site, ports=[sentinel.port]).call(f"http://127.0.0.1:{sentinel.port}/")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
@pytest.mark.parametrize("path", ["http://127.0.0.1:{}/", "//127.0.0.1:{}/", "//localhost:{}/x", "http://[::1]:{}/"])
def test_a_redirect_does_not_lead_inside(site: Site, sentinel: Sentinel, status: int, path: str) -> None:
    site.pages["/"] = leads(path.format(sentinel.port), status)
    with pytest.raises(Refused):
        to(site, ports=[sentinel.port]).call(site.url())
    assert len(site.seen) == 1


@pytest.mark.parametrize(
    "path", ["file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://a@127.0.0.1/"]
)
def test_nor_to_anything_but_a_plain_address(site: Site, path: str) -> None:
    site.pages["/"] = leads(path)
    with pytest.raises(Refused):
        to(site).call(site.url())


def test_a_server_outside_does_not_lead_to_one_that_is_allowed_by_name(site: Site) -> None:
    outside = calling.target("http://example.com/")
    with pytest.raises(Refused, match="leads to a server inside a network"):
        to(site).refuse_redirect(outside, calling.target(site.url()))


def test_three_redirects_are_followed_and_no_fourth(site: Site) -> None:
    site.pages |= {f"/{at}": leads(f"/{at + 1}") for at in range(4)}
    assert to(site).call(site.url("/1")).url == site.url("/4")
    with pytest.raises(Refused, match="without end"):
        to(site).call(site.url("/0"))
    assert [path for _, path, _ in site.seen] == ["/1", "/2", "/3", "/4", "/0", "/1", "/2", "/3"]


def test_a_redirect_is_read_as_it_was_sent(site: Site) -> None:
    site.pages["/"] = leads("/é".encode().decode("latin-1"))
    assert to(site).call(site.url()).url == site.url("/%C3%A9")


def test_what_proves_who_we_are_does_not_go_to_another_server(site: Site, other: Site) -> None:
    site.pages |= {"/": leads("/here"), "/here": leads(other.url("/there"))}
    to(site, other).call(site.url(), headers={"Authorization": "Bearer s3cret", "X-Key": "s3cret"})
    assert [headers.get("X-Key") for *_, headers in site.seen] == ["s3cret", "s3cret"]
    assert [[*headers] for *_, headers in other.seen] == [["User-Agent", "Host", "Accept-Encoding", "Connection"]]


def test_what_is_posted_is_posted_to_nobody_else(site: Site, other: Site) -> None:
    site.pages["/"] = leads(other.url(), 307)
    answer = to(site, other).call(site.url(), method="POST", body=b"what we know")
    assert (answer.status, answer.headers["location"], other.seen) == (307, other.url(), [])


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("X-Key", "a\r\nX-Other: b"), ("X-Key", "a\nb"), ("X-Key", "é"), ("X-Key", "a\0"), ("X Key", "a"), ("", "a"),
        ("X:Key", "a"), ("Host", "127.0.0.1"), ("host", "x"), ("Content-Length", "0"), ("Transfer-Encoding", "chunked"),
        ("CONNECTION", "upgrade"), ("Proxy-Authorization", "x"),
    ],
)  # fmt: skip
def test_a_header_is_one_header_and_says_nothing_of_how_the_request_is_sent(site: Site, name: str, value: str) -> None:
    with pytest.raises(Refused):
        to(site).call(site.url(), headers={name: value})
    assert site.seen == []


def test_proxies_in_the_environment_are_not_used(
    site: Site, sentinel: Sentinel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, f"http://127.0.0.1:{sentinel.port}")
    assert to(site).call(site.url()).body == b"hello"


def test_cookies_are_not_kept(site: Site) -> None:
    site.pages["/"] = says(b"", Set_Cookie="a=b")
    client = to(site)
    client.call(site.url())
    client.call(site.url())
    assert [headers.get("Cookie") for *_, headers in site.seen] == [None, None]


@pytest.mark.parametrize(
    "page",
    [
        goes_on(b"", b"", 0.02),
        goes_on(HEAD, b"X-A: b\r\n", 0.02),
        goes_on(HEAD + b"X-A: ", b"b", 0.02),
        goes_on(HEAD + b"Content-Length: 1000\r\n\r\n", b"a", 0.02),
        goes_on(HEAD + b"\r\n", b"a", 0.02),
        goes_on(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"1\r\na\r\n", 0.02),
        goes_on(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"0", 0.02),
        goes_on(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(b""), 0.02),
        goes_on(b"", b"HTTP/1.1 100 Continue\r\n\r\n", 0.02),
    ],
    ids=[
        "silent",
        "headers",
        "one header",
        "length",
        "no length",
        "chunks",
        "a chunk's size",
        "nothing packed",
        "wait",
    ],
)
def test_who_takes_too_long_is_cut_off(site: Site, page: Page) -> None:
    site.pages["/"] = page
    with pytest.raises(TooSlow):
        to(site).call(site.url(), seconds=0.3)


def test_time_goes_on_through_redirects(site: Site) -> None:
    def slowly(reader: BaseHTTPRequestHandler) -> None:
        site.stopped.wait(0.2)
        leads("/")(reader)

    site.pages["/"] = slowly
    with pytest.raises(TooSlow):
        to(site).call(site.url(), seconds=0.3)


def packed(times: int) -> Page:
    """A hundred million noughts, packed so many times."""

    def page(reader: BaseHTTPRequestHandler) -> None:
        packer = zlib.compressobj(wbits=31)
        body = b"".join(packer.compress(bytes(1_000_000)) for _ in range(100)) + packer.flush()
        for _ in range(times - 1):
            body = gzip.compress(body)
        says(body, Content_Encoding=", ".join(["gzip"] * times))(reader)

    return page


@pytest.mark.parametrize(
    "page",
    [
        goes_on(HEAD + b"\r\n", bytes(65536)),
        goes_on(HEAD + b"Transfer-Encoding: chunked\r\n\r\n", b"10000\r\n" + bytes(65536) + b"\r\n"),
        says(bytes(2_000_000)),
        packed(1),
        packed(2),
        goes_on(HEAD + b"Content-Encoding: gzip\r\n\r\n", gzip.compress(bytes(1_000_000))),
    ],
    ids=["endless", "endless chunks", "long", "packed", "packed twice", "packed without end"],
)
def test_an_answer_that_is_too_long_is_not_read_to_its_end(site: Site, page: Page) -> None:
    site.pages["/"] = page
    tracemalloc.start()
    with pytest.raises(TooLarge):
        to(site).call(site.url(), most=1_000_000)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 8_000_000


def test_a_packed_answer_is_unpacked(site: Site) -> None:
    site.pages["/"] = says(gzip.compress(b"hello" * 1000), Content_Encoding="gzip")
    assert to(site).call(site.url(), most=5000).body == b"hello" * 1000


@pytest.mark.parametrize(
    "page",
    [
        goes_on(b"SSH-2.0-OpenSSH\r\n", b"\r\n"),
        says(b"half", Content_Length="1000", Connection="close"),
        says(b"not packed", Content_Encoding="gzip"),
        goes_on(HEAD, b"X-A: b\r\n"),
    ],
    ids=["another protocol", "half", "not packed", "headers without end"],
)
def test_who_does_not_speak_as_agreed_is_told_apart(site: Site, page: Page) -> None:
    def and_goes(reader: BaseHTTPRequestHandler) -> None:
        page(reader)
        reader.close_connection = True

    site.pages["/"] = and_goes
    with pytest.raises(Unreachable, match="gave no whole answer"):
        to(site).call(site.url(), seconds=5)


def test_nobody_is_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as gone:
        port = gone.getsockname()[1]
    with pytest.raises(Unreachable, match="can't be reached"):
        Client(ports=frozenset(), inside=frozenset({("127.0.0.1", port)})).call(f"http://127.0.0.1:{port}/")
    with pytest.raises(Unreachable, match="There is no server called"):
        Client(ports=frozenset({80})).call("http://nobody.example.com/")


def test_the_log_has_the_servers_and_no_secret(
    site: Site, sentinel: Sentinel, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    site.pages["/s3cret"] = leads("/other?key=s3cret")
    site.pages["/gone-s3cret"] = leads(f"http://127.0.0.1:{sentinel.port}/s3cret")
    to(site).call(site.url("/s3cret"), headers={"Authorization": "s3cret"})
    site.pages["/broken-s3cret"] = goes_on(HEAD + b"Content-Length: 0\r\nX-A: b\r\n no header\r\nnor this\r\n\r\n", b"")
    to(site).call(site.url("/broken-s3cret"))
    for refused in (site.url("/gone-s3cret"), "http://user:s3cret@example.com/"):
        with pytest.raises(NoAnswer):
            to(site).call(refused)
    lines = [json.loads(JsonLines().format(one)) for one in caplog.records if one.name == calling.__name__]
    here = f"http://127.0.0.1:{site.server_port}"
    assert [(line["message"], line["servers"], line.get("status"), line.get("why")) for line in lines] == [
        ("outgoing request", [here, here], 200, None),
        ("outgoing request", [here], 200, None),
        ("outgoing request failed", [here, f"http://127.0.0.1:{sentinel.port}"], None, "Refused"),
        ("outgoing request failed", [], None, "Refused"),
    ]
    assert "s3cret" not in "".join(JsonLines().format(one) for one in caplog.records)


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A certificate of hooks.example.com, and its key."""
    folder = tmp_path_factory.mktemp("certificate")
    made, key = folder / "certificate.pem", folder / "key.pem"
    command = [
        "openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
        "-subj", "/CN=hooks.example.com", "-addext", "subjectAltName=DNS:hooks.example.com",
        "-out", made, "-keyout", key,
    ]  # fmt: skip
    subprocess.run(command, check=True, capture_output=True)
    return made, key


@pytest.fixture
def safe(
    site: Site, certificate: tuple[Path, Path], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Site, list[str | None]]]:
    """The site behind TLS, with a certificate that this system trusts, and the names that are asked for."""
    names: list[str | None] = []
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.sni_callback = lambda connection, name, _context: names.append(name)  # type: ignore[func-returns-value]
    site.socket = context.wrap_socket(site.socket, server_side=True)
    site.scheme = "https"
    monkeypatch.setenv("SSL_CERT_FILE", str(certificate[0]))
    calling.trusted.cache_clear()
    yield site, names
    calling.trusted.cache_clear()


def named(host: str, site: Site, *, seconds: float = 5) -> Callable[[str], Answer]:
    client = Client(
        ports=frozenset(), inside=frozenset({(host, site.server_port)}), resolve=lambda host, port: ["127.0.0.1"]
    )
    return lambda path: client.call(site.url(path, host=host), seconds=seconds)


def test_the_certificate_is_the_one_of_the_name(safe: tuple[Site, list[str | None]]) -> None:
    site, names = safe
    assert named("hooks.example.com", site)("/").body == b"hello"
    assert (names, site.seen[0][2]["Host"]) == (["hooks.example.com"], f"hooks.example.com:{site.server_port}")
    with pytest.raises(Unreachable, match=r"certificate of .* is not valid"):
        named("other.example.com", site)("/")
    assert len(site.seen) == 1


def test_a_certificate_that_nobody_trusts_is_not_valid(
    safe: tuple[Site, list[str | None]], monkeypatch: pytest.MonkeyPatch
) -> None:
    site, _ = safe
    monkeypatch.delenv("SSL_CERT_FILE")
    calling.trusted.cache_clear()
    with pytest.raises(Unreachable, match=r"certificate of .* is not valid"):
        named("hooks.example.com", site)("/")


@pytest.mark.parametrize("head", [b"", HEAD + b"Content-Length: 1000\r\n\r\n", HEAD + b"\r\n"])
def test_who_takes_too_long_under_tls_is_cut_off_as_well(safe: tuple[Site, list[str | None]], head: bytes) -> None:
    site, _ = safe
    site.pages["/"] = goes_on(head, b"a", 0.02)
    with pytest.raises(TooSlow):
        named("hooks.example.com", site, seconds=0.8)("/")


def test_https_does_not_lead_to_http(safe: tuple[Site, list[str | None]], other: Site) -> None:
    site, _ = safe
    site.pages["/"] = leads(other.url())
    client = Client(
        ports=frozenset(),
        inside=frozenset({("hooks.example.com", site.server_port), ("127.0.0.1", other.server_port)}),
        resolve=lambda host, port: ["127.0.0.1"],
    )
    with pytest.raises(Refused, match="not safe on its way"):
        client.call(site.url(host="hooks.example.com"))
    assert other.seen == []


def test_who_never_agrees_on_tls_is_given_up(sentinel: Sentinel) -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        port = silent.getsockname()[1]
        client = Client(ports=frozenset(), inside=frozenset({("127.0.0.1", port)}))
        with pytest.raises(Unreachable, match="can't be reached"):
            client.call(f"https://127.0.0.1:{port}/", seconds=0.4)


def test_the_settings_say_who_is_called(site: Site, settings: Any) -> None:
    settings.BODEGA_OUTGOING_PORTS = frozenset({443})
    settings.BODEGA_OUTGOING_ALLOW = frozenset({("127.0.0.1", site.server_port)})
    assert calling.client().call(site.url()).body == b"hello"
    with pytest.raises(Refused):
        calling.client().call("http://example.com/")
