"""Finding cases by what people remember: number, name, its pinyin initials, the end of the phone, the ID card."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import date

from django.db.models import Q, QuerySet

from bpm_core.domain import identity
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import InvalidData
from bpm_core.models import sealing
from bpm_core.models.cases import Case
from bpm_core.models.people import Person
from bpm_core.queries.visibility import visible_to

LIMIT = 50
_NUMBER = re.compile(r"[A-Za-z]{2,6}-?[0-9A-Za-z-]*[0-9][0-9-]*")
_INITIALS = re.compile(r"[A-Za-z]{1,12}")
_ID = re.compile(r"[0-9]{17}[0-9Xx]|[0-9]{15}|[0-9A-HJ-NPQRTUWXY]{18}")


@dataclass(frozen=True, slots=True)
class Filters:
    """Besides the text: procedure key, status, and the day the case was opened from and to."""

    process: str = ""
    status: str = ""
    opened_from: date | None = None
    opened_to: date | None = None


def names_an_id(text: str) -> bool:
    """True when the text looks like a whole ID number: such a search is journaled (commands/access.py)."""
    return bool(_ID.fullmatch(text.strip().upper()))


def is_personal(text: str) -> bool:
    """True when the text is a name, a whole phone number or an ID number: such a text stands in no address."""
    text = text.strip()
    plain = not text or _INITIALS.fullmatch(text) or _NUMBER.fullmatch(text)
    tail = text.isascii() and text.isdigit() and len(text) <= 10
    return names_an_id(text) or not (plain or tail)


def condition(text: str, prefix: str = "") -> Q:
    """What a search text means, as a condition on cases; `prefix` leads to the case from another table."""
    text = text.strip()
    if _ID.fullmatch(text.upper()):
        people = Person.objects.filter(id_index__in=_indexes(text)).values("pk")
        return Q(**{f"{prefix}person__in": people}) | Q(**{f"{prefix}enterprise__in": people})
    if _INITIALS.fullmatch(text):
        people = _by_initials(text.lower()).values("pk")
        return Q(**{f"{prefix}person__in": people}) | Q(**{f"{prefix}number__istartswith": text})
    if _NUMBER.fullmatch(text):
        return Q(**{f"{prefix}number__startswith": text.upper()})
    digits = re.sub(r"[\s-]", "", text)
    if digits.isascii() and digits.isdigit():
        tail = Q(**{f"{prefix}person__phone_tail": digits[-4:]}) if len(digits) in (4, 11) else Q(pk__in=())
        return tail | Q(**{f"{prefix}number__endswith": digits}) if len(digits) >= 4 else tail
    people = Person.objects.filter(name_index=sealing.blind_index(text)).values("pk")
    return Q(**{f"{prefix}person__in": people}) | Q(**{f"{prefix}enterprise__in": people})


def _indexes(text: str) -> list[str]:
    """Blind indexes an ID may be stored under; a 15-digit number is looked for in its 18-digit form too."""
    found = [sealing.blind_index(text.upper())]
    if len(text) == 15:
        with suppress(InvalidData):  # not an identity number: then there is no longer form of it
            found.append(sealing.blind_index(identity.read(text, today=date.max).number))
    return found


def _by_initials(text: str) -> QuerySet[Person]:
    """People with a reading that begins so; a second reading stands after a space."""
    return Person.objects.filter(Q(initials__startswith=text) | Q(initials__contains=f" {text}"))


def find(actor: Actor, text: str, filters: Filters = Filters(), *, limit: int = LIMIT) -> Sequence[Case]:
    """Cases the actor may see that fit, the newest first."""
    cases = visible_to(actor, "case.search")
    if text.strip():
        cases = cases.filter(condition(text))
    if filters.process:
        cases = cases.filter(definition__key=filters.process)
    if filters.status:
        cases = cases.filter(status=filters.status)
    if filters.opened_from:
        cases = cases.filter(opened_at__date__gte=filters.opened_from)
    if filters.opened_to:
        cases = cases.filter(opened_at__date__lte=filters.opened_to)
    related = ("definition", "unit", "person", "enterprise")
    return list(cases.select_related(*related).defer("state").order_by("-opened_at", "-id")[:limit])
