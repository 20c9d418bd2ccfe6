"""Standards against diagrams: which clauses have no step, which steps carry out no clause, and the sums of both."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bpm_core.notation.model import Element, ProcessModel
from bpm_core.notation.standards import Clause, Standards

#: Kinds of element that do something and so may have to follow a clause; gateways and events only lead on.
STEP_KINDS = frozenset(
    {
        *("task", "userTask", "manualTask", "serviceTask", "businessRuleTask", "scriptTask", "sendTask"),
        *("receiveTask", "callActivity"),
    }
)


@dataclass(frozen=True, slots=True)
class StepFound:
    """A step of a diagram that is worth a line: it follows no clause, or one that nobody knows."""

    process: str
    step: str
    name_zh: str
    name_en: str
    text: str = ""  # what it cites, where that is what is wrong


@dataclass(frozen=True, slots=True)
class Sum:
    """A standard or a process in numbers."""

    name: str
    clauses: int  # that there are
    carried: int  # of them with a step that cites them
    steps: int  # of diagrams: those that cite it (a standard), all of them (a process)
    without: int = 0  # steps of a process that cite nothing
    drawn: bool = True  # whether there is a diagram of the process at all


@dataclass(frozen=True)
class Coverage:
    """The comparison. `missing` are clauses of processes that are drawn; `undrawn` those of processes that are not."""

    clauses: int
    carried: int
    steps: int
    cited: int  # steps that cite at least one clause
    helpers: int  # steps the diagram does not show in its paths: they belong to the step before or after
    missing: tuple[Clause, ...]
    undrawn: tuple[Clause, ...]
    without: tuple[StepFound, ...]
    unknown: tuple[StepFound, ...]
    by_standard: tuple[Sum, ...]
    by_process: tuple[Sum, ...]
    processes: tuple[str, ...] = field(default=())

    @property
    def complete(self) -> bool:
        """Every clause has its step, every step its clause, and nothing unknown is cited."""
        return not (self.missing or self.undrawn or self.without or self.unknown)


def coverage(standards: Standards, processes: Iterable[ProcessModel]) -> Coverage:
    """Compare the standards with the diagrams; a process is known by its code."""
    models = {model.code: model for model in processes}
    cites: dict[tuple[str, str], set[tuple[str, str]]] = {}  # (standard, clause) -> steps that cite it
    citing: dict[str, set[tuple[str, str]]] = {}  # standard -> steps that cite it
    without, unknown, helpers, steps, cited = [], [], 0, 0, 0
    for code, model in sorted(models.items()):
        for element in _steps(model):
            if not element.clauses and not element.shown:
                helpers += 1
                continue
            steps += 1
            here = (code, element.node or element.id)
            if not element.clauses:
                without.append(_found(code, element))
                continue
            cited += 1
            for text in element.clauses:
                for one in standards.cited(text):
                    if one.standard is None:
                        unknown.append(_found(code, element, one.text))
                        continue
                    citing.setdefault(one.standard, set()).add(here)
                    for number in one.clauses:
                        cites.setdefault((one.standard, number), set()).add(here)
                        if one.standard in standards.parts and not _known(standards, one.standard, number):
                            unknown.append(_found(code, element, one.text))
    carried = {
        clause
        for clause in standards.clauses
        if (clause.process, clause.step) in cites.get((clause.standard, clause.number), set())
    }
    left = [clause for clause in standards.clauses if clause not in carried]
    return Coverage(
        clauses=len(standards.clauses),
        carried=len(carried),
        steps=steps,
        cited=cited,
        helpers=helpers,
        missing=tuple(clause for clause in left if clause.process in models),
        undrawn=tuple(clause for clause in left if clause.process not in models),
        without=tuple(without),
        unknown=tuple(unknown),
        by_standard=tuple(_of_standards(standards, carried, citing)),
        by_process=tuple(_of_processes(standards, carried, models, without)),
        processes=tuple(sorted(models)),
    )


def _steps(model: ProcessModel) -> Iterable[Element]:
    """Elements that do something, and events that follow a clause of their own: a wait that a standard sets."""
    return (element for element in model.elements.values() if element.kind in STEP_KINDS or element.clauses)


def _found(code: str, element: Element, text: str = "") -> StepFound:
    return StepFound(code, element.node or element.id, element.name_zh, element.name_en or element.name_zh, text)


def _known(standards: Standards, number: str, clause: str) -> bool:
    return any(one.number == clause for one in standards.parts[number])


def _of_standards(
    standards: Standards, carried: set[Clause], citing: Mapping[str, set[tuple[str, str]]]
) -> Iterable[Sum]:
    for one in standards.standards:
        clauses = standards.clauses_of(one.number)
        numbers = {one.number, *(clause.standard for clause in clauses)}
        steps = {step for number in numbers for step in citing.get(number, ())}
        yield Sum(one.number, len(clauses), sum(clause in carried for clause in clauses), len(steps))


def _of_processes(
    standards: Standards, carried: set[Clause], models: Mapping[str, ProcessModel], without: list[StepFound]
) -> Iterable[Sum]:
    codes = sorted({*models, *(clause.process for clause in standards.clauses)})
    for code in codes:
        clauses, model = standards.of_process(code), models.get(code)
        shown = sum(bool(e.clauses or e.shown) for e in _steps(model)) if model else 0
        bare = sum(found.process == code for found in without)
        done = sum(clause in carried for clause in clauses)
        yield Sum(code, len(clauses), done, shown, bare, model is not None)
