"""A program that calls the API by token, as over HTTP: each call is a unit of work of its own."""

from __future__ import annotations

from contextvars import Context
from json import loads
from typing import Any

from django.db import connection, reset_queries
from django.test import Client
from django.test.utils import CaptureQueriesContext

from bodega.kernel.actors import User, system
from bodega.platform.tokens import actions

JSON = "application/json"


class Program:
    def __init__(self, user: User, **token: Any) -> None:
        given = {"name": "tests", "may_write": True, "actor": system("tests")} | token
        self.token, self.secret = actions.make(user, **given)
        self.client = Client(headers={"Authorization": f"Bearer {self.secret}"})
        self.response: Any = None
        self.queries: list[str] = []
        self.body = b""

    def call(self, method: str, address: str, body: Any = None, **headers: str) -> Any:
        """The JSON of the answer; None where it has no body. Dashes in names of headers are written `_`."""
        given = {name.replace("_", "-"): value for name, value in headers.items()}
        more = {} if body is None else {"data": body, "content_type": JSON}
        reset_queries()
        with CaptureQueriesContext(connection) as captured:
            send = getattr(self.client, method)
            self.response = Context().run(lambda: send(f"/api/v1/{address}", headers=given, **more))
        self.queries = [query["sql"] for query in captured.captured_queries]
        self.body = b"".join(self.response) if self.response.streaming else self.response.content
        is_json = self.response.headers.get("Content-Type", "").endswith("json") and self.body
        return loads(self.body) if is_json else None

    def get(self, address: str, **headers: str) -> Any:
        return self.call("get", address, **headers)

    def post(self, address: str, body: Any = None, **headers: str) -> Any:
        return self.call("post", address, body if body is not None else {}, **headers)

    def patch(self, address: str, body: Any, **headers: str) -> Any:
        return self.call("patch", address, body, **headers)

    def put(self, address: str, body: Any, **headers: str) -> Any:
        return self.call("put", address, body, **headers)

    def delete(self, address: str, **headers: str) -> Any:
        return self.call("delete", address, **headers)

    @property
    def status(self) -> int:
        return int(self.response.status_code)

    @property
    def etag(self) -> str:
        return str(self.response.headers["ETag"])


def pointers(problem: Any) -> list[str]:
    """What is wrong where."""
    return [one.get("pointer", one.get("parameter")) for one in problem["errors"]]
