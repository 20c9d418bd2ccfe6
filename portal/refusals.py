"""Refusals of the core in the reader's language: what, why, and what to do. The core knows only codes and facts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils import formats
from django.utils.functional import Promise
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from bpm_core.domain import errors
from portal import words
from portal.forms import messages as field_messages

Text = str | Promise


@dataclass(frozen=True, slots=True)
class Explained:
    """A refusal as a page or a message shows it."""

    title: str
    sentence: str
    mend: str = ""
    lines: tuple[str, ...] = ()


#: code -> (title, sentence with facts in braces, how to mend). The finer code is looked up first, then its type's.
_TEXTS: Mapping[str, tuple[Text, Text, Text]] = {
    "refused": (_("This can't be done"), _("The system refused this step."), _("Nothing was changed.")),
    "not_found": (
        _("There is nothing here"),
        _("The case or work item does not exist, or your office may not see it."),
        _("Search for the case by its number or the applicant's name."),
    ),
    "not_allowed": (
        _("Your post does not permit this"),
        _("This is done by: {roles}. Your posts: {held}."),
        _("Hand the case to somebody who holds such a post."),
    ),
    "scope_missing": (
        _("The token does not reach this far"),
        _("This needs the scope {scope}; the token has: {scopes}."),
        _("Ask for a token with this scope."),
    ),
    "glimpse_only": (
        _("Your office took this case in, another one handles it"),
        _("You see its state, its dates and its materials; the rest is with the office that handles it."),
        "",
    ),
    "addressee": (
        _("The message names nobody, or two"),
        _("A message is for one case: name its number, or the key the procedure knows it by."),
        "",
    ),
    "wrong_state": (
        _("This is not possible any more"),
        _("It is now: {state}. Somebody may have done it a moment ago."),
        _("Load the page again to see where the case stands."),
    ),
    "already_claimed": (
        _("A colleague was faster"),
        _("This work item has just been taken by somebody else."),
        _("Choose another one from the queue."),
    ),
    "not_holder": (
        _("You do not hold this work item"),
        _("Only the person who has taken a work item can finish it."),
        _("Take it first, or ask the person who holds it."),
    ),
    "stale_version": (
        _("The case has changed meanwhile"),
        _("While the page was open somebody else, or the system, moved the case on."),
        _("What you typed is kept as a draft. Load the page again, check it and send it once more."),
    ),
    "separation_of_duty": (
        _("A second person must do this"),
        _("The rules require different persons for these steps, and you have already done one of them."),
        _("Leave it for a colleague; the work item stays in the office's queue."),
    ),
    "same_person": (
        _("A second person must do this"),
        _("You completed the step “{element_id}” of this case; the same person can't accept and approve."),
        _("Leave it for a colleague; the work item stays in the office's queue."),
    ),
    "own_case": (
        _("This is your own case"),
        _("Nobody decides on a case in which they are the applicant."),
        _("Leave it for a colleague."),
    ),
    "relatives_case": (
        _("This is a relative's case"),
        _("Nobody decides on the case of a declared relative."),
        _("Leave it for a colleague."),
    ),
    "second_person": (
        _("A second person must do this"),
        _("Whoever uploaded this version can't publish it as well."),
        _("Ask another publisher to look at it and publish it."),
    ),
    "own_rights": (
        _("A second person must do this"),
        _("Nobody gives posts or passwords to themselves."),
        _("Ask another security administrator."),
    ),
    "exclusive_roles": (
        _("These posts exclude each other"),
        _("One person may not be {first} and {second} at the same time."),
        _("End the other post first, or choose another person."),
    ),
    "account_exists": (
        _("This exists already"),
        _("There is an account of this user name or staff number."),
        _("Choose another one."),
    ),
    "post_exists": (
        _("This exists already"),
        _("The account holds this post from that day already."),
        "",
    ),
    "duplicate": (
        _("This exists already"),
        _("The same thing is recorded already."),
        _("Look for it before entering it once more."),
    ),
    "open_case": (
        _("A case of this matter is open already"),
        _("There is already an open case of this matter: {other_case}."),
        _("Go on with that case, or say why this is another matter."),
    ),
    "benefit_overlap": (
        _("The benefit is granted already"),
        _("{person}: for {month} a benefit that rules this one out is granted in case {other_case}: {rule}."),
        _("Look at the other case; if it is wrong it has to be stopped there first."),
    ),
    "benefit_once": (
        _("The benefit is granted already"),
        _("This case has its entry in the benefit ledger; a second one is refused."),
        "",
    ),
    "not_accepted_yet": (
        _("The case is not accepted yet"),
        _("A notice of acceptance can be given when the time limit has begun to run."),
        _("Complete the acceptance first."),
    ),
    "not_closed_yet": (
        _("The case is not closed yet"),
        _("A notice of completion can be given when the case is closed."),
        "",
    ),
    "receiver_not_fit": (
        _("The colleague can't do this step"),
        _("None of the colleague's posts does steps of {lane}."),
        _("Choose somebody whose post does this step."),
    ),
    "no_storage": (
        _("The file could not be stored"),
        _("There is no room, or the store does not answer."),
        _("Tell the system administrator. Nothing was changed."),
    ),
    "bad_page_key": (
        _("This page of the list does not exist"),
        _("The address of the page is not one the list has given."),
        _("Go to the first page of the list."),
    ),
    "one_time_notice": (
        _("The one-time notice was already given"),
        _("What is missing is told once and completely. This case has had its notice."),
        _("Only a new ground, for example a document that turned out to be false, permits another one."),
    ),
    "idempotency_conflict": (
        _("This was already sent"),
        _("The same page was sent before with other contents."),
        _("Load the page again and repeat the step."),
    ),
    "engine_refused": (
        _("The procedure does not permit this"),
        _("At this point the procedure has no such step."),
        _("Load the page again to see where the case stands."),
    ),
    "unavailable": (
        _("A system we depend on does not answer"),
        _("This needs another system that does not answer at the moment."),
        _("Try again in a few minutes. Nothing was changed."),
    ),
    "below_floor": (
        _("This would be stricter for the resident than the law"),
        _("{name} = {found} is not permitted. {clause}; the bound is {bound}."),
        _("Choose a value that is not below it."),
    ),
    "locked": (
        _("The core of the procedure is locked"),
        _("These may not vary from place to place: {names}."),
        _("A county may set the promised time limit and the figures the procedure declares."),
    ),
    "edition_level": (
        _("This office has no values of its own"),
        _("Local values are set for a county or for the municipality; offices below inherit them."),
        _("Choose the county."),
    ),
    "edition_decided_above": (
        _("The municipality sets these values"),
        _("The municipality decides this procedure, so it alone sets its values."),
        _("Choose the municipality."),
    ),
    "nothing_new": (
        _("There is nothing to change"),
        _("The values named are in force there already."),
        _("Change a value and propose again."),
    ),
    "draft_gone": (
        _("The draft has changed since"),
        _("The draft of {key} is not the one that was handed in any more."),
        _("Hand the library in once more."),
    ),
    "check_failed": (
        _("The check found errors"),
        _("A version with errors is not put into force."),
        _("Mend what the report names and hand it in again."),
    ),
    "invalid_data": (_("Something in the form is not right yet"), _("Please look at the fields named here."), ""),
}

#: Facts that are codes of ours, and where their words stand.
_WORDS = {
    "first": words.ROLE,
    "second": words.ROLE,
    "state": {**words.STATUS, **words.ITEM_STATE},
    "status": words.STATUS,
    "lane": words.LANE,
}


def explain(refused: errors.Refused) -> Explained:
    """The refusal in words. Facts the sentence names and the core did not give are shown as a dash."""
    title, sentence, mend = _TEXTS.get(refused.reason) or _TEXTS.get(refused.code) or _TEXTS["refused"]
    facts = _Facts({name: _in_words(name, value) for name, value in _spoken(refused.facts).items()})
    lines: tuple[str, ...] = ()
    if isinstance(refused, errors.InvalidData):
        lines = tuple(f"{error.key}: {field_messages.sentence(error)}" for error in refused.errors)
    return Explained(str(title), str(sentence).format_map(facts), str(mend).format_map(facts), lines)


def _spoken(facts: Mapping[str, object]) -> dict[str, object]:
    """The facts, and those given in both languages (x_zh, x_en) under their plain name in the reader's."""
    ending = "_zh" if (get_language() or "zh").startswith("zh") else "_en"
    return {**facts, **{name.removesuffix(ending): value for name, value in facts.items() if name.endswith(ending)}}


def sentence(refused: errors.Refused) -> str:
    """The refusal in one line, for a message beside a form."""
    found = explain(refused)
    return " ".join(part for part in (found.sentence, found.mend) if part)


class _Facts(dict[str, str]):
    def __missing__(self, key: str) -> str:
        return "—"


def _in_words(name: str, value: object) -> str:
    if name in {"roles", "held"} and isinstance(value, (list, tuple)):
        return "、".join(words.role(str(role)) for role in value) or "—"
    if isinstance(value, Mapping) and {"zh", "en"} <= set(value):
        return str(value["en"] if (get_language() or "").startswith("en") else value["zh"])
    if name in _WORDS:
        return str(_WORDS[name].get(str(value), value))
    if isinstance(value, date):
        return formats.date_format(value, "SHORT_DATE_FORMAT")
    if isinstance(value, (list, tuple)):
        return "、".join(map(str, value))
    return str(value)
