"""A company at work, drawn by lot: records of every type with a token in every field, a past, a trash, timelines.

One function for each sort of thing. A token names the thing and the field in which it stands: wherever one comes to
light, it can be said whose it is.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from bodega.kernel import change, registry
from bodega.kernel.actors import HIDDEN, Actor, Role, Team, User, system
from bodega.kernel.drafts import Draft
from bodega.kernel.kinds import CUSTOM_KINDS, Address, AnyReference, Choices, Kind, Reference, References
from bodega.kernel.parts import Part
from bodega.kernel.query import parse
from bodega.kernel.record import RecordType
from bodega.kernel.rules import LIMIT, SHARE
from bodega.kernel.rules import Rule as RuleRow
from bodega.lib import clock
from bodega.lib.money import Money
from bodega.platform.delivering import deliver_all, enlist
from bodega.platform.files import store
from bodega.platform.notifications.models import Follow
from tests.proofs.companies import Company, dated, staffed, thing
from tests.proofs.oracle import APART, TALK, Branch, Person, Rule, Share, Thing

NOW = datetime(2026, 10, 14, 9, 30, tzinfo=UTC)
DAY = date(2026, 9, 1)
MASKED = 0.25
"""How often a role hides something of a type that has what may be hidden."""
TOKEN = re.compile(r"zq([a-z])(\d{3})(\d{2})")
OWN_TYPE = "custom.boats"
CUSTOMERS = ("parties.organisation", "parties.person")
SORTS = {
    "parties.organisation": 4, "products.product": 4, "parties.person": 5, "files.file": 3, "sales.deal": 6,
    OWN_TYPE: 3, "activity.note": 6, "activity.task": 5, "activity.promise": 4,
    "parties.relationship": 3, "parties.consent": 3, "memory.fact": 5, "memory.sensitive": 4, "memory.asked_again": 3,
    "views.view": 3, "talk.comment": 6,
}  # fmt: skip
"""How many of each, in an order in which each may refer to those before it."""
WITHIN = frozenset(
    {"parties.relationship", "parties.consent", "memory.fact", "memory.sensitive", "memory.asked_again", *TALK}
)
SAID_OF = [key for key in SORTS if key not in WITHIN or key in APART]
"""The types of which roles say something."""
LEFT = frozenset(
    """stays closed_on pipeline lost_reason time_zone language last_contact strength next_due owner teams territory
    private shares size sha256 repeat rhythm_on thread
    """.split()
)
"""Fields that the program fills in, or that hold no free value."""


def prepare() -> None:
    """What every company has: a type that an administrator made, with a field of every kind, and fields of their own
    on two of the others. Every reaction is enlisted."""
    enlist()
    program = system("tests")
    made = change.create(
        registry.type_of("kernel.type"), {"name": "Boat", "plural": "Boats", "slug": "boats"}, actor=program
    )
    words = [(made.key, word) for word in CUSTOM_KINDS]
    words += [(key, word) for key in ("parties.organisation", "sales.deal") for word in ("text", "reference")]
    for key, word in words:
        given = {"type": key, "name": f"A {word}", "word": f"a_{word}", "kind": word, "indexed": word == "text"}
        given |= {"options": ["Red", "Green"]} if word in ("choice", "choices") else {}
        given |= {"target": "products.product"} if word in ("reference", "references") else {}
        change.create(registry.type_of("kernel.field"), given, actor=program)


@dataclass
class Grown:
    """A company with its records. `names` are the fields in the order of their numbers in tokens."""

    company: Company
    lot: random.Random
    things: list[Thing] = field(default_factory=list)
    names: list[str] = field(default_factory=list)
    rules: dict[str, list[Rule]] = field(default_factory=dict)
    keys: dict[Thing, str] = field(default_factory=dict)
    """The external id of those that have one."""
    titles: dict[Thing, str] = field(default_factory=dict)
    """What each is called now."""

    @property
    def ids(self) -> dict[Any, int]:
        return self.company.ids

    def of(self, *type_keys: str) -> list[Thing]:
        return [one for one in self.things if one.type in type_keys]

    def token(self, one: Thing, name: str) -> str:
        """The text that stands in this field of this thing, and nowhere else."""
        if name not in self.names:
            self.names.append(name)
        number, place = self.things.index(one), self.names.index(name)
        return f"zq{'abcdefgh'[(5 * number + 3 * place) % 8]}{number:03d}{place:02d}"

    def acting(self, person: Person) -> Actor:
        """Somebody who may do everything, under this person's name: so there is a past that others may not see."""
        pk = self.ids[person]
        return Actor(user_id=pk, name=f"P{self.company.people.index(person)}", is_admin=True)


