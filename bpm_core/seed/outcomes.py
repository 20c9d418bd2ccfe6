"""What came of a played scenario against what it expects: its end, its path, its values."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from bpm_core import feel
from bpm_core.commands import work_items
from bpm_core.commands.loading import Loaded
from bpm_core.domain.errors import Refused
from bpm_core.models import Grant
from bpm_core.notation import functions
from bpm_core.notation.scenarios import Scenario
from bpm_core.seed.cast import Cast
from bpm_core.seed.rehearsal import Player, Stuck


@dataclass(frozen=True)
class Outcome:
    """What came of a played scenario: passed when nothing is wrong."""

    process: str
    scenario: str
    wrong: tuple[str, ...]


def check(player: Player) -> tuple[str, ...]:
    """What differs from what the scenario expects."""
    expect, wrong = player.scenario.expect, []
    ended = player.ended
    own = player.loaded.bundle.process.elements
    if expect.open:
        if ended is not None:
            wrong.append(f"the case ended at {ended} but should go on")
    elif ended is None:
        wrong.append("the case did not end")
    elif (own[ended].node if ended in own else ended) != expect.end:
        wrong.append(f"ended at {ended}, expected {expect.end}")
    if tuple(player.path) != expect.path:
        wrong.append(_path_difference(tuple(player.path), expect.path))
    assert player.case is not None
    facts = work_items.facts_of(player.case.pk)
    for text in expect.values:
        found = feel.compile(text, functions=functions.TABLE, names=tuple(facts)).evaluate(facts, now=player.now)
        if found is not True:
            name = text.split("=")[0].strip()
            wrong.append(f"{text} does not hold: {name} is {facts.get(name)!r}")
    return tuple(wrong)


def _path_difference(found: tuple[str, ...], expected: tuple[str, ...]) -> str:
    for place, (mine, theirs) in enumerate(zip(found, expected, strict=False)):
        if mine != theirs:
            before = " ".join(expected[max(0, place - 3) : place])
            return f"path differs after {before}: found {' '.join(found[place : place + 4])}, expected {theirs}"
    return f"path has {len(found)} steps, expected {len(expected)}: {' '.join(found[-3:])} / {' '.join(expected[-3:])}"


def play(
    definition_id: UUID, scenario: Scenario, *, cast: Cast, unit_code: str, person_id: UUID | None = None
) -> Outcome:
    """Play one scenario to its end and compare."""
    player = Player(definition_id, scenario, cast, unit_code, scenario.at, person_id, despite_open="rehearsal")
    try:
        player.play()
        wrong = check(player)
    except Stuck as stuck:
        wrong = (str(stuck),)
    except Refused as refused:
        wrong = (f"refused: {type(refused).__name__} {refused} {refused.facts}",)
    if player.case is not None:  # worked cases name the same people and months: each is told as if it were alone
        Grant.objects.filter(case=player.case).delete()
    return Outcome(player.loaded.key, scenario.id, wrong)


def end_nodes(loaded: Loaded) -> set[str]:
    """Every end event people see, by path name."""
    return {element.node or element.id for element in loaded.bundle.process.ends}
