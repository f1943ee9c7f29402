"""A company in which every text tries to be run; a program for the installation that `scripts` and its test look at.

    BODEGA_DATA_DIR=… python -m tests.proofs.planting TEXTS.json MOST

TEXTS.json holds the texts, MOST is how many records of a type there are at most. Prints where everything is, as JSON.
"""

from __future__ import annotations

import io
import json
import os
import re
import sys
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import django
from django.db import transaction
from django.utils.timezone import now

from tests.proofs.payloads import packed

PROBE = "\"'<i>x</i>"
ROOM = {"text": 60, "longtext": 2_000, "richtext": 0}
"""Characters of a text where its field says nothing; a rich text has one payload, lest one hides another."""
FEW = {"kernel.type": 4, "sales.pipeline": 4, "kernel.user": 20, "kernel.role": 12, "kernel.rate": 2, "audit.mark": 4}
"""Types whose records stand on many pages, or of which there can be but so many."""
KEYS = frozenset({"external_id", "set", "key"})
"""Texts by which the program finds a record again: each is another one."""
JOB, CONSUMER = "bodega.platform.jobs.jobs.prune", "bodega.surfaces.search.reactions.keep"
LOOSE = frozenset({"tags", "json", "place", "url", "email"})
"""Kinds that take payloads in a form of their own."""
NO_MAIL = re.compile(r"[^\x21-\x7e]|[@<>,;\"()\[\]\\]")


