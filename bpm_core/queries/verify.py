"""The invariants of the whole house, checked: chains, replay, the engine's own word, and that no open case is lost.

Nothing here repairs; a breach names the case, the rule and what was expected and found.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any
from uuid import UUID

from django.db.models import Exists, Model, OuterRef

from bpm_core import engine
from bpm_core.domain import journal
from bpm_core.domain.errors import Refused
from bpm_core.domain.lifecycle import ENDED_CASE, CaseStatus
from bpm_core.models import (
    AccessEntry,
    Case,
    CaseFact,
    Grant,
    Incident,
    Job,
    JournalEntry,
    ProcessDefinition,
    Subscription,
    Timer,
    WorkItem,
    states,
)
from bpm_core.models.journal import ACCESS_GENESIS
from bpm_core.notation import functions
from bpm_core.notation.bundle import Bundle
from bpm_core.queries import bundles, decisions, evidence, library, replay
from bpm_core.queries.decisions import Verdict

_BATCH = 200
OPEN_JOB = ("waiting", "leased", "failed")


@dataclass(frozen=True, slots=True)
class Breach:
    """One rule broken: by which case ("" = the access journal or the library's), which rule, and what was found."""

    case: str
    rule: str
    message: str


@dataclass
class Report:
    """What was looked at and what is wrong."""

    cases: int = 0
    entries: int = 0
    access_entries: int = 0
    library_entries: int = 0
    decisions: int = 0
    withheld: int = 0
    breaches: list[Breach] = field(default_factory=list)

    @property
    def ok(self) -> bool:
        return not self.breaches

    def to_json(self) -> dict[str, Any]:
        found = [{"case": b.case, "rule": b.rule, "message": b.message} for b in self.breaches]
        return {
            "ok": self.ok,
            "cases": self.cases,
            "entries": self.entries,
            "access_entries": self.access_entries,
            "library_entries": self.library_entries,
            "decisions": self.decisions,
            "withheld": self.withheld,
            "breaches": found,
        }


@dataclass
class _Rows:
    """What the tables say of a batch of cases, by case."""

    entries: dict[int, list[JournalEntry]]
    items: dict[int, list[WorkItem]]
    timers: dict[int, set[str]]
    subscriptions: dict[int, set[str]]
    jobs: dict[int, set[str]]
    incidents: dict[int, list[Incident]]
    facts: dict[int, dict[str, CaseFact]]
    reserved: dict[int, list[Grant]]


def run(numbers: list[str] | None = None) -> Report:
    """Check every case, or the numbered ones, and the access journal."""
    report = Report()
    query = Case.objects.order_by("pk").select_related("definition")
    query = query.defer("definition__archive", "definition__report")
    if numbers:
        query = query.filter(number__in=numbers)
    for batch in _batches(query):
        rows = _read([case.pk for case in batch])
        for case in batch:
            report.cases += 1
            report.entries += len(rows.entries[case.pk])
            report.breaches += _check(case, rows)
    if not numbers:
        _check_access(report)
        report.library_entries, found = library.check()
        report.breaches += [Breach("", rule, message) for rule, message in found]
    return report


def retake(report: Report, numbers: list[str] | None = None) -> None:
    """Take every decision of the cases again: the journal must tell what its table answers."""
    for case, entry, retaken in decisions.of_cases(numbers):
        if retaken.verdict is Verdict.WITHHELD:
            report.withheld += 1
            continue
        report.decisions += 1
        if retaken.verdict is not Verdict.SAME:
            found = retaken.difference or "its table is in no version of the process"
            message = f"entry {entry.seq}, decision {retaken.decision}: {found}"
            report.breaches.append(Breach(case.number, "decision", message))


def stuck() -> list[str]:
    """Numbers of open cases that nothing will ever move: no person, time, event, job or incident. It must be none."""
    waits: dict[str, Any] = {
        "item": WorkItem.objects.filter(case=OuterRef("pk"), closed_at=None),
        "timer": Timer.objects.filter(case=OuterRef("pk"), fired_at=None, cancelled_at=None),
        "subscription": Subscription.objects.filter(case=OuterRef("pk")),
        "job": Job.objects.filter(case=OuterRef("pk"), state__in=OPEN_JOB),
        "incident": Incident.objects.filter(case=OuterRef("pk"), resolved_at=None),
    }
    nothing = [~Exists(rows) for rows in waits.values()]
    return list(Case.objects.filter(*nothing, ended_at=None).order_by("pk").values_list("number", flat=True))


def _batches(query: Any) -> Iterator[list[Case]]:
    last = 0
    while batch := list(query.filter(pk__gt=last)[:_BATCH]):
        yield batch
        last = batch[-1].pk


def _read(ids: list[int]) -> _Rows:
    return _Rows(
        entries=_lists(JournalEntry.objects.filter(case_id__in=ids).order_by("case_id", "seq")),
        items=_lists(WorkItem.objects.filter(case_id__in=ids, closed_at=None)),
        timers=_tokens(Timer, ids, fired_at=None, cancelled_at=None),
        subscriptions=_tokens(Subscription, ids),
        jobs=_tokens(Job, ids, state__in=OPEN_JOB),
        incidents=_lists(Incident.objects.filter(case_id__in=ids, resolved_at=None)),
        facts=_facts(ids),
        reserved=_lists(Grant.objects.filter(case_id__in=ids, status="reserved")),
    )


def _lists(query: Any) -> dict[int, list[Any]]:
    found: dict[int, list[Any]] = defaultdict(list)
    for row in query:
        found[row.case_id].append(row)
    return found


def _tokens(model: type[Model], ids: list[int], **conditions: Any) -> dict[int, set[str]]:
    found: dict[int, set[str]] = defaultdict(set)
    rows = model._default_manager.filter(case_id__in=ids, **conditions).values_list("case_id", "token")
    for case_id, token in rows:
        found[case_id].add(token)
    return found


def _facts(ids: list[int]) -> dict[int, dict[str, CaseFact]]:
    found: dict[int, dict[str, CaseFact]] = defaultdict(dict)
    for row in CaseFact.objects.filter(case_id__in=ids):
        found[row.case_id][row.name] = row
    return found


def _check(case: Case, rows: _Rows) -> list[Breach]:
    entries = rows.entries[case.pk]
    told = replay.fold(entry.body for entry in entries)
    found = [
        *_chain(case, entries),
        *_replayed(case, told, rows),
        *_engine(case, told),
        *_lost(case, rows),
        *_granted(case, rows),
    ]
    return [Breach(case.number, rule, message) for rule, message in found]


Found = Iterator[tuple[str, str]]


def _chain(case: Case, entries: list[JournalEntry]) -> Found:
    linked = [(evidence.entry_of(row), bytes(row.prev_hash), bytes(row.hash)) for row in entries]
    for breach in journal.check_chain(case.number, linked, bytes(case.head_hash), evidence.algorithm()):
        yield "chain", breach.message
    if len(entries) != case.version:
        yield "steps", f"the case has had {case.version} steps, its journal tells of {len(entries)}"


def _replayed(case: Case, told: replay.Told, rows: _Rows) -> Found:
    """The journal and the tables must say the same."""
    if told.status != case.status:
        yield "replay", f"status is {case.status}, the journal says {told.status}"
    items = {item.token: item for item in rows.items[case.pk]}
    yield from _same("work items", set(items), told.tokens("work"))
    yield from _same("timers", rows.timers[case.pk], told.tokens("timer"))
    yield from _same("subscriptions", rows.subscriptions[case.pk], told.tokens("message", "signal", "condition"))
    yield from _same("jobs", rows.jobs[case.pk], told.tokens("job"))
    for token, item in items.items():
        wait = told.open.get(token)
        if wait and (wait["state"], wait["holder"]) != (item.state, item.holder_id):
            yield "replay", f"{item.element_id} is {item.state} with {item.holder_id}, the journal says {wait}"
    yield from _same_facts(case, told, rows)


def _same(what: str, found: set[str], told: set[str]) -> Found:
    if found != told:
        yield "replay", f"{what}: only in the tables {sorted(found - told)}, only in the journal {sorted(told - found)}"


def _same_facts(case: Case, told: replay.Told, rows: _Rows) -> Found:
    facts = rows.facts[case.pk]
    if set(facts) != set(told.facts):
        yield "replay", f"facts differ from the journal: {sorted(set(facts) ^ set(told.facts))}"
    for name, fact in facts.items():
        if told.facts.get(name) != fact.digest:
            yield "replay", f"fact {name} is not the one the journal committed to"
        elif not fact.personal:
            committed = journal.commitment(bytes(fact.salt), fact.value, evidence.algorithm())
            if committed != fact.digest:
                yield "facts", f"the value of {name} is not the one that was committed to"


def _engine(case: Case, told: replay.Told) -> Found:
    """The engine's state must wait for exactly what the journal says is open."""
    try:
        blob = states.open_(case.pk, bytes(case.state))
        state = engine.CaseState(f"verify-{case.pk}", case.version, blob)
        snapshot = engine.inspect(_executable(case.definition_id), state)
    except (Refused, engine.EngineError) as error:
        yield "state", f"the state can't be read: {error}"
        return
    waits = {wait.token for wait in snapshot.waits}
    if case.status in ENDED_CASE:
        if waits:
            yield "state", f"the case is {case.status} but its state waits for {sorted(waits)}"
    elif waits != told.tokens():
        yield "state", f"only in the state {sorted(waits - told.tokens())}, only open {sorted(told.tokens() - waits)}"


@lru_cache(maxsize=256)
def _executable(definition_id: UUID) -> engine.Definition:
    definition = ProcessDefinition.objects.defer("archive", "report").get(pk=definition_id)
    found: dict[str, Bundle] = {}
    _collect(definition, definition.called, found)
    return engine.load(bundles.of(definition), found, functions=functions.TABLE)


def _collect(definition: ProcessDefinition, called: dict[str, int], found: dict[str, Bundle]) -> None:
    for key in called:
        if key not in found:
            found[key] = bundles.of_process(definition, key)
            _collect(definition, dict.fromkeys(found[key].called, 0), found)


def _lost(case: Case, rows: _Rows) -> Found:
    """Every open case has something that will move it: a person, a time, a message, a job or an incident."""
    if case.status in ENDED_CASE:
        if rows.items[case.pk] or rows.timers[case.pk] or rows.jobs[case.pk]:
            yield "lost", f"the case is {case.status} but something of it is still open"
        return
    if not (
        rows.items[case.pk]
        or rows.timers[case.pk]
        or rows.subscriptions[case.pk]
        or rows.jobs[case.pk]
        or rows.incidents[case.pk]
    ):
        yield "lost", "the case is open, but nothing will ever move it"


def _granted(case: Case, rows: _Rows) -> Found:
    """A case that was refused or taken back holds no benefit."""
    if case.status not in (CaseStatus.REJECTED, CaseStatus.WITHDRAWN, CaseStatus.CANCELLED):
        return
    for grant in rows.reserved[case.pk]:
        yield "ledger", f"the case is {case.status} but still holds {grant.benefit}"


def _check_access(report: Report) -> None:
    previous = journal.genesis(ACCESS_GENESIS, evidence.algorithm())
    for number, entry in enumerate(AccessEntry.objects.order_by("seq").iterator(), start=1):
        report.access_entries += 1
        linked = journal.link_json(bytes(entry.prev_hash), entry.as_json(), evidence.algorithm())
        if entry.seq != number or bytes(entry.prev_hash) != previous or linked != bytes(entry.hash):
            report.breaches.append(Breach("", "access", f"access entry {entry.seq} breaks the chain"))
        previous = bytes(entry.hash)