def grown(lot: random.Random, *, size: float = 1.0) -> Grown:
    """A company of that size, with everything told to whoever reacts to it."""
    made = Grown(staffed(lot, SAID_OF), lot)
    with clock.fixed(NOW - timedelta(days=40)):
        masked(made)
        made.rules = {key: [ruled(made, key)] for key in SORTS if key not in WITHIN and lot.random() < 0.15}
        for key, many in SORTS.items():
            written(made, key, [drawn(made, key) for _one in range(max(1, round(many * size)))])
    followed(made)
    for days in (20, 6, 2):
        with clock.fixed(NOW - timedelta(days=days, minutes=lot.randrange(500))):
            worked_on(made)
    with clock.fixed(NOW - timedelta(days=1)):
        thrown_away(made)
        deliver_all()
    return made


def drawn(made: Grown, type_key: str) -> Thing:
    """A thing of this type: whose it is, or what it hangs on."""
    one = thing(made.lot, made.company, type_key)
    one.rules, one.shares = (
        made.rules.get(type_key, []),
        [shared(made) for _share in range(made.lot.choice([0, 0, 0, 1]))],
    )
    if type_key in WITHIN:
        talked_of = [*CUSTOMERS, "sales.deal", OWN_TYPE, "activity.note"] if type_key in TALK else CUSTOMERS
        one = Thing(type=type_key, within=made.lot.choice(made.of(*talked_of)))
    made.things.append(one)
    return one


MAY_HIDE: Mapping[str, str] = {
    "parties.organisation": "about revenue tags", "parties.person": "about job_title birthday",
    "products.product": "price code description", "sales.deal": "amount next_step about lines",
    "activity.task": "due_on kind", "memory.fact": "words sure",
    "activity.promise": "due_on first_due_on outcome",
}  # fmt: skip
"""Fields, by type, that roles hide here."""


def masked(made: Grown) -> None:
    """Now and then a role hides fields from its holders."""
    masks: dict[int, Mapping[str, Collection[str]]] = {}
    for role, pk in made.company.role_ids.items():
        keys = [key for key in MAY_HIDE if made.lot.random() < MASKED]
        masks[role] = {key: made.lot.sample(MAY_HIDE[key].split(), made.lot.randint(1, 2)) for key in keys}
        said = {key: dict.fromkeys(names, HIDDEN) for key, names in masks[role].items()}
        Role.objects.filter(pk=pk).update(fields=said)
    for person in made.company.people:
        person.masks = [masks[id(role)] for role in person.roles]


def shared(made: Grown) -> Share:
    whom: list[Person | Branch] = [*made.company.people, *made.company.branches[Team]]
    return Share(made.lot.choice(whom), made.lot.random() < 0.5)


MEANINGS: Mapping[str, Callable[[Person, Thing], bool]] = {
    "owner:me": lambda person, one: one.owner is person,
    "owner:empty": lambda _person, one: one.owner is None,
    "private:no": lambda _person, one: not one.private,
}


def ruled(made: Grown, type_key: str) -> Rule:
    """What a question adds to everybody's sight of a type, or a team's, or all that it leaves them."""
    lot, text = made.lot, made.lot.choice([*MEANINGS])
    one = Rule(lot.random() < 0.4, MEANINGS[text], teams=lot.sample(made.company.branches[Team], lot.choice([0, 1])))
    RuleRow.objects.create(
        name="R", type=type_key, effect=LIMIT if one.limits else SHARE, question=text,
        asked=parse(text, registry.type_of(type_key), actor=system("tests")).to_json(),
        teams=[made.ids[team] for team in one.teams], roles=[], users=[], **dated(),
    )  # fmt: skip
    return one