class Sower:
    """Writes the texts, by the doors that everything is written by."""

    def __init__(self, texts: Sequence[str], most: int) -> None:
        from bodega.kernel.actors import User, actor_of

        self.texts, self.most, self.numbers = texts, most, count(100)
        self.actor = actor_of(User.objects.get(login="admin"))
        self.told: dict[str, Any] = {"without": []}

    def groups(self, length: int) -> list[str]:
        """The texts for a field of so many characters; the beginnings of some where none fits."""
        return packed(self.texts, length) or [text[:length] for text in self.texts[:20]]

    # ---- records ---------------------------------------------------------------------------------------------------

    def records(self, key: str) -> None:
        """Records of a type with a payload in each field that takes any text, and one more state of each behind it."""
        from bodega.kernel import change, registry

        type_ = registry.type_of(key)
        free = self.free(type_)
        longest = max((len(some) for some in free.values()), default=1)
        most = longest if key.startswith("custom.") else min(self.most, FEW.get(key, self.most), longest)
        made: list[int] = []
        for shift in (0, 3):
            drafts = [
                change.Draft(
                    pk, self.values(type_, free, at + shift) if pk is None else self.texts_of(free, at + shift)
                )
                for at, pk in enumerate(made or [None] * most)
            ]
            outcome = change.save_many(type_, drafts, actor=self.actor)
            made = made or outcome.created
        if not made:
            self.told["without"].append(f"no {key} could be made: {outcome.problems[0].problem}")
        self.told[type_.slug] = {
            "ids": made, "fields": [*type_.fields()], "free": [*free], "title": type_.title,
            "actions": [action.name for action in type_.actions],
        }  # fmt: skip

    def free(self, type_: Any) -> dict[str, list[str]]:
        """By field, what can stand in it: found out by trying, and taking it back."""
        from bodega.kernel import change
        from bodega.kernel.scope import PROCESS

        rooms = {name: getattr(kind, "length", 0) or ROOM[kind.word] for name, kind in type_.fields().items()
                 if kind.entered and kind.word in ROOM and name not in KEYS}  # fmt: skip
        drafts = {name: change.Draft(None, self.values(type_, {name: [PROBE]}, 0)) for name in rooms}
        with transaction.atomic():
            change.save_many(type_, [*drafts.values()], actor=self.actor)
            transaction.set_rollback(True)
        PROCESS.clear()
        return {
            name: self.groups(rooms[name]) if rooms[name] else [*self.texts]
            for name, draft in drafts.items()
            if draft.problem is None
        }

    def values_of(self, type_: Any) -> Callable[..., dict[str, Any]]:
        return partial(self.values, type_)

    def values(self, type_: Any, free: Mapping[str, Sequence[str]], at: int) -> dict[str, Any]:
        """A record as it should be, but for its texts."""
        from tests.specimens import OWN, values

        number = next(self.numbers)
        found = values(type_, number, actor=self.actor) | {"external_id": f"x{number}"}
        for name, kind in type_.fields().items():
            if name in found and name not in OWN.get(type_.key, {}) and kind.word in LOOSE:
                found[name] = self.of_kind(kind, found[name], at)
        if "contact_points" in type_.fields():
            point = {"channel": "handle", "value": self.groups(300)[at % len(self.groups(300))]}
            found["contact_points"] = [point, {"channel": "handle", "value": f"@{number}", "label": self.groups(40)[0]}]
        found.pop("shares", None)  # there are no texts in them
        return found | {name: False for name in ("required",) if name in found} | self.texts_of(free, at)

    def texts_of(self, free: Mapping[str, Sequence[str]], at: int) -> dict[str, str]:
        return {name: some[(at + 7 * place) % len(some)] for place, (name, some) in enumerate(free.items())}

    def of_kind(self, kind: Any, usual: Any, at: int) -> Any:
        """A payload as far as the kind lets it in; what people may type, and not more."""
        from django.core.exceptions import ValidationError

        text = self.texts[at % len(self.texts)]
        tried = {
            "tags": [text[:60], "plain"],
            "json": {text: [text]},
            "url": "https://isdom.example/" + re.sub(r"\s", "/", text)[:400],
            "email": NO_MAIL.sub("'", text)[:60] + "@isdom.example",
        }
        if kind.word == "place":
            return type(usual)(street=text[:200], postcode=text[:20], city=text[:100], region=text[:100], country="NO")
        try:
            return kind.parse(tried[kind.word], actor=self.actor) if kind.word in ("url", "email") else tried[kind.word]
        except ValidationError:
            return usual

    # ---- what administrators name ----------------------------------------------------------------------------------

    def arranged(self) -> None:
        """A type of one's own with a field of each kind, named by payloads, and such fields on the program's types."""
        from bodega.kernel import change, registry
        from bodega.kernel.kinds import CUSTOM_KINDS

        names = self.groups(60)
        type_, field = registry.type_of("kernel.type"), registry.type_of("kernel.field")
        made = change.create(
            type_, {"name": names[0], "plural": names[1], "slug": "boats", "icon": "box"}, actor=self.actor
        )
        wanted = [(made.key, word) for word in CUSTOM_KINDS]
        wanted += [("sales.deal", "choice"), ("parties.person", "richtext"), ("parties.person", "text")]
        wanted += [("products.product", "file")]
        for at, (key, word) in enumerate(wanted):
            given = {"type": key, "name": names[(at + 3) % len(names)], "word": f"own_{at}", "kind": word}
            if word in ("choice", "choices"):
                given["options"] = [f"{name} {letter}" for name, letter in zip(names[at:], "abcd", strict=False)]
            given |= {"target": "products.product"} if word in ("reference", "references") else {}
            change.create(field, given, actor=self.actor)

    # ---- what belongs to the program -------------------------------------------------------------------------------

    def files(self) -> None:
        """Files whose names and contents are payloads."""
        from bodega.platform.files import store

        kept = [
            store.upload([text.encode()], f"{name}.html", actor=self.actor).pk
            for name, text in zip(self.groups(200)[:8], self.groups(2_000) * 8, strict=False)
        ]
        self.told["downloads"] = kept

    def imports(self) -> None:
        """Files whose names, headings and cells are payloads: one to be mapped, one tried, whose lines do not fit."""
        from bodega.surfaces.transfer import actions
        from bodega.surfaces.transfer.perform import perform

        groups = self.groups(150)
        headings = [text for text in groups[:20] if "\n" not in text]
        runs = []
        for at in range(2):
            rows = [["name", "e-mail", "language", *headings]]
            rows += [[text] * (3 + len(headings)) for text in groups]
            run = actions.start(
                io.BytesIO("\n".join(",".join(f'"{quoted(cell)}"' for cell in row) for row in rows).encode()),
                name=f"{groups[at]}.csv", type_key="parties.person", actor=self.actor,
            )  # fmt: skip
            runs.append(run.pk)
        actions.set_off(run, dry=True)
        perform(run, actor=self.actor)
        self.told["runs"] = runs

    def program(self) -> None:
        """Names of tokens; what jobs and reactions say that failed."""
        from bodega.kernel.actors import User
        from bodega.kernel.models import Parked
        from bodega.platform.jobs.models import Job, State
        from bodega.platform.tokens import actions as tokens

        user, longer = User.objects.get(login="admin"), self.groups(2_000)
        made = [tokens.make(user, name=text, actor=self.actor)[0].pk for text in self.groups(100)[:20]]
        jobs = [
            Job.objects.create(name=JOB, text=text[:200], error=error, state=State.FAILED, run_at=now(),
                               created_at=now(), finished_at=now()).pk
            for text, error in zip(self.groups(200)[:20], longer * 20, strict=False)
        ]  # fmt: skip
        parked = [
            Parked.objects.create(consumer=CONSUMER, type="parties.person", record_id=1, change_id=1, position=at,
                                  error=error, at=now()).pk
            for at, error in enumerate((longer * 20)[:20])
        ]  # fmt: skip
        self.told |= {"tokens": made, "jobs": jobs, "parked": parked}


def quoted(cell: str) -> str:
    return cell.replace('"', '""')


def main() -> None:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bodega.web.settings")
    django.setup()

    from bodega.kernel import registry
    from bodega.kernel.scope import scope
    from bodega.platform.delivering import deliver_all
    from bodega.surfaces.search.jobs import refresh_all

    sower = Sower(json.loads(Path(sys.argv[1]).read_text("utf-8")), int(sys.argv[2]))
    with scope():
        sower.arranged()
    first = ["parties.organisation", "parties.person", "products.product"]
    with scope():
        keys = [type_.key for type_ in registry.every_type() if type_.form and not type_.covers]
    for key in dict.fromkeys([*first, *keys]):
        with scope():
            sower.records(key)
    for sow in (sower.files, sower.imports, sower.program, deliver_all):
        with scope():
            sow()
    with scope():
        refresh_all(lambda _done, _text: None)
    sys.stdout.write(json.dumps(sower.told))


if __name__ == "__main__":
    main()
