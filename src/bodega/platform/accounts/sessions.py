"""Sessions in the database, as Django has them; with the one question of every request made into SQL once."""

from __future__ import annotations

from functools import cache, partial
from typing import Any, cast

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db.models import CharField
from django.db.models.functions import Now

from bodega.kernel.raw import Slot, Statement
from bodega.kernel.scope import remembered
from bodega.platform.accounts.models import Session
from bodega.platform.accounts.signing_in import person_of, personal, with_arrangement


@cache
def alive() -> Statement:
    """A session, and the person whose it is."""
    rows = Session.objects.filter(session_key=Slot("key", output_field=CharField()), expire_date__gt=Now())
    return Statement(with_arrangement(rows), ["session_data", *personal("user__")])


class SessionStore(db.SessionStore):
    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        made = cast("Session", super().create_model_instance(data))
        made.user_id = data.get(SESSION_KEY)
        return made

    def load(self) -> dict[str, Any]:
        for data, *row in alive().ask(key=self.session_key):
            if row[0] is not None:
                remembered(("person", row[0]), partial(person_of, row))
            return self.decode(data)
        self._session_key = None
        return {}
