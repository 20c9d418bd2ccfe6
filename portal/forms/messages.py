"""What is wrong with an answer, as a sentence that says how to mend it. The codes come from notation.cleaning."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from django.utils.functional import Promise
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _


class Error(Protocol):
    """A field error of the core or of notation: the same three names."""

    @property
    def key(self) -> str: ...
    @property
    def code(self) -> str: ...
    @property
    def facts(self) -> Mapping[str, Any]: ...


_CHOICE_TYPES = {"enum", "multi_enum", "boolean"}

_SENTENCES: Mapping[str, Promise] = {
    "not_text": gettext_lazy("“{label}” must be text"),
    "bad_characters": gettext_lazy("“{label}” holds characters that can't be stored; type it again"),
    "too_long": gettext_lazy("“{label}” may have at most {max} characters; it has {found}"),
    "too_short": gettext_lazy("“{label}” must have at least {min} characters"),
    "pattern": gettext_lazy("“{label}” is not written as it should be; see the hint"),
    "not_number": gettext_lazy("“{label}” must be a number, for example 1200 or 0.5"),
    "not_integer": gettext_lazy("“{label}” must be a whole number"),
    "too_small": gettext_lazy("“{label}” must be {min} or more"),
    "too_big": gettext_lazy("“{label}” must be {max} or less"),
    "too_many_decimals": gettext_lazy("“{label}” is an amount in yuan with at most two decimals"),
    "not_date": gettext_lazy("“{label}” must be a date that exists, for example 2026-11-20"),
    "not_month": gettext_lazy("“{label}” must be a month, for example 2026-11"),
    "not_boolean": gettext_lazy("Choose yes or no for “{label}”"),
    "not_option": gettext_lazy("Choose one of the answers shown for “{label}”"),
    "too_many": gettext_lazy("“{label}” may have at most {max} entries"),
    "not_list": gettext_lazy("“{label}” must be a list, one entry a line"),
    "bad_region": gettext_lazy("“{label}” must be a division code of 6, 9 or 12 digits"),
    "bad_phone": gettext_lazy("“{label}” must be a mobile number of 11 digits beginning with 1"),
    "unknown_field": gettext_lazy("The form has no field “{key}”. Load the page again and type your answers into it."),
    "range": gettext_lazy("“{label}” must be between {min} and {max}"),
    "length": gettext_lazy("“{label}” must have 1 to {max} characters"),
    "enum": gettext_lazy("Choose one of the answers shown for “{label}”"),
    "phone": gettext_lazy("“{label}” is not a telephone number"),
    "unknown_step": gettext_lazy("“{label}”: a case returns to a step of a person"),
    "never_visited": gettext_lazy("“{label}”: the case has not been at this step"),
    "same_office": gettext_lazy("“{label}”: the case is at this office already"),
    "uscc_length": gettext_lazy("“{label}” must have 18 characters"),
    "uscc_characters": gettext_lazy("“{label}” may hold digits and capital letters without I, O, S, V, Z"),
    "uscc_area": gettext_lazy("“{label}”: characters 3 to 8 are an area code of six digits"),
    "uscc_organisation": gettext_lazy(
        "“{label}”: the organisation code within it does not fit; compare it with the licence"
    ),
    "uscc_check": gettext_lazy("“{label}”: the last character does not fit the others; compare it with the licence"),
    "feel": gettext_lazy('“{label}” is not a value of the expression language, for example 1200 or "text"'),
    "lane_of_role": gettext_lazy("“{label}”: this lane is not done by that role"),
    "not_after": gettext_lazy("“{label}” must be later"),
    "past": gettext_lazy("“{label}” may not lie in the past"),
    "staff_no": gettext_lazy("“{label}” must have 1 to 12 letters, digits or lines"),
    "username": gettext_lazy("“{label}” must have small letters, digits, a dot or a line, at most 60"),
    "too_many_days": gettext_lazy("“{label}”: too many days at once; change them in parts"),
    "same_version": gettext_lazy("“{label}”: choose another version than the one the cases are on"),
    "unknown": gettext_lazy("“{label}”: there is no such entry"),
    "locked": gettext_lazy("“{label}” belongs to the locked core of the procedure; no place may change it"),
    "below_floor": gettext_lazy("“{label}” is stricter for the resident than the law allows: {bound}, {clause}"),
    "literal": gettext_lazy('“{label}” is not a value of the expression language, for example 1200 or "text"'),
    "type": gettext_lazy("“{label}” must be of the same kind as the value for all: {national}"),
    "days": gettext_lazy("“{label}” must be a whole number of days, at most {max}"),
    "channel": gettext_lazy("“{label}” names a way to apply that is not known: {unknown}"),
    "channel_closed": gettext_lazy("“{label}”: these ways to apply stay open everywhere: {closed}"),
    "check_failed": gettext_lazy("“{label}”: the check found errors; see its report"),
    "file_refused": gettext_lazy("“{label}”: {reason}"),
}

#: Reasons of the identity number check (GB 11643), as domain.identity names them.
_ID_NUMBER: Mapping[str, Promise] = {
    "id_length": gettext_lazy("“{label}” must have 18 characters (or 15 on an old card)"),
    "id_characters": gettext_lazy("“{label}” may hold digits only, and an X at the end"),
    "id_birth_date": gettext_lazy("“{label}”: digits 7 to 14 are not a date of birth that exists"),
    "id_future": gettext_lazy("“{label}”: the date of birth lies in the future"),
    "id_too_old": gettext_lazy("“{label}”: the date of birth lies more than 130 years back; compare it with the card"),
    "id_check_digit": gettext_lazy("“{label}”: the last character does not fit the others; compare it with the card"),
}

_BAD_ID_NUMBER = gettext_lazy("“{label}” is not a valid identity number; compare it with the card")


def sentence(error: Error, label: str = "", field_type: str = "") -> str:
    """One sentence for the error; without a label the field's key stands for it."""
    facts = _Facts({**{name: _said(value) for name, value in error.facts.items()}, "label": label or error.key})
    facts["key"] = error.key
    if error.code == "required":
        if field_type in _CHOICE_TYPES:
            return _("Choose an answer for “{label}”").format_map(facts)
        if field_type == "file":
            return _("Add a file for “{label}”").format_map(facts)
        return _("Fill in “{label}”").format_map(facts)
    if error.code == "bad_id_number" or error.code in _ID_NUMBER:
        reason = str(error.facts.get("reason", error.code))
        return str(_ID_NUMBER.get(reason, _BAD_ID_NUMBER)).format_map(facts)
    return str(_SENTENCES.get(error.code) or gettext_lazy("“{label}” is not right yet")).format_map(facts)


def _said(value: Any) -> Any:
    """Facts in both languages in the reader's, lists in one line."""
    if isinstance(value, Mapping) and {"zh", "en"} <= set(value):
        return value["en"] if (get_language() or "").startswith("en") else value["zh"]
    return "、".join(map(str, value)) if isinstance(value, (list, tuple)) else value


class _Facts(dict[str, Any]):
    def __missing__(self, key: str) -> str:
        return "—"
