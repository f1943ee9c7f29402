"""`explain` says what follows from every record type, and from where."""

from __future__ import annotations

import pytest

from bodega.kernel import registry
from bodega.surfaces.explain import explain


@pytest.mark.django_db
def test_it_tells_of_every_type(seeded: object) -> None:
    for type_ in registry.DECLARED.values():
        told = "\n".join(explain(type_))
        named = [f"field      {name}" in told for name in type_.fields()]
        assert (all(named), ".py:" in told.splitlines()[1]) == (True, True)


@pytest.mark.django_db
def test_it_names_the_verb_its_event_and_who_reacts(seeded: object) -> None:
    told = "\n".join(explain(registry.type_of("sales.deal")))
    for line in (
        "action     win",
        "event      sales.deal.won",
        "reaction bodega.apps.activity.reactions.tell",
        "/deals/board/",
    ):
        assert line in told
