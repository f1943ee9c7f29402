"""What can be read out of one line about a conversation ("called Mia 5 min, wants Friday"), in English or German.

It says what it takes each stretch of the line for, and leaves the line as it is: who wrote it decides. Nothing here
asks the database; whom a name may mean is given by whoever asks.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from functools import cache

from bodega.apps.activity import wording
from bodega.apps.activity.wording import IN, OUT
from bodega.lib.text import fold

MOST_WORDS = 200
"""Of a longer line only these are looked at."""
DAY_LONG = 24 * 60
WORD = re.compile(r"\d{4}-\d\d?-\d\d?|\d\d?\.\d\d?\.(?:\d{4}|\d\d)?|\d+(?:[.,:]\d+)?|[^\W\d_]+(?:['’-][^\W\d_]+)*")


@dataclass(frozen=True)
class Word:
    text: str
    start: int
    end: int


@dataclass(frozen=True)
class Someone:
    """Who may be meant, by type and id."""

    type: str
    id: int
    name: str


@dataclass(frozen=True)
class Heard:
    """That the line says this from `start` to `end`. `part` is channel, direction, minutes, outcome, follow_up (a day
    to come), happened_on (a day that has been) or who (several where the name does not tell which)."""

    part: str
    value: str | int | date | tuple[Someone, ...]
    start: int
    end: int


@dataclass(frozen=True)
class Understood:
    """A line, and what was understood of it in the order in which it stands there; each part once but for `who`."""

    line: str
    heard: Sequence[Heard] = ()

    def of(self, part: str) -> Heard | None:
        return next((one for one in self.heard if one.part == part), None)

    @property
    def who(self) -> Iterator[Heard]:
        return (one for one in self.heard if one.part == "who")


Found = tuple[str, str | int | date, int]
"""A part, what it is, and how many words say it."""


@dataclass
class Reading:
    """The words of a line, of which each says one thing at most."""

    line: str
    today: date
    outcomes: Mapping[str, str]
    words: Sequence[Word] = field(init=False)
    heard: list[Heard] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)

    def __post_init__(self) -> None:
        found = (Word(one[0].lower().replace("’", "'"), *one.span()) for one in WORD.finditer(self.line))
        self.words = [one for one, _at in zip(found, range(MOST_WORDS), strict=False)]

    def at(self, place: int) -> str:
        return self.words[place].text if 0 <= place < len(self.words) else ""

    def folded(self, place: int) -> str:
        return fold(self.at(place))

    def hear(self, part: str, value: str | int | date | tuple[Someone, ...], place: int, many: int) -> None:
        first, last = self.words[place], self.words[place + many - 1]
        self.heard.append(Heard(part, value, first.start, last.end))
        self.taken |= {*range(place, place + many)}

    def read(self) -> None:
        place, known = 0, set[str]()
        while place < len(self.words):
            part, value, many = next(filter(None, (ask(self, place) for ask in READERS)), ("", "", 1))
            if part and part.partition(" ")[0] not in known:
                known.add(part.partition(" ")[0])
                self.take(part, value, place, many)
            place += many

    def take(self, part: str, value: str | int | date, place: int, many: int) -> None:
        part, _blank, direction = part.partition(" ")
        self.hear(part, value, place, many)
        if direction:
            self.hear("direction", direction, place, many)


def understand(line: str, *, today: date, outcomes: Mapping[str, str], people: Iterable[Someone] = ()) -> Understood:
    """What the line says. `outcomes` are the names of those there are by key; `people` who may be meant by a name."""
    reading = Reading(line, today, outcomes)
    reading.read()
    name(reading, people)
    direct(reading)
    return Understood(line, sorted(reading.heard, key=lambda one: (one.start, one.part)))


def possible_names(line: str, *, today: date, outcomes: Mapping[str, str]) -> list[str]:
    """The words that say nothing else, so that they may be somebody's name."""
    reading = Reading(line, today, outcomes)
    reading.read()
    left = (word.text for at, word in enumerate(reading.words) if at not in reading.taken)
    return [*dict.fromkeys(word for word in left if len(word) > 1 and not word[0].isdigit())]


# ---- phrases -----------------------------------------------------------------------------------------------------


def phrases(words: str) -> list[tuple[str, ...]]:
    return [tuple(one.split()) for one in words.split("|")]


