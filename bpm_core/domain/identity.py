"""Citizen identity numbers: the check of GB 11643-1999 and what the number says; registers are asked elsewhere.

Source: GB 11643-1999 (statute-knowledge): 6 digits area, 8 digits birth date, 3 digits sequence (odd = male), check
character by ISO 7064 MOD 11-2. Numbers of the first generation (15 digits, two digits of year, no check) are
lengthened; their sequences 996 to 999 were kept for people born before 1900. Residence permits for Hong Kong, Macao
and Taiwan residents follow the same scheme with areas 810000, 820000 and 830000.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from bpm_core.domain.errors import FieldError, InvalidData

_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_CHECKS = "10X98765432"
_TIDY = str.maketrans("０１２３４５６７８９Ｘｘx", "0123456789XXX", "  　-\t")
_OLDEST_YEARS = 130

#: Two-digit province codes of GB/T 2260 (statute-knowledge), with 81 to 83 of the residence permits. Area codes below
#: the province come and go, and old numbers keep theirs, so they are never a reason to refuse anybody.
_BY_REGION = (range(11, 16), range(21, 24), range(31, 38), range(41, 47), range(50, 55), range(61, 66))
PROVINCES = frozenset(str(code) for region in (*_BY_REGION, (71, 81, 82, 83)) for code in region)


class Sex(StrEnum):
    """Sex as the number states it; GB/T 2261.1-2003 codes are 1 and 2."""

    MALE = "male"
    FEMALE = "female"


@dataclass(frozen=True, slots=True)
class IdNumber:
    """An identity number that passed the check, always in its 18-character form.

    warnings    codes of what an officer should look at; none of them is a refusal
    """

    number: str
    area: str
    born_on: date
    sex: Sex
    warnings: tuple[str, ...] = ()


def read(text: str, *, today: date, key: str = "id_number") -> IdNumber:
    """The number behind what was typed: spaces, hyphens, full-width digits and a small x are forgiven.

    Refuses with InvalidData, whose one field error has the code id_length, id_characters, id_birth_date, id_future,
    id_too_old or id_check_digit.
    """
    typed = text.translate(_TIDY)
    if len(typed) not in (15, 18):
        raise _wrong(key, "id_length", expected="15 or 18 characters", found=len(typed))
    body = typed[:17]
    if not (body.isascii() and body.isdigit() and (typed[-1] == "X" or (typed[-1].isascii() and typed[-1].isdigit()))):
        raise _wrong(key, "id_characters", expected="digits, the last may be X")
    if len(typed) == 15:
        if typed[-1] == "X":
            raise _wrong(key, "id_characters", expected="15 digits")
        century = "18" if typed[12:] >= "996" else "19"
        body = typed[:6] + century + typed[6:]
    born_on = _born_on(body, today, key)
    check = check_character(body)
    if len(typed) == 18 and typed[17] != check:
        raise _wrong(key, "id_check_digit")
    area = body[:6]
    warnings: tuple[str, ...] = ("lengthened",) if len(typed) == 15 else ()
    if area[:2] not in PROVINCES:
        warnings += ("unknown_region",)
    return IdNumber(body + check, area, born_on, Sex.MALE if int(body[16]) % 2 else Sex.FEMALE, warnings)


def check_character(first_17: str) -> str:
    """Check character of the first 17 digits (ISO 7064 MOD 11-2)."""
    return _CHECKS[sum(weight * int(digit) for weight, digit in zip(_WEIGHTS, first_17, strict=True)) % 11]


def age_on(born_on: date, day: date) -> int:
    """Full years of age; somebody born on 29 February has the birthday on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def _born_on(body: str, today: date, key: str) -> date:
    try:
        born_on = date(int(body[6:10]), int(body[10:12]), int(body[12:14]))
    except ValueError:
        raise _wrong(key, "id_birth_date") from None
    if born_on > today:
        raise _wrong(key, "id_future")
    if today.year - born_on.year > _OLDEST_YEARS:
        raise _wrong(key, "id_too_old", years=_OLDEST_YEARS)
    return born_on


def _wrong(key: str, code: str, **facts: object) -> InvalidData:
    """The refusal; it never repeats the number."""
    return InvalidData("not a valid identity number", [FieldError(key, code, facts)], code=code)
