"""FEEL text to tokens. Linear in the length of the text; nothing is decided here about names of several words."""

from __future__ import annotations

import re
from dataclasses import dataclass

import bpm_core.feel.limits as limits
from bpm_core.feel.errors import FeelBudgetError, FeelSyntaxError

# DMN 1.5, 10.3.1.2 rules 27-30, without full-width punctuation, which is always a slip of the input method.
NAME_START = r"[^\W\d]|_|[\u200c\u200d\u2070-\u218f\u2c00-\u2fef\U00010000-\U000effff]"
NAME_PART = NAME_START + r"|\d|[\u00b7\u0300-\u036f\u203f-\u2040\ufe0f]"
TOKEN = re.compile(
    rf"""
      (?P<space>[\s\u0085\u00a0\u1680\u180e\u2000-\u200b\u2028\u2029\u202f\u205f\u3000\ufeff]+
               |//[^\n]*|/\*(?:[^*]|\*(?!/))*\*/)
    | (?P<string>"(?:[^"\\]|\\.)*")
    | (?P<name>(?:{NAME_START})(?:{NAME_PART})*)
    | (?P<range>\.\.)
    | (?P<number>(?:\d+(?:\.(?!\.)\d+)?|\.\d+)(?:[eE][+-]?\d+)?)
    | (?P<sign>\*\*|<=|>=|!=|->|===?|=>|&&|\|\||[-+*/=<>()\[\]{{}},:.?@|&!%;'`^~\#$\\])
    """,
    re.VERBOSE | re.DOTALL,
)
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", '"': '"', "\\": "\\", "'": "'", "b": "\b", "f": "\f", "/": "/"}
ESCAPE = re.compile(r"\\(?:u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{6})|(.))", re.DOTALL)
SURROGATES = re.compile("[\ud800-\udbff][\udc00-\udfff]")


@dataclass(frozen=True, slots=True)
class Token:
    """kind: number, string, name, sign, end. text: as written; a string without its quotes, escapes replaced."""

    kind: str
    text: str
    start: int
    end: int


def tokenize(source: str) -> list[Token]:
    """All tokens, the last of kind `end`. Refuses with FeelSyntaxError or FeelBudgetError."""
    if len(source) > limits.MAX_SOURCE:
        raise FeelBudgetError("source", limits.MAX_SOURCE)
    tokens: list[Token] = []
    position, size = 0, len(source)
    while position < size:
        found = TOKEN.match(source, position)
        if found is None:
            raise _stray(source, position)
        kind, text, end = str(found.lastgroup), found.group(), found.end()
        if kind == "string":
            tokens.append(Token("string", unescape(text[1:-1], source, position), position, end))
        elif kind != "space":
            tokens.append(Token("sign" if kind == "range" else kind, text, position, end))
        position = end
    if len(tokens) > limits.MAX_TOKENS:
        raise FeelBudgetError("tokens", limits.MAX_TOKENS)
    tokens.append(Token("end", "", size, size))
    return tokens


def unescape(text: str, source: str, position: int) -> str:
    """Replace the escapes of a string literal; \\uD83D\\uDC0E is one character."""
    if "\\" not in text:
        return text

    def replace(found: re.Match[str]) -> str:
        digits = found[1] or found[2]
        if digits:
            code = int(digits, 16)
            if code > 0x10FFFF:
                raise FeelSyntaxError("bad_escape", position, found=found[0], source=source)
            return chr(code)
        return ESCAPES.get(found[3], "\\" + found[3])

    text = ESCAPE.sub(replace, text)
    text = SURROGATES.sub(lambda pair: pair[0].encode("utf-16", "surrogatepass").decode("utf-16"), text)
    if any("\ud800" <= sign <= "\udfff" for sign in text):
        raise FeelSyntaxError("bad_escape", position, found="\\u", source=source)
    return text


def _stray(source: str, position: int) -> FeelSyntaxError:
    sign = source[position]
    if sign == '"':
        return FeelSyntaxError("open_string", position, found=source[position : position + 12], source=source)
    if source.startswith("/*", position):
        return FeelSyntaxError("open_comment", position, found="/*", source=source)
    return FeelSyntaxError("stray_sign", position, found=sign, suggestion=SLIPS.get(sign), source=source)


# Signs that people write out of habit from other languages or by an input method left in Chinese mode.
SLIPS = {
    "==": "one_equals", "===": "one_equals", "&&": "use_and", "||": "use_or", "&": "use_and", "|": "use_or",
    "=>": "use_ge", "!": "use_not", "'": "double_quotes", "`": "double_quotes", "%": "use_modulo", "^": "use_power",
    "“": "double_quotes", "”": "double_quotes", "‘": "double_quotes", "’": "double_quotes", "，": "half_width",
    "（": "half_width", "）": "half_width", "：": "half_width", "；": "half_width", "＝": "half_width",
    "＞": "half_width", "＜": "half_width", "＋": "half_width", "－": "half_width", "【": "half_width",
    "】": "half_width", "≥": "use_ge", "≤": "use_le", "≠": "use_ne", "。": "half_width", "！": "half_width",
    "？": "half_width", "×": "use_times", "÷": "use_divide",
}  # fmt: skip
