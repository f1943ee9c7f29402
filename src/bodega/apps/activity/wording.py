"""The words by which people say in one line what happened, in English and in German: the catalogue of `spoken`."""

from __future__ import annotations

from collections.abc import Mapping

IN, OUT = "in", "out"

CHANNELS: Mapping[str, str] = {
    "call": "call|calls|called|phoned|rang|phone call|on the phone|anruf|angerufen|telefonat|telefoniert|am telefon"
    "|rief",
    "meeting": "meeting|met|getroffen|treffen|besprechung|traf",
    "visit": "visit|visited|besuch|besucht|besuchte",
    "email": "mail|e-mail|email|mailed|e-mailed|emailed|gemailt|mailte",
    "post": "letter|brief",
    "chat": "chat|chatted|sms|whatsapp|gechattet|text message",
}
TOWARDS: Mapping[tuple[str, str], str] = {
    (
        "call",
        IN,
    ): "call from|called us|called me|called back|phoned us|rang us|anruf von|hat angerufen|hat uns angerufen"
    "|rief an|rief uns an|rief zurück",
    ("email", IN): "mail from|e-mail from|email from|mailed us|mail von|e-mail von|email von",
    ("post", IN): "letter from|brief von",
    ("chat", IN): "sms from|sms von|whatsapp from|whatsapp von",
    ("call", OUT): "call to|anruf bei",
    ("email", OUT): "mail to|e-mail to|email to|mail an|e-mail an|email an",
    ("post", OUT): "letter to|brief an",
}
"""Where it is said from whom it came."""
DOING = frozenset(
    "called phoned rang visited mailed e-mailed emailed telefoniert angerufen besucht gemailt rief mailte".split()
)
"""Who begins with one of these has done it; after a name it is they who did."""
OUTCOMES: Mapping[str, str] = {
    "no_answer": "no answer|not reached|did not answer|didn't answer|did not pick up|didn't pick up|nobody answered"
    "|nicht erreicht|keine antwort|niemand erreicht|ging nicht ran|geht nicht ran",
    "left_a_message": "left a message|left message|voicemail|left a voicemail|nachricht hinterlassen|auf die mailbox"
    "|mailbox",
    "reached": "reached|erreicht",
    "agreed": "agreed|agrees|accepted|einverstanden|zugesagt|stimmt zu|angenommen",
    "declined": "declined|declines|refused|abgelehnt|abgesagt|lehnt ab",
}
"""What a new installation calls these outcomes; others, and these, are also found by the name they have."""
NOT = frozenset("not no never nicht kein keine nie didn't doesn't hasn't".split())

MINUTES = frozenset("min mins minute minutes minuten".split())
HOURS = frozenset("h hr hrs hour hours std stunde stunden".split())
LENGTHS: Mapping[str, int] = {
    "half an hour": 30, "eine halbe stunde": 30, "halbe stunde": 30, "an hour": 60, "eine stunde": 60,
    "quarter of an hour": 15, "viertelstunde": 15, "eine viertelstunde": 15, "dreiviertelstunde": 45,
}  # fmt: skip

NUMBERS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        "a one ein eine einem einer,two zwei,three drei,four vier,five fünf,six sechs,seven sieben,eight acht,"
        "nine neun,ten zehn,eleven elf,twelve zwölf".split(","),
        start=1,
    )
    for word in words.split()
}
DAYS, WEEKS, MONTHS_AHEAD = (
    frozenset(words.split())
    for words in ("day days tag tage tagen", "week weeks woche wochen", "month months monat monate monaten")
)
WEEKDAYS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        "monday montag,tuesday dienstag,wednesday mittwoch,thursday donnerstag,friday freitag,"
        "saturday samstag sonnabend,sunday sonntag".split(",")
    )
    for word in words.split()
}
MONTHS: Mapping[str, int] = {
    word: number
    for number, words in enumerate(
        "january jan januar jänner,february feb februar,march mar märz,april apr,may mai,june jun juni,july jul juli,"
        "august aug,september sep sept,october oct oktober okt,november nov,december dec dezember dez".split(","),
        start=1,
    )
    for word in words.split()
}
BEFORE_DAY = frozenset("on by until till next this am bis zum nächsten nächster kommenden kommender diesen".split())
"""What may stand before a day that is meant."""
LAST = frozenset("last letzten letzter vorigen".split())
AHEAD: Mapping[str, int] = {"tomorrow": 1, "übermorgen": 2, "day after tomorrow": 2}
"""By so many days; `morgen` is a word of its own, as it is the morning, too."""
BACK: Mapping[str, int] = {"yesterday": 1, "gestern": 1, "vorgestern": 2, "day before yesterday": 2}
NEXT_WEEK = ("next week", "nächste woche", "kommende woche")
NEXT_MONTH = ("next month", "nächsten monat")
WEEKEND = ("end of the week", "end of week", "ende der woche")
MORNING = frozenset("heute am guten gestern jeden".split())
"""Before these, `morgen` is no day to come."""
