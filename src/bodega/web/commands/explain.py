"""`bodega explain`: says what follows from a record type."""

from __future__ import annotations

from argparse import Namespace

from bodega.kernel import registry
from bodega.kernel.record import RecordType
from bodega.kernel.scope import scope
from bodega.lib.text import closest
from bodega.surfaces.explain import explain
from bodega.web.cli import Refusal


def run(options: Namespace) -> int:
    with scope():
        if not options.type:
            for type_ in registry.every_type():
                print(f"{type_.key:24} {type_.plural}")
            return 0
        for line in explain(chosen(options.type)):
            print(line)
    return 0


def chosen(key: str) -> RecordType:
    try:
        return registry.type_of(key)
    except registry.UnknownType:
        near = closest(key, [found.key for found in registry.every_type()])
        raise Refusal(f"there is no record type '{key}'." + (f" Did you mean '{near}'?" if near else "")) from None
