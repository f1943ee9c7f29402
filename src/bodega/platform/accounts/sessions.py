"""Sessions in the database, as Django has them; with the one question of every request made into SQL once."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField
from django.db.models.functions import Now

from bodega.kernel.raw import Slot, Statement


@cache
def alive() -> Statement:
    rows = Session.objects.filter(session_key=Slot("key", output_field=CharField()), expire_date__gt=Now())
    return Statement(rows, ["session_data"])


class SessionStore(db.SessionStore):
    def load(self) -> dict[str, Any]:
        for (data,) in alive().ask(key=self.session_key):
            return self.decode(data)
        self._session_key = None
        return {}
