"""What stops a request is a page that says so, with a way on, and tells nothing else."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.urls import path

from bodega.surfaces.html import problems
from tests.personas import People
from tests.surfaces.html.conftest import Visit
from tests.surfaces.html.visitor import Page, Visitor


def test_what_is_not_there_says_so(anna: Visitor) -> None:
    for url in ("/nothing/", "/people/99999/", "/people/99999/edit/", "/no/such/page"):
        page = anna.get(url)
        assert (anna.status, "There is nothing here" in page.text) == (404, True), url
        assert "/" in page.links


def test_what_one_may_not_says_whom_to_ask(visit: Visit, people: People) -> None:
    cleo = visit(people.cleo)
    page = cleo.get("/jobs/")
    assert (cleo.status, "This is for administrators. Ask one." in page.text) == (403, True)
    page = cleo.get("/deals/")
    assert (cleo.status, "Your role does not let you see deals." in page.text) == (403, True)


def test_a_form_that_was_open_for_too_long_says_so(people: People) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(people.user(people.anna))
    answer = client.post("/me/", {"language": "de"})
    assert answer.status_code == 403
    assert "This page was open for too long" in Page(answer.content.decode()).text


def test_a_request_for_a_host_that_is_not_ours_is_refused() -> None:
    answer = Client().get("/signin/", headers={"Host": "elsewhere.example"})
    assert (answer.status_code, "elsewhere" in answer.content.decode()) == (400, False)


def test_a_fault_of_ours_is_a_page_too(rf: RequestFactory) -> None:
    answer = problems.broken(rf.get("/people/"))
    assert (answer.status_code, "Something broke here" in answer.content.decode()) == (500, True)


def fail(request: HttpRequest) -> HttpResponse:
    raise ValueError("a secret of the machine")


urlpatterns = [path("find/", fail)]
handler500 = "bodega.surfaces.html.problems.broken"


@override_settings(ROOT_URLCONF=__name__)
def test_a_fault_is_not_told_in_detail(people: People) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(people.user(people.anna))
    client.cookies["theme"] = "dark"
    answer = client.get("/find/?q=mia")
    text = answer.content.decode()
    assert (answer.status_code, "a secret" in text, 'data-theme="dark"' in text) == (500, False, True)
    assert f"In the log it is {answer.headers['X-Request-ID']}." in text


def test_every_answer_has_the_policy(anna: Visitor) -> None:
    for url in ("/", "/nothing/", "/jobs/"):
        anna.get(url)
        assert "default-src 'none'" in anna.response.headers["Content-Security-Policy"]