def written(made: Grown, type_key: str, things: Sequence[Thing]) -> None:
    type_ = registry.type_of(type_key)
    drafts = [Draft(None, first_values(made, type_, one)) for one in things]
    change.save_many(type_, drafts, actor=made.acting(made.lot.choice(made.company.people)))
    for one, draft in zip(things, drafts, strict=True):
        if draft.problem:
            raise draft.problem
        made.ids[one] = draft.id or 0


def worked_on(made: Grown) -> None:
    """Somebody changes some records of each type, at once or one by one."""
    for key in SORTS:
        type_, person = registry.type_of(key), made.lot.choice(made.company.people)
        some = [one for one in made.of(key) if made.lot.random() < 0.4]
        drafts = [Draft(made.ids[one], later_values(made, type_, one)) for one in some]
        for lot in [drafts] if made.lot.random() < 0.5 else [[draft] for draft in drafts]:
            change.save_many(type_, lot, actor=made.acting(person))


def followed(made: Grown) -> None:
    """People follow things, and have views on their first page, some of which they may not see, or no longer: nobody
    asked them."""
    views = [f"view:{made.ids[one]}" for one in made.of("views.view")]
    for person in made.company.people:
        cards = ["bodega.surfaces.home.cards.for_me", *made.lot.sample(views, min(2, len(views)))]
        User.objects.filter(pk=made.ids[person]).update(preferences={"home": cards})
    some = [(person, one) for person in made.company.people for one in made.things if made.lot.random() < 0.15]
    Follow.objects.bulk_create(
        Follow(user_id=made.ids[person], type=one.type, record_id=made.ids[one]) for person, one in some
    )


def thrown_away(made: Grown) -> None:
    for key in SORTS:
        some = [made.ids[one] for one in made.of(key) if made.lot.random() < 0.12]
        if some:
            change.delete(registry.type_of(key), some, actor=made.acting(made.lot.choice(made.company.people)))


# ---- values ----------------------------------------------------------------------------------------------------------


def first_values(made: Grown, type_: RecordType, one: Thing) -> dict[str, Any]:
    kinds = [kind for kind in type_.fields().values() if kind.editable and kind.writable and kind.name not in LEFT]
    found = {kind.name: value(made, one, kind) for kind in kinds if kind.name != "external_id"}
    if made.lot.random() < 0.4 and type_.key not in WITHIN:
        found["external_id"] = made.keys[one] = f"K-{made.token(one, 'external_id')}"
    found |= OWN.get(type_.key, nothing)(made, one)
    found = {name: held for name, held in found.items() if held is not None}
    made.titles[one] = found[type_.title]
    if type_.key in WITHIN:
        return found
    return found | {
        "owner": one.owner and made.ids[one.owner],  # nobody's, too: left out, it would be the writer's
        "teams": [made.ids[team] for team in one.teams],
        "territory": one.territory and made.ids[one.territory],
        "private": one.private,
        "shares": [
            {"user" if isinstance(share.whom, Person) else "team": made.ids[share.whom], "may_change": share.may_change}
            for share in one.shares
        ],
    }


def later_values(made: Grown, type_: RecordType, one: Thing) -> dict[str, Any]:
    """Another value for a text and for what it refers to."""
    if type_.key in TALK:  # nobody changes another's words
        return {"resolved": made.lot.random() < 0.7}
    known = type_.fields()
    pointing = [kind for kind in known.values() if isinstance(kind, Reference) and kind.editable and kind.writable]
    kept = {"owner", "teams", "territory", type_.within}
    chosen = [kind for kind in pointing if kind.name not in kept | LEFT and made.lot.random() < 0.5]
    found = {kind.name: value(made, one, kind) for kind in chosen}
    found |= {name: held for name, held in OWN.get(type_.key, nothing)(made, one).items() if name in ("stage", "lines")}
    made.titles[one] = f"{made.token(one, type_.title)} {made.lot.choice(('anew', 'again', 'at last'))}"
    found[type_.title] = made.titles[one]
    return {name: held for name, held in found.items() if held is not None}


