"""processes/_standards -> Standards: the standards behind the processes, clause by clause. No database, no screens.

`standards.toml` names every standard; `clauses/*.toml` holds the clauses of one part each, a clause a step. How a
number or text was seen stays with it: a sample of this library never looks like a standard in force.
"""

from __future__ import annotations

import re
import tomllib
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from bpm_core.notation.guide import Certainty, GuideRefused, Words, build
from bpm_core.notation.model import Limit

STANDARDS = "standards.toml"
#: In `governs`: the standard holds for every process.
ALL = "ALL"
MAX_BYTES = 1024 * 1024
MAX_FILES = 500
MAX_CLAUSES = 20_000
_PATHS = re.compile(r"standards\.toml|clauses/[^/]+\.toml")
_CODE = re.compile(r"[A-Z]{3}-(?:[A-Z]+|\d{2})")
_CLAUSE = re.compile(r"[A-Z]?\d+(?:\.\d+)*")
_SAMPLE = re.compile(r"\s*(?:（示例）|\(sample\))$")
_AT = re.compile(r"\s+(?:第|§|cl\.\s*|ch\.\s*)(?=[A-Z]?\d)")
T = TypeVar("T")


class StandardsRefused(ValueError):
    """The folder does not say what it must. `file` is where, `row` the entry in it ("[[clause]] 3")."""

    def __init__(self, code: str, message: str, file: str, row: str = "") -> None:
        super().__init__(f"{file}{' ' + row if row else ''}: {message}")
        self.code = code
        self.file = file
        self.row = row


class Level(StrEnum):
    """Who issued a standard."""

    NATIONAL = "national"
    INDUSTRY = "industry"
    LOCAL = "local"
    GROUP = "group"
    INTERNAL = "internal"


class Status(StrEnum):
    IN_FORCE = "in_force"
    SUPERSEDED = "superseded"
    SAMPLE = "sample"  # written for this library; in force nowhere


class Subject(StrEnum):
    """What a standard governs besides processes."""

    ORGANISATION = "organisation"
    STANDARDS_SYSTEM = "standards_system"
    EVALUATION = "evaluation"
    PLATFORM = "platform"
    FIELDS = "fields"
    TRAINING = "training"
    SYSTEMS = "systems"
    POSTS = "posts"
    QUALITY = "quality"


@dataclass(frozen=True, slots=True)
class Standard:
    """One standard. `governs` holds process codes ("UNE-01", "SUB-PAY") or "ALL"."""

    number: str
    title: Words
    level: Level
    status: Status
    certainty: Certainty
    governs: tuple[str, ...] = ()
    subjects: tuple[Subject, ...] = ()
    used: Words | None = None  # chapters and clauses that were seen or are used
    note: Words | None = None
    superseded_by: str = ""

    def holds_for(self, process: str) -> bool:
        return process in self.governs or ALL in self.governs


@dataclass(frozen=True, slots=True)
class Clause:
    """One clause and the step that carries it out. `standard` may be a part ("Q/JZRS 211.2-2026") of `part_of`."""

    standard: str
    part_of: str
    process: str
    number: str
    step: str  # node name of the step in the diagram
    title: Words
    kind: str
    post: str
    limit: Limit | None = None
    law: Words | None = None


@dataclass(frozen=True, slots=True)
class Citation:
    """A reference as a diagram writes it, resolved. `standard` is None when no such standard is known."""

    text: str
    standard: str | None
    clauses: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _ClauseRow:
    number: str
    step: str
    title: Words
    kind: str
    post: str
    limit: Limit | None = None
    law: Words | None = None


