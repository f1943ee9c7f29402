"""Sessions that a page does not depend on: what was read or done counts, also where a message can't be ticked off."""

from __future__ import annotations

import logging

from django.conf import settings
from django.contrib.sessions.exceptions import SessionInterrupted
from django.contrib.sessions.middleware import SessionMiddleware
from django.db import DatabaseError
from django.http import HttpRequest, HttpResponse

from bodega.lib.outages import outage_of

logger = logging.getLogger(__name__)


class Sessions(SessionMiddleware):
    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        """The page as it is, where the disk is full or the database has just gone; signing in needs its session."""
        try:
            return super().process_response(request, response)
        except (DatabaseError, SessionInterrupted) as error:
            known = request.COOKIES.get(settings.SESSION_COOKIE_NAME) == request.session.session_key
            if not known or outage_of(error) is None:
                raise
            logger.warning("session not saved", extra={"why": type(error).__name__})
            return response