def value(made: Grown, one: Thing, kind: Kind, name: str = "") -> Any:
    """Something for a field of this kind; None where it would point at what is not there."""
    lot, token = made.lot, made.token(one, name or kind.name)
    if isinstance(kind, Part):
        return [
            {inner.name: value(made, one, inner, f"{kind.name}.{inner.name}") for inner in kind.kinds.values()}
            for _line in range(lot.randint(0, 2))
        ]
    if isinstance(kind, Reference):
        return pointed(made, one, kind)
    if kind.word in ("choice", "choices"):
        return chosen(lot, kind)
    plain: dict[str, Callable[[], Any]] = {
        "text": lambda: token,
        "longtext": lambda: f"{token} said\nand more",
        "richtext": lambda: f"<p>Hello <b>{token}</b></p>",
        "email": lambda: f"{token}@isdom.example",
        "phone": lambda: f"+4930{lot.randrange(10**7, 10**8)}",
        "url": lambda: f"https://isdom.example/{token}",
        "integer": lambda: lot.randrange(1, 2000),
        "decimal": lambda: Decimal(lot.randrange(1, 9000)) / 4,
        "percent": lambda: Decimal(lot.randrange(0, 100)),
        "money": lambda: Money(lot.randrange(1, 10**7), lot.choice(("EUR", "EUR", "NOK"))),
        "date": lambda: DAY + timedelta(days=lot.randrange(90)),
        "datetime": lambda: NOW - timedelta(hours=lot.randrange(900)),
        "yesno": lambda: lot.random() < 0.5,
        "tags": lambda: [token, lot.choice(("vip", "late"))],
        "country": lambda: lot.choice(("DE", "NO", "PT")),
        "json": lambda: {"n": token},
        "place": lambda: Address(street=token, city=lot.choice(("Bergen", "Porto")), country="NO"),
    }
    return plain[kind.word]()


def chosen(lot: random.Random, kind: Any) -> Any:
    if isinstance(kind, Choices):
        keys = [*kind.single.choices()]
        return lot.sample(keys, min(len(keys), 2))
    keys = [*kind.choices()]
    return lot.choice(keys) if keys else ""


def pointed(made: Grown, one: Thing, kind: Reference) -> Any:
    """A thing that is there already, whoever may see it: what refers to what one does not know is the point of it."""
    lot = made.lot
    if kind.word == "file":
        return lot.choice([None, *(made.ids[other] for other in made.of("files.file"))])
    if kind.to == "kernel.user":
        people = [made.ids[person] for person in made.company.people]
        return lot.sample(people, 2) if isinstance(kind, References) else lot.choice([None, *people])
    if isinstance(kind, AnyReference):
        other = lot.choice(made.of(*CUSTOMERS, "sales.deal"))
        return other.type, made.ids[other]
    keys = registry.type_of(kind.to).covers.split() or [kind.to]
    known = [made.ids[other] for other in made.of(*keys) if other is not one and other in made.ids]
    if not known:
        return None
    return lot.sample(known, min(2, len(known))) if isinstance(kind, References) else lot.choice(known)


# ---- what is special to a sort of thing ------------------------------------------------------------------------------


def nothing(made: Grown, one: Thing) -> Mapping[str, Any]:
    return {}


def customer(made: Grown, one: Thing) -> Mapping[str, Any]:
    points = [{"channel": "email", "value": f"{made.token(one, 'points')}@isdom.example", "label": "", "primary": True}]
    return {"contact_points": points, "email": None, "phone": None, "website": None}


def within(made: Grown, one: Thing) -> Mapping[str, Any]:
    return {"party": made.ids[one.within], "withdrawn_at": None}


