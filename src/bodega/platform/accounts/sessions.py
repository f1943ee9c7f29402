"""Sessions in the database, as Django has them; with the one question of every request made into SQL once."""

from __future__ import annotations

import logging
from collections.abc import Mapping
from datetime import datetime, timedelta
from functools import cache, partial
from typing import Any, cast

from django.conf import settings
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import DatabaseError, transaction
from django.db.models import CharField
from django.db.models.functions import Now

from bodega.kernel.raw import Slot, Statement
from bodega.kernel.scope import remembered
from bodega.platform.accounts.models import Session
from bodega.platform.accounts.signing_in import UNTIL, person_of, personal, with_arrangement

logger = logging.getLogger(__name__)
LATELY = timedelta(hours=1)
"""The end of a session that is in use is put off no more often than this."""


@cache
def alive() -> Statement:
    """A session, and the person whose it is."""
    rows = Session.objects.filter(session_key=Slot("key", output_field=CharField()), expire_date__gt=Now())
    return Statement(with_arrangement(rows), ["session_data", "expire_date", *personal("user__")])


class SessionStore(db.SessionStore):
    """A session ends when nobody has used it for a while, and in any case so long after signing in."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        data.setdefault(UNTIL, self.get_expiry_date().isoformat())
        made = cast("Session", super().create_model_instance(data))
        made.expire_date, made.user_id = self.end(data), data.get(SESSION_KEY)
        return made

    def load(self) -> dict[str, Any]:
        for data, expires, *row in alive().ask(key=self.session_key):
            if row[0] is not None:
                remembered(("person", row[0]), partial(person_of, row))
            found = self.decode(data)
            self.put_off(self.end(found, at_most=expires), expires)
            return found
        self._session_key = None
        return {}

    def end(self, data: Mapping[str, Any], *, at_most: datetime | None = None) -> datetime:
        """When it ends if it is not used again. `at_most`: where the session is from before they knew their own end."""
        unused = self.get_expiry_date(expiry=settings.BODEGA_SESSION_IDLE_HOURS * 3600)
        longest = datetime.fromisoformat(data[UNTIL]) if UNTIL in data else at_most
        return min(unused, longest or unused)

    def put_off(self, end: datetime, expires: datetime) -> None:
        """What was asked for is answered even where nothing can be written."""
        if end - expires < LATELY:
            return
        try:
            with transaction.atomic():
                Session.objects.filter(pk=self.session_key).update(expire_date=end)
        except DatabaseError as error:
            logger.warning("end of a session not put off", extra={"why": type(error).__name__})
