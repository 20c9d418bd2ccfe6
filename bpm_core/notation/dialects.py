"""How other engines write expressions and scripts, read as FEEL: `=amount > 1`, `${amount > 1}`, `a = 1; b = 2`."""

from __future__ import annotations

import re

from bpm_core.notation import juel

_ASSIGNMENT = re.compile(r"\s*([^\W\d]\w*)\s*=(?!=)\s*(.+)", re.DOTALL)


def expression(text: str) -> str:
    """The FEEL in a text, as far as it can be had; what can't be translated stays, and the check refuses it."""
    bare = text.strip()
    if bare.startswith("=") and not bare.startswith("=="):
        return bare[1:].strip()
    try:
        return juel.to_feel(bare)
    except juel.NotTranslatable:
        return bare


def assignments(script: str) -> list[tuple[str, str]] | None:
    """The lines `name = expression` of a script; None when it is not made of such lines alone."""
    found = []
    for line in filter(str.strip, re.split(r"[;\n]", script)):
        match = _ASSIGNMENT.fullmatch(line.rstrip())
        if match is None:
            return None
        found.append((match[1], expression(match[2])))
    return found or None