@dataclass(frozen=True)
class Standards:
    """The standards system, with look-ups by number, process and step."""

    standards: tuple[Standard, ...]
    clauses: tuple[Clause, ...]

    @cached_property
    def by_number(self) -> Mapping[str, Standard]:
        return {one.number: one for one in self.standards}

    @cached_property
    def parts(self) -> Mapping[str, tuple[Clause, ...]]:
        """Clauses by the number of the part they stand in."""
        return _grouped(self.clauses, lambda clause: clause.standard)

    @cached_property
    def _by_process(self) -> Mapping[str, tuple[Clause, ...]]:
        return _grouped(self.clauses, lambda clause: clause.process)

    @cached_property
    def _by_step(self) -> Mapping[tuple[str, str], tuple[Clause, ...]]:
        return _grouped(self.clauses, lambda clause: (clause.process, clause.step))

    @cached_property
    def _undated(self) -> Mapping[str, str]:
        """Number without its year -> number, where only one edition in force bears it."""
        found: dict[str, list[str]] = defaultdict(list)
        for one in self.standards:
            if one.status is not Status.SUPERSEDED:
                found[_without_year(one.number)].append(one.number)
        return {bare: numbers[0] for bare, numbers in found.items() if len(numbers) == 1}

    def of_process(self, process: str) -> tuple[Clause, ...]:
        """Clauses that steps of the process carry out, in order."""
        return self._by_process.get(process, ())

    def at_step(self, process: str, step: str) -> tuple[Clause, ...]:
        """Clauses that the step carries out."""
        return self._by_step.get((process, step), ())

    def governing(self, process: str) -> tuple[Standard, ...]:
        """Standards that govern the process, those for every process included."""
        return tuple(one for one in self.standards if one.holds_for(process))

    def clauses_of(self, number: str) -> tuple[Clause, ...]:
        """Clauses of a standard, with those of its parts."""
        return tuple(clause for clause in self.clauses if number in (clause.standard, clause.part_of))

    def resolve(self, number: str) -> str | None:
        """The number of a known standard or part that `number` means, also without its year; else None."""
        if number in self.by_number or number in self.parts:
            return number
        return self._undated.get(number)

    def cited(self, text: str) -> tuple[Citation, ...]:
        """What a `guicheng:clause` of a diagram cites, in either language: "Q/JZRS 211.2-2026 第5.1条（示例）"."""
        return tuple(self._citation(part.strip()) for part in re.split("[;；]", text) if part.strip())

    def _citation(self, text: str) -> Citation:
        bare = _SAMPLE.sub("", text)
        number, *rest = _AT.split(bare, maxsplit=1)
        clauses = re.split(r"、|,| and ", rest[0].rstrip("条章")) if rest else ()
        return Citation(text, self.resolve(number.strip()), tuple(one.strip() for one in clauses))


def _grouped(clauses: Iterable[Clause], by: Any) -> Mapping[Any, tuple[Clause, ...]]:
    found: dict[Any, list[Clause]] = defaultdict(list)
    for clause in clauses:
        found[by(clause)].append(clause)
    return {key: tuple(members) for key, members in found.items()}


def _without_year(number: str) -> str:
    return re.sub(r"-(?:19|20)\d\d$", "", number)


def read(folder: Path | str) -> Standards:
    """The standards system in a folder (processes/_standards). Refuses with StandardsRefused."""
    return read_files(files_of(Path(folder)))


def files_of(folder: Path) -> dict[str, bytes]:
    """Files of the folder by path, as `read_files` wants them; what else lies there is left alone."""
    found = {p.relative_to(folder).as_posix(): p for p in folder.rglob("*.toml") if p.is_file() and not p.is_symlink()}
    return {path: place.read_bytes() for path, place in sorted(found.items()) if _PATHS.fullmatch(path)}


