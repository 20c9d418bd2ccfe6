"""Amounts of money for notices: rounding to the fen, Chinese capital numerals; what is paid is decided elsewhere."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_FEN = Decimal("0.01")
_DIGITS = "零壹贰叁肆伍陆柒捌玖"
_PLACES = ("", "拾", "佰", "仟")
_GROUPS = ("", "万", "亿", "万亿")
_LIMIT = Decimal(10) ** 16


def to_fen(amount: Decimal) -> Decimal:
    """The amount rounded half up to the fen."""
    return amount.quantize(_FEN, rounding=ROUND_HALF_UP)


def capitals(amount: Decimal) -> str:
    """The amount in Chinese capital numerals as payment papers write it: 1,200.50 -> 壹仟贰佰元伍角.

    "整" closes an amount of whole yuan. Refuses with ValueError an amount of 10^16 or more.
    """
    rounded = to_fen(amount)
    if abs(rounded) >= _LIMIT:
        raise ValueError("the amount is too large to be written in words")
    sign = "负" if rounded < 0 else ""
    yuan, fen_total = divmod(int(abs(rounded) * 100), 100)
    jiao, fen = divmod(fen_total, 10)
    whole = _integer(yuan) + "元" if yuan else ""
    if not fen_total:
        return sign + (whole or "零元") + "整"
    middle = _DIGITS[jiao] + "角" if jiao else ("零" if yuan and fen else "")
    return sign + whole + middle + (_DIGITS[fen] + "分" if fen else "")


def _integer(number: int) -> str:
    groups: list[int] = []
    while number:
        number, group = divmod(number, 10_000)
        groups.append(group)
    text = ""
    gap = False
    for index in range(len(groups) - 1, -1, -1):
        group = groups[index]
        if group == 0:
            gap = bool(text)
            continue
        if text and (gap or group < 1_000):
            text += _DIGITS[0]
        text += _group(group) + _GROUPS[index]
        gap = False
    return text


def _group(number: int) -> str:
    text = ""
    gap = False
    for place in range(3, -1, -1):
        digit = number // 10**place % 10
        if digit == 0:
            gap = bool(text)
            continue
        text += (_DIGITS[0] if gap else "") + _DIGITS[digit] + _PLACES[place]
        gap = False
    return text
