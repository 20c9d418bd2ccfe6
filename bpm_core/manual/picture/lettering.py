"""Text in a picture: how wide it is about, where it breaks, and how small it must be to fit its box."""

from __future__ import annotations

import re

_NARROW = frozenset("iljtfrI.,:;'|!()[]/- ")
_WIDE = frozenset("mwMWABCDEGHKNOPQRSUVXYZ@%&")
_WORDS = re.compile(r"[ -~À-ɏ]+|.")
_NO_START = frozenset("，。、；：？！）》”’,.;:?!)")


def width(text: str, size: float) -> float:
    """About how wide the text is: a Chinese letter is as wide as it is high."""
    return sum(size * _width(letter) for letter in text)


def _width(letter: str) -> float:
    if ord(letter) > 0x2E7F:
        return 1.0
    return 0.34 if letter in _NARROW else 0.74 if letter in _WIDE else 0.57


def wrapped(text: str, room: float, size: float) -> list[str]:
    """The text in lines of at most `room`; a word breaks only when it is longer than a line."""
    lines: list[str] = []
    line = ""
    for piece in _pieces(text):
        if line and width((line + piece).rstrip(), size) > room and piece not in _NO_START:
            lines.append(line.rstrip())
            line = piece.lstrip()
        else:
            line += piece
        while width(line.rstrip(), size) > room and len(line) > 1 and line not in _NO_START:
            cut = next((n for n in range(len(line) - 1, 0, -1) if width(line[:n], size) <= room), 1)
            if cut >= len(line.rstrip()) or line[cut:].strip() in _NO_START:
                break
            lines.append(line[:cut])
            line = line[cut:]
    return [each for each in (*lines, line.rstrip()) if each]


def _pieces(text: str) -> list[str]:
    """What may not break inside: Latin words with the space after them, single Chinese letters."""
    found: list[str] = []
    for run in _WORDS.findall(text):
        found += re.findall(r"\S+\s*|\s+", run) if run.isascii() or " " in run else [run]
    return found


def fitted(text: str, room: float, height: float, sizes: tuple[float, ...]) -> tuple[float, list[str]]:
    """The largest of the sizes in which the text fits the box, and its lines; cut off in the smallest if it must be."""
    size, lines = sizes[-1], [text]
    for size in sizes:
        lines = wrapped(text, room, size)
        if len(lines) * size * 1.2 <= height:
            return size, lines
    fit = max(1, int(height // (size * 1.2)))
    return size, [*lines[: fit - 1], lines[fit - 1][:-1] + "…"] if len(lines) > fit else lines