def read_files(files: Mapping[str, bytes]) -> Standards:
    """The standards system in `files` (path -> content). Refuses with StandardsRefused, naming file and row."""
    if STANDARDS not in files:
        raise StandardsRefused("missing", "the file is missing", STANDARDS)
    if len(files) > MAX_FILES:
        raise StandardsRefused("too_many_files", f"{len(files)} files; at most {MAX_FILES} are read", STANDARDS)
    found = tuple(_rows(STANDARDS, files[STANDARDS], "standard", Standard)[1])
    _check_standards(found)
    known = {one.number for one in found}
    clauses: list[Clause] = []
    for path in sorted(set(files) - {STANDARDS}):
        clauses += _part(path, files[path], known)
        if len(clauses) > MAX_CLAUSES:
            raise StandardsRefused("too_many_clauses", f"more than {MAX_CLAUSES} clauses", path)
    twice = Counter((clause.standard, clause.number) for clause in clauses)
    for (standard, number), times in twice.items():
        if times > 1:
            raise StandardsRefused("twice", f"{standard} has clause {number} {times} times", "clauses")
    return Standards(found, tuple(sorted(clauses, key=_order)))


def _check_standards(found: tuple[Standard, ...]) -> None:
    known = {one.number for one in found}
    for row, one in enumerate(found, start=1):
        where = f"[[standard]] {row} ({one.number})"
        if [other.number for other in found].index(one.number) != row - 1:
            raise StandardsRefused("twice", "the number stands there twice", STANDARDS, where)
        if (one.status is Status.SUPERSEDED) != bool(one.superseded_by):
            raise StandardsRefused("superseded", "superseded standards name the one in force", STANDARDS, where)
        if one.superseded_by and one.superseded_by not in known:
            raise StandardsRefused("unknown", f"{one.superseded_by} is not a standard here", STANDARDS, where)
        for code in one.governs:
            if code != ALL and not _CODE.fullmatch(code):
                raise StandardsRefused("process", f"{code!r} is no code of a process", STANDARDS, where)


def _part(path: str, data: bytes, known: set[str]) -> list[Clause]:
    head, rows = _rows(path, data, "clause", _ClauseRow)
    for name in ("standard", "part_of", "process"):
        if type(head.get(name)) is not str:
            raise StandardsRefused("missing", f"{name!r} is missing", path)
    if set(head) - {"standard", "part_of", "process"}:
        raise StandardsRefused("unknown", f"{sorted(set(head))} are not all known here", path)
    if head["part_of"] not in known:
        raise StandardsRefused("unknown", f"{head['part_of']} is not a standard here", path)
    if not _CODE.fullmatch(head["process"]):
        raise StandardsRefused("process", f"{head['process']!r} is no code of a process", path)
    for number, row in enumerate(rows, start=1):
        if not _CLAUSE.fullmatch(row.number):
            raise StandardsRefused("number", f"{row.number!r} is no clause number", path, f"[[clause]] {number}")
    return [
        Clause(
            standard=head["standard"],
            part_of=head["part_of"],
            process=head["process"],
            number=row.number,
            step=row.step,
            title=row.title,
            kind=row.kind,
            post=row.post,
            limit=row.limit,
            law=row.law,
        )
        for row in rows
    ]


def _rows(path: str, data: bytes, table: str, kind: type[T]) -> tuple[dict[str, Any], list[T]]:
    """What stands above the tables, and the tables as dataclasses."""
    if len(data) > MAX_BYTES:
        raise StandardsRefused("too_big", f"{len(data)} bytes; at most {MAX_BYTES} are read", path)
    try:
        tree = tomllib.loads(data.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise StandardsRefused("not_toml", f"not TOML: {error}", path) from None
    listed = tree.pop(table, [])
    if not isinstance(listed, list):
        raise StandardsRefused("wrong_type", f"expected tables [[{table}]]", path)
    rows = []
    for number, entry in enumerate(listed, start=1):
        try:
            rows.append(build(kind, entry, table))
        except GuideRefused as error:
            raise StandardsRefused(error.code, str(error), path, f"[[{table}]] {number}") from None
    return tree, rows


def _order(clause: Clause) -> tuple[str, tuple[int, ...], str]:
    digits = tuple(int(one) for one in re.findall(r"\d+", clause.number))
    return clause.standard, digits, clause.number
