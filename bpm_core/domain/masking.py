"""How personal values look to those who need not see them; the real value is a journaled act away (`people.reveal`)."""

from __future__ import annotations

_STAR = "*"


def id_number(number: str) -> str:
    """First 3 and last 4 characters of an identity number: 410***********1234."""
    return _ends(number, 3, 4)


def phone(number: str) -> str:
    """First 3 and last 4 digits of a telephone number: 138****5678."""
    return _ends(number, 3, 4)


def name(full: str) -> str:
    """The first character and one star, so that not even the length is told: 张*."""
    return full[:1] + _STAR if full else ""


def bank_account(number: str) -> str:
    """The last 4 digits of an account."""
    return _ends(number, 0, 4)


def address(text: str) -> str:
    """The first 6 characters, which name the county, and one star."""
    return text[:6] + _STAR if text else ""


def anything(text: str) -> str:
    """A personal value of no known kind: one star, whatever it was."""
    return _STAR if text else ""


def _ends(text: str, head: int, tail: int) -> str:
    if len(text) <= head + tail:
        return _STAR * len(text)
    return text[:head] + _STAR * (len(text) - head - tail) + text[-tail:]