@cache
def fixed() -> Mapping[tuple[str, ...], tuple[str, str | int]]:
    """The phrases that always mean the same; of a channel, perhaps with its direction."""
    found: dict[tuple[str, ...], tuple[str, str | int]] = {}
    for channel, words in wording.CHANNELS.items():
        found |= dict.fromkeys(phrases(words), ("channel", channel))
    for (channel, direction), words in wording.TOWARDS.items():
        found |= dict.fromkeys(phrases(words), (f"channel {direction}", channel))
    return found | {tuple(words.split()): ("minutes", many) for words, many in wording.LENGTHS.items()}


def longest(at: Callable[[int], str], place: int, known: Mapping[tuple[str, ...], object]) -> tuple[str, ...]:
    """The longest of the known phrases that stands there; an empty one where none does."""
    most = max(map(len, known), default=0)
    tried = (tuple(at(place + step) for step in range(many)) for many in range(most, 0, -1))
    return next((words for words in tried if words in known), ())


def phrase(reading: Reading, place: int) -> Found | None:
    words = longest(reading.at, place, fixed())
    return (*fixed()[words], len(words)) if words else None


def outcome(reading: Reading, place: int) -> Found | None:
    """One of those there are, unless what stands before it takes it back."""
    known = {tuple(words.lower().split()): key for key, words in reading.outcomes.items()}
    for key in reading.outcomes.keys() & wording.OUTCOMES.keys():
        known |= dict.fromkeys(phrases(wording.OUTCOMES[key]), key)
    words = longest(reading.at, place, {words: key for words, key in known.items() if words})
    if not words or reading.at(place - 1) in wording.NOT:
        return None
    return "outcome", known[words], len(words)


# ---- how long ----------------------------------------------------------------------------------------------------


def length(reading: Reading, place: int) -> Found | None:
    """`5 min`, `1.5 h`, `1:30 h`, `two hours`; but `in 5 minutes` is no length."""
    unit = reading.at(place + 1)
    per = 1 if unit in wording.MINUTES else 60 if unit in wording.HOURS else 0
    many = minutes(reading.at(place), per) if per and reading.at(place - 1) != "in" else 0
    return ("minutes", many, 2) if 0 < many <= DAY_LONG else None


def minutes(word: str, per: int) -> int:
    if word in wording.NUMBERS:
        return wording.NUMBERS[word] * per
    found = NUMBER.fullmatch(word)
    if found is None:
        return 0
    whole, mark, rest = found.groups("")
    return int(whole) * per + (int(rest) if mark == ":" else round(float(f"0.{rest or 0}") * per))


NUMBER = re.compile(r"(\d{1,4})(?:([.,:])(\d{1,2}))?")


# ---- days --------------------------------------------------------------------------------------------------------


def day(reading: Reading, place: int) -> Found | None:
    """A day that is to come is when something follows; one that has been is when it happened."""
    lead = 1 if reading.at(place) in wording.BEFORE_DAY | wording.LAST else 0
    backwards = lead and reading.at(place) in wording.LAST
    for ask in DAY_READERS:
        found = ask(reading, place) or (ask(reading, place + lead) if lead else None)
        if found:
            there, many, skipped = *found, 0 if ask(reading, place) else lead
            there = there - timedelta(days=7) if backwards and ask is weekday else there
            part = "follow_up" if there > reading.today else "happened_on"
            return (part, there, many + skipped) if there != reading.today else None
    return None


Day = tuple[date, int]


def named_day(reading: Reading, place: int) -> Day | None:
    today = reading.today
    monday = today - timedelta(days=today.weekday())
    known: dict[tuple[str, ...], date] = {
        **{tuple(words.split()): today + timedelta(days=many) for words, many in wording.AHEAD.items()},
        **{tuple(words.split()): today - timedelta(days=many) for words, many in wording.BACK.items()},
        **{tuple(words.split()): monday + timedelta(days=7) for words in wording.NEXT_WEEK},
        **{
            tuple(words.split()): (today.replace(day=1) + timedelta(days=32)).replace(day=1)
            for words in wording.NEXT_MONTH
        },
        **{
            tuple(words.split()): monday + timedelta(days=4 if today.weekday() < 4 else 11) for words in wording.WEEKEND
        },
    }
    if reading.at(place) == "morgen" and reading.at(place - 1) not in wording.MORNING:
        return today + timedelta(days=1), 1
    words = longest(reading.at, place, known)
    return (known[words], len(words)) if words else None


def weekday(reading: Reading, place: int) -> Day | None:
    """The next one after today."""
    wanted = wording.WEEKDAYS.get(reading.at(place))
    if wanted is None:
        return None
    return reading.today + timedelta(days=(wanted - reading.today.weekday() - 1) % 7 + 1), 1


