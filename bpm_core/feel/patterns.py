"""Regular expressions of XPath for FEEL, run by RE2: linear time, so no pattern can hang a process.

XPath has what RE2 has not: class subtraction, spaces that mean nothing with the flag x, block names. These are
rewritten. Back-references cannot be had in linear time; a pattern that uses them is refused.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import re2

MAX_PATTERN = 1_000
FLAGS = frozenset("smixq")
BLOCKS = {
    "BasicLatin": r"\x00-\x7f", "Latin-1Supplement": r"\x{80}-\x{ff}", "LatinExtended-A": r"\x{100}-\x{17f}",
    "GreekandCoptic": r"\x{370}-\x{3ff}", "Cyrillic": r"\x{400}-\x{4ff}", "CJKUnifiedIdeographs": r"\x{4e00}-\x{9fff}",
    "GeneralPunctuation": r"\x{2000}-\x{206f}", "HalfwidthandFullwidthForms": r"\x{ff00}-\x{ffef}",
}  # fmt: skip
BLOCK = re.compile(r"\\([pP])\{Is([A-Za-z0-9-]+)\}")
CLASSES = {
    r"\i": r"[\p{L}_:]", r"\I": r"[^\p{L}_:]", r"\c": r"[\p{L}\p{Nd}_:.-]", r"\C": r"[^\p{L}\p{Nd}_:.-]",
    r"\d": r"\p{Nd}", r"\D": r"\P{Nd}",
}  # fmt: skip
GROUP = re.compile(r"\$(\d)|\\(.)|\$|\\", re.DOTALL)


class BadPattern(ValueError):
    """The pattern, the flags or the replacement are not XPath's, or need more than linear time."""


@lru_cache(maxsize=512)
def compiled(pattern: str, flags: str) -> Any:
    """The RE2 program of an XPath pattern. Refuses with BadPattern."""
    if len(pattern) > MAX_PATTERN or not set(flags) <= FLAGS:
        raise BadPattern(pattern)
    options = re2.Options()
    options.log_errors = False
    options.max_mem = 4 << 20
    options.case_sensitive = "i" not in flags
    options.dot_nl = "s" in flags
    options.one_line = False
    options.never_nl = False
    if "q" in flags:
        options.literal = True
        text = pattern
    else:
        if "x" in flags:
            pattern = without_spaces(pattern)
        text = translated(pattern, ignore_case="i" in flags, dot_all="s" in flags)
        text = ("(?m)" if "m" in flags else "") + text
    try:
        return re2.compile(text, options)
    except re2.error as error:
        raise BadPattern(pattern) from error


def without_spaces(pattern: str) -> str:
    """Flag x: white space outside of character classes means nothing."""
    kept, depth, index = [], 0, 0
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\" and index + 1 < len(pattern):
            following = index + 1
            while following < len(pattern) - 1 and pattern[following] in " \t\n\r":
                following += 1
            kept.append("\\" + pattern[following])
            index = following + 1
            continue
        depth += (sign == "[") - (sign == "]" and depth > 0)
        if depth or sign not in " \t\n\r":
            kept.append(sign)
        index += 1
    return "".join(kept)


def translated(pattern: str, *, ignore_case: bool, dot_all: bool) -> str:
    """The pattern in the words of RE2."""
    if re.search(r"(?<!\\)(?:\\\\)*\\[1-9]", pattern):
        raise BadPattern(pattern)
    if re.search(r"(?<!\\)(?:\\\\)*\(\?(?!:)", pattern):
        raise BadPattern(pattern)
    result, index = [], 0
    while index < len(pattern):
        sign = pattern[index]
        block = BLOCK.match(pattern, index) if sign == "\\" else None
        if block is not None:
            result.append(_block(block))
            index = block.end()
        elif sign == "\\":
            pair = pattern[index : index + 2]
            _check_escape(pair)
            result.append(CLASSES.get(pair, pair))
            index += 2
        elif sign == "[":
            text, index = _class(pattern, index, ignore_case)
            result.append(text)
        elif sign == "." and not dot_all:
            result.append(r"[^\n\r]")
            index += 1
        else:
            result.append(sign)
            index += 1
    return "".join(result)


def _check_escape(pair: str) -> None:
    if len(pair) < 2 or pair[1] not in "\\|.-^?*+{}()[]$nrtsSdDwWpPiIcC":
        raise BadPattern(pair)


def _block(found: re.Match[str]) -> str:
    signs = BLOCKS.get(found[2])
    if signs is None:
        raise BadPattern(found[0])
    return f"[{'^' if found[1] == 'P' else ''}{signs}]"


def _class(pattern: str, start: int, ignore_case: bool) -> tuple[str, int]:
    """A character class; `[a-z-[aeiou]]` becomes the class of what remains."""
    index = start + 1
    while index < len(pattern):
        sign = pattern[index]
        if sign == "\\":
            _check_escape(pattern[index : index + 2])
            index += 2
        elif sign == "]" and index > start + 1:
            return pattern[start : index + 1], index + 1
        elif sign == "[" and pattern[index - 1] == "-":
            minus, end = _class(pattern, index, ignore_case)
            if end >= len(pattern) or pattern[end] != "]":
                raise BadPattern(pattern)
            return _subtracted(pattern[start : index - 1] + "]", minus, ignore_case), end + 1
        elif sign == "[":
            raise BadPattern(pattern)
        else:
            index += 1
    raise BadPattern(pattern)


def _subtracted(base: str, minus: str, ignore_case: bool) -> str:
    """The signs of the Basic Multilingual Plane in the first class and not in the second."""
    options = re2.Options()
    options.log_errors = False
    try:
        wanted, unwanted = re2.compile(base, options), re2.compile(minus, options)
    except re2.error as error:
        raise BadPattern(base) from error
    signs = "".join(chr(code) for code in range(0x250) if wanted.fullmatch(chr(code)))
    kept = [sign for sign in signs if not unwanted.fullmatch(sign)]
    if ignore_case:
        kept = [sign for sign in kept if not (unwanted.fullmatch(sign.lower()) or unwanted.fullmatch(sign.upper()))]
    if not kept:
        raise BadPattern(base)
    return "[" + "".join(f"\\x{{{ord(sign):x}}}" for sign in kept) + "]"


def replacement(text: str, groups: int) -> list[str | int]:
    """Pieces of a replacement text: strings, and numbers of groups ($1; $0 is the whole match)."""
    pieces: list[str | int] = []
    last = 0
    for found in GROUP.finditer(text):
        pieces.append(text[last : found.start()])
        last = found.end()
        if found[1]:
            number = int(found[1])
            pieces.append(number if number <= groups else "")
        elif found[2] in ("$", "\\"):
            pieces.append(found[2])
        else:
            raise BadPattern(text)
    pieces.append(text[last:])
    return [piece for piece in pieces if piece != ""]
