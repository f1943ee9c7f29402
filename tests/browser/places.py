"""Where a browser looks at everything: each page of the inventory, and the states that pages may be in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from bodega.surfaces import inventory

NUMBERS = {"people": 4, "deals": 1}
"""The types whose pages stand for those of every type, and a record of each."""
STATES = (
    "/options/new/?set=parties.source /find/?q=isd /find/?q=zzzz /people/?q=zzzz /people/?q=stge:x "
    "/people/4/?tab=history /organisations/1/ /tasks/calendar/?show=agenda /deals/1/do/lose/ /nothing/ "
    "/organisations/map/"
).split()
NO_PAGES = (
    "api/v1/", "metrics", "health", "files/", "undo/", "welcome/", "any/", "look/", "signout/", "theme/", "signin/",
    "live/",
)  # fmt: skip
"""What answers no page to who comes by an address."""


def places(numbers: Mapping[str, int] = NUMBERS) -> list[str]:
    """Every address that may be a page; what has none under it says so in one."""
    found = [url for route in inventory.PAGES if not route.startswith(NO_PAGES) for url in of_route(route, numbers)]
    return [*dict.fromkeys([*found, *STATES])]


def of_route(route: str, numbers: Mapping[str, int]) -> Iterator[str]:
    for slug, number in numbers.items() if "<slug:slug>" in route else [("", 1)]:
        url = "/" + route.replace("<slug:slug>", slug).replace("<int:pk>", str(number))
        for mark, name in (("<slug:name>", "name"), ("<slug:format>", ""), ("<str:what>", ""), ("<str:name>", "")):
            url = url.replace(mark, name)
        if "<" not in url and not url.endswith((".", ".json")):
            yield url.replace("//", "/")
