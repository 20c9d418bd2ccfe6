"""The name somebody probably meant."""

from __future__ import annotations

from collections.abc import Iterable


def distance(left: str, right: str, limit: int) -> int:
    """Optimal string alignment distance, or limit + 1 as soon as it must exceed the limit."""
    if abs(len(left) - len(right)) > limit:
        return limit + 1
    before: list[int] = []
    last = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        row = [i]
        for j, b in enumerate(right, 1):
            cost = min(last[j] + 1, row[j - 1] + 1, last[j - 1] + (a != b))
            if i > 1 and j > 1 and a == right[j - 2] and left[i - 2] == b:
                cost = min(cost, before[j - 2] + 1)
            row.append(cost)
        if min(row) > limit:
            return limit + 1
        before, last = last, row
    return last[-1]


def closest(name: str, known: Iterable[str]) -> str | None:
    """The known name that differs least: by case and spacing, or by about a third of its letters at most."""
    folded = _fold(name)
    limit = max(1, min(3, len(name) // 3))
    best, best_distance = None, limit + 1
    for candidate in sorted(known)[:2_000]:
        if len(candidate) > 120:
            continue
        if _fold(candidate) == folded:
            return candidate
        apart = distance(name.lower()[:120], candidate.lower(), limit)
        if apart < best_distance:
            best, best_distance = candidate, apart
    return best


def _fold(name: str) -> str:
    return "".join(sign for sign in name.lower() if sign.isalnum())


def suggestion_for(name: str, known: Iterable[str]) -> tuple[str | None, dict[str, str]]:
    """A `did_you_mean` with its facts, if a known name resembles this one."""
    found = closest(name, known)
    return ("did_you_mean", {"name": found}) if found else (None, {})
