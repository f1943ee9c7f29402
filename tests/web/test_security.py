"""The headers that keep a browser from running what is not ours."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.test import RequestFactory

from bodega.web.security import POLICY, ContentSecurityPolicy


def test_every_answer_has_the_policy() -> None:
    answer = ContentSecurityPolicy(lambda _: HttpResponse("x"))(RequestFactory().get("/"))
    assert answer["Content-Security-Policy"] == POLICY
    assert "unsafe" not in POLICY
    assert answer["Permissions-Policy"].startswith("camera=()")


def test_an_answer_may_bring_its_own_policy() -> None:
    def strict(request: HttpRequest) -> HttpResponse:
        return HttpResponse("x", headers={"Content-Security-Policy": "sandbox"})

    assert ContentSecurityPolicy(strict)(RequestFactory().get("/"))["Content-Security-Policy"] == "sandbox"