def ahead(reading: Reading, place: int) -> Day | None:
    """`in 3 days`, `in zwei Wochen`, `in a month`."""
    many, unit = whole(reading.at(place + 1)), reading.at(place + 2)
    if reading.at(place) != "in" or not 0 < many < 400:
        return None
    days = (
        many
        if unit in wording.DAYS
        else 7 * many
        if unit in wording.WEEKS
        else 30 * many
        if unit in wording.MONTHS_AHEAD
        else 0
    )
    return (reading.today + timedelta(days=days), 3) if days else None


def written(reading: Reading, place: int) -> Day | None:
    """`2026-12-03`, `3.12.`, `3.12.2026`."""
    word = reading.at(place)
    if re.match(r"\d{4}-", word):
        year, month, number = map(int, word.split("-"))
        return one(dated(year, month, number))
    if not re.match(r"\d+\.\d+\.", word):
        return None
    of_month, of_year, rest = word.split(".")
    number, month = int(of_month), int(of_year)
    return one(dated(century(rest), month, number) if rest else coming(month, number, reading.today))


def with_month(reading: Reading, place: int) -> Day | None:
    """`3 December`, `3. Dezember 2026`, `December 3`."""
    first, second, year = reading.at(place), reading.at(place + 1), reading.at(place + 2)
    month = wording.MONTHS.get(second) or wording.MONTHS.get(first)
    number = first if second in wording.MONTHS else second
    if month is None or not re.match(r"\d{1,2}$", number):
        return None
    if re.match(r"(19|20)\d\d$", year):
        found = dated(int(year), month, int(number))
        return (found, 3) if found else None
    found = coming(month, int(number), reading.today)
    return (found, 2) if found else None


def one(found: date | None) -> Day | None:
    return (found, 1) if found else None


def whole(word: str) -> int:
    return int(word) if re.match(r"\d{1,3}$", word) else wording.NUMBERS.get(word, 0)


def century(text: str) -> int:
    return int(text) if len(text) == 4 else 2000 + int(text)


def dated(year: int, month: int, number: int) -> date | None:
    try:
        return date(year, month, number)
    except ValueError:
        return None


def coming(month: int, number: int, today: date) -> date | None:
    """The next such day, today's among them."""
    there = (dated(today.year + more, month, number) for more in range(5))
    return next((found for found in there if found and found >= today), None)


DAY_READERS: Sequence[Callable[[Reading, int], Day | None]] = (named_day, ahead, written, with_month, weekday)
READERS: Sequence[Callable[[Reading, int], Found | None]] = (outcome, phrase, length, day)


# ---- who ---------------------------------------------------------------------------------------------------------


def name(reading: Reading, people: Iterable[Someone]) -> None:
    """Who is called by words of the line: by the whole name, or one word of it. Several where that fits several."""
    known: dict[tuple[str, ...], dict[Someone, None]] = {}
    for someone in people:
        for words in called(someone):
            known.setdefault(words, {})[someone] = None
    place, found = 0, set[Someone]()
    while place < len(reading.words):
        words = longest(reading.folded, place, known)
        many = len(words)
        if many and reading.taken.isdisjoint(range(place, place + many)):
            meant = tuple(one for one in known[words] if one not in found)
            found |= {*meant} if len(meant) == 1 else set()
            if meant and len(meant) == len(known[words]):
                reading.hear("who", meant, place, many)
        place += many or 1


def called(someone: Someone) -> Iterator[tuple[str, ...]]:
    """An organisation by its whole name or the first word of it, a person by any word."""
    words = tuple(fold(word[0].replace("’", "'")) for word in WORD.finditer(someone.name))
    if words:
        yield words
    first = words[:1] if someone.type == "parties.organisation" else words
    yield from ((word,) for word in first if len(word) > 1)


def direct(reading: Reading) -> None:
    """Who begins with what they did has done it; what stands after a name was done by that person."""
    channel = next((one for one in reading.heard if one.part == "channel"), None)
    if channel is None or any(one.part == "direction" for one in reading.heard):
        return
    place = next(at for at, word in enumerate(reading.words) if word.start == channel.start)
    if reading.at(place) not in wording.DOING:
        return
    before = reading.words[place - 1].end if place else 0
    if place == 0 or reading.at(place - 1) in ("i", "we", "ich", "wir"):
        reading.hear("direction", OUT, place, 1)
    elif any(one.part == "who" and one.end == before for one in reading.heard) and reading.at(place) in ENGLISH_DOING:
        reading.hear("direction", IN, place, 1)


ENGLISH_DOING = frozenset("called phoned rang visited mailed e-mailed emailed rief".split())
"""In German the name of whom one has called stands before it: "Mia angerufen"."""
