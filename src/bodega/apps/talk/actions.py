"""Writing comments, and saying that what was talked about is settled."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bodega.apps.talk.models import Comment
from bodega.apps.talk.queries import COMMENT, is_talked_of
from bodega.kernel import change, registry
from bodega.kernel.action import action
from bodega.kernel.drafts import Draft
from bodega.lib import clock
from bodega.platform.notifications import following, mentions

if TYPE_CHECKING:
    from bodega.kernel.actors import Actor

Begun = Mapping[int, Mapping[str, Any]]
"""By number, what threads are about, and who began them."""


def prepare_comment(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """Who writes is the author; an answer is about what its thread is about; nobody changes another's words."""
    begun = beginnings({draft.values["thread"] for draft in drafts if draft.is_new and draft.values.get("thread")})
    for draft in drafts:
        if draft.is_new:
            draft.values["author"] = actor.user_id
            put_in_place(draft, begun)
        else:
            refuse_what_stays(draft, actor=actor)
    mentions.link(drafts, "text", actor=actor)
    follow_threads([draft for draft in drafts if draft.is_new and not draft.problem], begun, actor=actor)


def beginnings(ids: Iterable[int]) -> Begun:
    """How these threads begin; an answer stands for the thread that it is in (two queries at most)."""
    every = registry.type_of(COMMENT).every()
    found = {row["id"]: row for row in every.filter(pk__in=ids).values(*PLACE)}
    above = {row["thread_id"] for row in found.values()} - {None}
    firsts = {row["id"]: row for row in every.filter(pk__in=above).values(*PLACE)} if above else {}
    return {pk: firsts.get(row["thread_id"], row) for pk, row in found.items()}


PLACE = ("id", "about_type", "about_id", "thread_id", "author_id")


def put_in_place(draft: Draft, begun: Begun) -> None:
    first = begun.get(draft.values.get("thread") or 0)
    if first is not None:
        about = (first["about_type"], first["about_id"])
        if (draft.get("about") or about) != about:
            draft.refuse(ValidationError({"thread": _("The thread is about something else.")}))
        draft.values |= {"thread": first["id"], "about": about}
    about = draft.get("about")
    if about and about[0] not in {one.key for one in registry.every_type() if is_talked_of(one)}:
        draft.refuse(ValidationError({"about": _("Nobody comments on this.")}))


def refuse_what_stays(draft: Draft, *, actor: Actor) -> None:
    for name in ("about", "thread"):
        if name in draft and draft.values[name] != draft.old.get(name):
            draft.refuse(ValidationError({name: _("A comment stays where it was written.")}))
    if "text" in draft and draft.values["text"] != draft.old.get("text"):
        draft.values.setdefault("edited_at", clock.now())  # what is undone brings the old one
        if actor.user_id is not None and draft.old.get("author") != actor.user_id:
            draft.refuse(ValidationError({"text": _("Only who wrote a comment changes it.")}))


def follow_threads(drafts: Sequence[Draft], begun: Begun, *, actor: Actor) -> None:
    """Whoever writes in a thread hears of what is written there later; so does who began it, from the first answer on
    (who then stops following it is left in peace)."""
    threads = {draft.values["thread"] for draft in drafts if draft.values.get("thread")}
    if not threads or actor.user_id is None:
        return
    every = registry.type_of(COMMENT).every(deleted=False)
    answered = {*every.filter(thread__in=threads).values_list("thread", flat=True).distinct()}
    began = {(row["id"], row["author_id"]) for row in begun.values() if row["id"] not in answered and row["author_id"]}
    following.enlist(COMMENT, {*began, *((pk, actor.user_id) for pk in threads)})


def guard_comment(drafts: Sequence[Draft], *, actor: Actor) -> None:
    """One deletes one's own, as long as nobody has answered it; administrators delete what should not stand there."""
    ids = {draft.id for draft in drafts}
    answers = registry.type_of(COMMENT).every(deleted=False).filter(thread__in=ids).exclude(pk__in=ids)
    answered = {*answers.values_list("thread", flat=True).distinct()}
    for draft in drafts:
        if draft.old.get("author") != actor.user_id and not actor.is_admin:
            draft.refuse(ValidationError(_("Only who wrote a comment deletes it.")))
        if draft.id in answered:
            draft.refuse(ValidationError(_("It was answered, so it stays. Resolve it instead.")))


@action(gettext_lazy("Resolve"), on=COMMENT, verb="resolved", when="resolved:no thread:empty", icon="check")
def resolve_thread(comment: Comment, *, actor: Actor) -> Comment:
    """What was talked about is settled; the thread is folded."""
    return settled(comment, {"resolved": True, "resolved_by": actor.user_id}, "resolved", actor=actor)


@action(gettext_lazy("Open again"), on=COMMENT, verb="reopened", when="resolved:yes", icon="rotate-ccw")
def reopen_thread(comment: Comment, *, actor: Actor) -> Comment:
    """There is more to say about it."""
    return settled(comment, {"resolved": False, "resolved_by": None}, "reopened", actor=actor)


def settled(comment: Comment, given: Mapping[str, Any], verb: str, *, actor: Actor) -> Comment:
    saved: Comment = change.save(comment, given, actor=actor, verb=verb, type_=registry.type_of(COMMENT))
    return saved
