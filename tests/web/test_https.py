"""Behind a server with HTTPS: cookies are bound to the host, browsers stay with HTTPS, and no proxy is believed."""

from __future__ import annotations

from collections.abc import Iterator
from http.client import HTTPConnection, HTTPMessage
from http.cookies import SimpleCookie
from urllib.parse import urlencode

import pytest

from tests.proofs.installation import PASSWORD, Installation

pytestmark = [pytest.mark.slow, pytest.mark.sqlite]
HOST = "crm.isdom.example"
ELSEWHERE = "evil.example"


@pytest.fixture(scope="module")
def port(tmp_path_factory: pytest.TempPathFactory) -> Iterator[int]:
    """An installation that is reached as https://crm.isdom.example; the server before it speaks HTTP to it."""
    folder = tmp_path_factory.mktemp("https")
    installation = Installation(folder, f"sqlite:///{folder / 'x.sqlite3'}", settings={"base_url": f"https://{HOST}"})
    installation.make()
    yield installation.serve("web").port
    installation.end()


class Browser:
    """Sends what it is told, keeps cookies."""

    def __init__(self, port: int) -> None:
        self.port, self.cookies = port, SimpleCookie()

    def ask(self, method: str, path: str, body: str = "", **headers: str) -> tuple[int, HTTPMessage, str]:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=60)
        sent = {"Host": HOST, "Cookie": "; ".join(f"{one.key}={one.value}" for one in self.cookies.values())}
        sent |= {name.replace("_", "-"): value for name, value in headers.items()}
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        text = answer.read().decode()
        for line in answer.headers.get_all("Set-Cookie") or ():
            self.cookies.load(line)
        connection.close()
        return answer.status, answer.headers, text

    def send(self, path: str, given: dict[str, str], **headers: str) -> tuple[int, HTTPMessage, str]:
        _status, _headers, page = self.ask("GET", "/signin/")
        token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
        body = urlencode({"csrfmiddlewaretoken": token, **given})
        return self.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **headers)


GIVEN = {"login": "admin", "password": PASSWORD, "next": "/"}
OURS = {"Origin": f"https://{HOST}", "Referer": f"https://{HOST}/signin/"}


def test_every_cookie_is_bound_to_this_host(port: int) -> None:
    browser = Browser(port)
    assert browser.send("/signin/", GIVEN, **OURS)[0] == 302
    page = browser.ask("GET", "/me/")[2]
    token = page.partition('name="csrfmiddlewaretoken" value="')[2].partition('"')[0]
    for path, given in (("/theme/", {"theme": "dark"}), ("/people/new/", {"name": "Ola", "fields": "name"})):
        body = urlencode({"csrfmiddlewaretoken": token, **given})
        browser.ask("POST", path, body, Content_Type="application/x-www-form-urlencoded", **OURS)
    told = {name: (one["secure"], one["httponly"], one["samesite"], one["path"], one["domain"])
            for name, one in browser.cookies.items()}  # fmt: skip
    kept = (True, True, "Lax", "/", "")
    assert told == {f"__Host-{name}": kept for name in ("bodega", "csrftoken", "theme", "messages")}


def test_browsers_are_told_to_stay_with_https(port: int) -> None:
    for path in ("/signin/", "/", "/nothing/", "/health/live", "/api/v1/", "/static/x/bodega/css/all.css"):
        headers = Browser(port).ask("GET", path)[1]
        assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains", path


@pytest.mark.parametrize("headers", [{"Origin": f"https://{ELSEWHERE}"}, {"Referer": f"https://{ELSEWHERE}/"}, {},
                                     {"Origin": "null"}, {"Origin": f"http://{HOST}"}], ids=str)  # fmt: skip
def test_a_form_comes_from_a_page_of_ours(port: int, headers: dict[str, str]) -> None:
    assert Browser(port).send("/signin/", GIVEN, **headers)[0] == 403


def test_what_a_proxy_says_of_itself_counts_for_nothing(port: int) -> None:
    said = {"X_Forwarded_Proto": "http", "X_Forwarded_Host": ELSEWHERE, "Forwarded": f"host={ELSEWHERE};proto=http"}
    browser = Browser(port)
    status, headers, _text = browser.send("/signin/", GIVEN, **OURS, **said)
    assert (status, headers["Location"]) == (302, "/")
    status, headers, _text = browser.ask("GET", "/people", **said)
    assert (status, headers["Location"]) == (301, "/people/")
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"


def test_another_host_is_refused(port: int) -> None:
    for host in (ELSEWHERE, f"{HOST}.{ELSEWHERE}", f"{HOST}@{ELSEWHERE}", f"{ELSEWHERE}#{HOST}"):
        status, _headers, text = Browser(port).ask("GET", "/signin/", Host=host)
        assert (status, ELSEWHERE in text) == (400, False), host


def test_static_files_are_for_our_own_pages(port: int) -> None:
    headers = Browser(port).ask("GET", "/static/x/bodega/css/all.css")[1]
    told = [headers[name] for name in ("X-Content-Type-Options", "Cross-Origin-Resource-Policy", "Content-Type")]
    assert told == ["nosniff", "same-origin", "text/css; charset=utf-8"]