def fact(made: Grown, one: Thing) -> Mapping[str, Any]:
    """What is known of whom they hang on, on a topic whose value is a text."""
    known = registry.type_of(registry.type_of(one.type).declared["topic"].to)  # type: ignore[attr-defined]
    topics = known.every(deleted=False).filter(kind="text").order_by("pk").values_list("pk", flat=True)
    return {"party": made.ids[one.within], "topic": made.lot.choice([*topics])}


def note(made: Grown, one: Thing) -> Mapping[str, Any]:
    """Some notes mention somebody, whether or not they may see it; some a customer, whoever may see that one."""
    token, person = made.token(one, "text"), made.lot.choice(made.company.people)
    customer = made.ids[made.lot.choice(made.of(*CUSTOMERS))]
    named = [f" @[somebody]({made.ids[person]})", f" @[a customer](parties.party/{customer})"]
    return {"text": token + "".join(made.lot.sample(named, made.lot.randint(1, 2)))} if made.lot.random() < 0.5 else {}


def deal(made: Grown, one: Thing) -> Mapping[str, Any]:
    stages = registry.type_of("sales.stage").every(deleted=False).order_by("pk").values_list("pk", flat=True)
    return {"stage": made.lot.choice([*stages]), "next_step": made.lot.choice(("", made.token(one, "next_step")))}


def a_file(made: Grown, one: Thing) -> Mapping[str, Any]:
    """Its bytes are in the store before it is told of."""
    sha256, size = store.keep([f"The content of {made.token(one, 'content')}".encode()])
    return {"name": f"{made.token(one, 'name')}.txt", "sha256": sha256, "size": size}


def task(made: Grown, one: Thing) -> Mapping[str, Any]:
    return {"due_on": DAY + timedelta(days=made.lot.randrange(60))}


def promise(made: Grown, one: Thing) -> Mapping[str, Any]:
    """Some are broken, and it is said why; some were moved."""
    day, known = DAY + timedelta(days=made.lot.randrange(60)), {}
    if made.lot.random() < 0.5:
        known = {"status": "broken", "done_at": NOW - timedelta(days=3), "outcome": made.token(one, "outcome")}
    if made.lot.random() < 0.5:
        known["moves"] = [{"was_due": DAY, "moved_to": day, "reason": made.token(one, "moves.reason")}]
    return {"due_on": day, **known}


def view(made: Grown, one: Thing) -> dict[str, Any]:
    """What is asked may tell as much as a record."""
    key = made.lot.choice(("sales.deal", "parties.person"))
    question = made.lot.choice(("", f"name:{made.token(one, 'question')}"))
    shown = {"shape": "list", "sort": made.lot.choice(("", "-name")), "columns": made.lot.choice(("", "name owner"))}
    return {"type": key, "question": question, "by": "", "show": "", "roles": [], **shown}


def comment(made: Grown, one: Thing) -> Mapping[str, Any]:
    """About what it hangs on; some answer another one."""
    others = [made.ids[other] for other in made.of(one.type) if other.within is one.within and other in made.ids]
    thread = made.lot.choice([None, *others])
    about = {"about": (one.within.type, made.ids[one.within])} if one.within else {}
    return about | ({"thread": thread} if thread else {})


OWN: Mapping[str, Callable[[Grown, Thing], Mapping[str, Any]]] = {
    "parties.organisation": customer,
    "parties.person": customer,
    "parties.relationship": within,
    "parties.consent": within,
    "memory.asked_again": within,
    "memory.fact": fact,
    "memory.sensitive": fact,
    "sales.deal": deal,
    "files.file": a_file,
    "activity.note": note,
    "activity.task": task,
    "activity.promise": promise,
    "views.view": view,
    "talk.comment": comment,
}


def tokens_in(text: str) -> Iterator[tuple[int, int, str]]:
    """The tokens in a text, each after the numbers of its thing and its field."""
    return ((int(found[2]), int(found[3]), found[0]) for found in TOKEN.finditer(text))
