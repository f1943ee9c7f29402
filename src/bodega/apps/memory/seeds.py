"""The topics a new installation begins with; an administrator edits them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.utils.translation import gettext, gettext_noop, override

from bodega.apps.memory.records import sensitive_topic, topic
from bodega.apps.parties.models import PERSON
from bodega.kernel import change
from bodega.kernel.drafts import Draft
from bodega.platform.seeding import seed_options

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

_ = gettext_noop
OPTIONS = {"memory.group": "Taste|People|Business|Service|Health"}
READY: list[tuple[str, str, str, dict[str, Any]]] = [
    ("likes", _("Likes"), _("What do they like?"),
     {"group": "taste", "several": True, "words": "like, loves, is fond of, mag, liebt"}),
    ("dislikes", _("Dislikes"), _("What do they dislike?"),
     {"group": "taste", "several": True, "words": "dislike, hates, does not like, mag nicht, mag kein, mag keine"}),
    ("size", _("Size"), _("What size do they wear?"),
     {"group": "taste", "about": PERSON, "words": "sizes, wears, Größe", "ask_after": 24}),
    ("family", _("Family"), _("Who belongs to the family?"),
     {"group": "people", "about": PERSON, "several": True,
      "words": "wife, husband, married, son, daughter, children, Familie, Frau, Mann, Sohn, Tochter, Kinder"}),
    ("addressed", _("Form of address"), _("How do they like to be addressed?"),
     {"group": "people", "about": PERSON,
      "words": "addressed as, call me {name}, calls herself, calls himself, Anrede"}),
    ("decides", _("How they decide"), _("Who decides, and how?"),
     {"group": "business", "words": "decision, decides, decided by, entscheidet, Entscheidung", "ask_after": 12}),
    ("budget", _("Budget"), _("How much can they spend?"),
     {"group": "business", "kind": "money", "ask_after": 12,
      "words": "can spend, may cost, willing to pay, Budget, ausgeben, darf kosten"}),
    ("works_with", _("Works with"), _("Whom do they work with?"),
     {"group": "people", "about": PERSON, "several": True,
      "words": "boss, manager, assistant, secretary, deputy, successor, Chef, Chefin, Vorgesetzte, Vorgesetzter, "
               "Assistent, Assistentin, Sekretärin, Nachfolger, Nachfolgerin, Vertreter, Vertreterin"}),
    ("contract_end", _("Contract with a competitor ends"), _("Until when are they bound to somebody else?"),
     {"group": "business", "kind": "date", "words": "contract ends, contract, bound until, Vertrag", "ask_after": 12}),
    ("call_after", _("Call only after"), _("From what time on may one call?"),
     {"group": "service", "words": "call after, not before, nicht vor, anrufen nach"}),
    ("pays_by_invoice", _("Pays by invoice"), _("Do they want to pay by invoice?"),
     {"group": "service", "kind": "yesno", "words": "by invoice, invoice only, auf Rechnung"}),
]  # fmt: skip
SENSITIVE = [
    ("allergies", _("Allergies"), _("Is there anything they are allergic to?"),
     {"group": "health", "about": PERSON, "several": True, "keep_for": 36, "ask_after": 12,
      "words": "allergic to, allergic, allergy, cannot eat, allergisch gegen, Allergie"}),
]  # fmt: skip


def seed(*, actor: Actor) -> None:
    """Named in the language of the installation; words are understood in both."""
    with override(settings.LANGUAGE_CODE):
        seed_options(OPTIONS, actor=actor)
        if topic.rows(actor).exists():
            return
        for type_, ready in ((topic, READY), (sensitive_topic, SENSITIVE)):
            drafts = [
                Draft(None, {"key": key, "name": gettext(name), "question": gettext(asked), "order": order, **rest})
                for order, (key, name, asked, rest) in enumerate(ready)
            ]
            change.save_many(type_, drafts, actor=actor)
