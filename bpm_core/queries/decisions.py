"""Decisions of a case taken again from its journal: the same table, the variables it read then, the same instant.

The journal names the table by the digest of its file, so a case that has moved to another version of its process is
still asked by the version that decided.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

from bpm_core import dmn
from bpm_core.domain.errors import NotFound
from bpm_core.feel import values
from bpm_core.feel.values import Value
from bpm_core.models import Case, JournalEntry, ProcessDefinition
from bpm_core.notation import tables
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.tables import Rule, Table
from bpm_core.queries import bundles


class Verdict(StrEnum):
    """What came of taking a decision again."""

    SAME = "same"
    DIFFERS = "differs"
    WITHHELD = "withheld"  # it read something the journal only commits to
    GONE = "gone"  # no version of the process holds the table any more


@dataclass(frozen=True, slots=True)
class Retaken:
    """A journaled decision beside what its table answers now.

    table       the table in words; None when it is gone
    rules       the rules that hit then, as the journal has them
    outputs     what was decided then
    decided     what taking it again gave; None when it could not be taken
    difference  where the two part, for the report
    """

    decision: str
    process_key: str
    verdict: Verdict
    outputs: Mapping[str, Value]
    table: Table | None = None
    rules: tuple[Rule, ...] = ()
    decided: dmn.Decided | None = None
    difference: str = ""


class Retaker:
    """Takes decisions of one case again; files are read once."""

    def __init__(self, definition: ProcessDefinition) -> None:
        self._definition = definition
        self._found: dict[tuple[str, str, str], tuple[Bundle, Table | None] | None] = {}

    def retake(self, taken: Mapping[str, Any], at: datetime) -> Retaken:
        """One decision of an entry's body (`decisions`), at the entry's instant."""
        key, decision = taken.get("process", self._definition.key), taken["decision"]
        outputs = {name: values.decode(value) for name, value in taken["outputs"].items()}
        found = self._table(key, decision, taken["digest"])
        if found is None:
            return Retaken(decision, key, Verdict.GONE, outputs)
        bundle, table = found
        rules = tuple(rule for rule in table.rules if rule.number in taken["numbers"]) if table else ()
        assert bundle.decisions is not None
        if bundle.decisions.decisions[decision].reads & set(taken.get("withheld", ())):
            return Retaken(decision, key, Verdict.WITHHELD, outputs, table, rules)
        read = {name: values.decode(value) for name, value in taken["read"].items()}
        try:
            decided = bundle.decisions.decide(decision, read, now=at)
        except ValueError as error:
            return Retaken(decision, key, Verdict.DIFFERS, outputs, table, rules, None, str(error))
        difference = "; ".join(_differences(taken, decided))
        verdict = Verdict.DIFFERS if difference else Verdict.SAME
        return Retaken(decision, key, verdict, outputs, table, rules, decided, difference)

    def _table(self, process_key: str, decision: str, digest: str) -> tuple[Bundle, Table | None] | None:
        place = (process_key, decision, digest)
        if place not in self._found:
            holding = (one for one in self._versions(process_key) if _holds(one, decision, digest))
            bundle = next(holding, None)
            words = {table.id: table for table in tables.read(bundle.files)} if bundle else {}
            self._found[place] = (bundle, words.get(decision)) if bundle else None
        return self._found[place]

    def _versions(self, process_key: str) -> Iterator[Bundle]:
        """The version the case has pinned, then the others, newest first."""
        with suppress(NotFound):
            yield bundles.of_process(self._definition, process_key)
        others = ProcessDefinition.objects.filter(key=process_key).defer("archive", "report")
        yield from map(bundles.of, others.order_by("-version"))


def _holds(bundle: Bundle, decision: str, digest: str) -> bool:
    known = bundle.decisions.decisions if bundle.decisions else {}
    return decision in known and known[decision].digest == digest


def _differences(taken: Mapping[str, Any], decided: dmn.Decided) -> Iterator[str]:
    numbers = [hit.rule for hit in decided.hits]
    if numbers != taken["numbers"]:
        yield f"rules {numbers}, the journal says {taken['numbers']}"
    withheld = taken.get("withheld", ())
    outputs = {name: values.encode(value) for name, value in decided.outputs.items() if name not in withheld}
    if outputs != taken["outputs"]:
        yield f"outputs {outputs}, the journal says {taken['outputs']}"


def of_cases(numbers: list[str] | None = None) -> Iterator[tuple[Case, JournalEntry, Retaken]]:
    """Every decision journaled of all cases, or the numbered ones, taken again."""
    query = Case.objects.order_by("pk").select_related("definition")
    query = query.defer("state", "definition__archive", "definition__report")
    for case in (query.filter(number__in=numbers) if numbers else query).iterator(chunk_size=200):
        retaker = Retaker(case.definition)
        for entry in JournalEntry.objects.filter(case=case).order_by("seq").iterator(chunk_size=200):
            for taken in entry.body.get("decisions", ()):
                yield case, entry, retaker.retake(taken, entry.at)
