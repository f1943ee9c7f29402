"""All records that a question means, as a file that is sent while it is made."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from bodega.surfaces.api.lists import Listing
from bodega.surfaces.export import answer


class Export(Listing):
    takes = ("q", "where", "fields", "sort", "bom")

    def get(self, request: HttpRequest, format: str) -> HttpResponseBase:  # noqa: A002  (as it stands in the address)
        if format not in answer.FORMATS:
            raise Http404
        names = self.names() if self.asked("fields") else ()
        asked = answer.asked(
            self.type_,
            self.question(),
            actor=self.actor,
            format=format,
            fields=names,
            sort=self.asked("sort"),
            bom=self.asked_flag("bom"),
        )
        try:
            return answer.served(asked)
        except ValidationError as problem:
            raise self.bad("fields", " ".join(problem.messages)) from None
