"""Running cases taken to another version of their process: looked at first, moved one step each, put back exactly.

A move changes nothing but the version: work items keep their holder and draft, timers their moment, jobs their tries,
limits that run their days. What a step is called, whose it is and how long it may take is the new version's.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from bpm_core import engine
from bpm_core.commands import editions, failpoints, loading, parameters, putting_back, step, work_items
from bpm_core.commands.actors import actor_for
from bpm_core.commands.moving import Mover, renamed, versions
from bpm_core.commands.results import Moved
from bpm_core.commands.unit import Unit, command, on_case
from bpm_core.domain import authority
from bpm_core.domain.actors import Actor
from bpm_core.domain.authority import Record
from bpm_core.domain.calendar import civil_date
from bpm_core.domain.errors import EngineRefused, FieldError, InvalidData, NotFound, Refused, WrongState
from bpm_core.domain.lifecycle import ENDED_CASE
from bpm_core.feel import values
from bpm_core.models import Account, Case, CaseFact, MigratedCase, MigrationRun, Outbox, ProcessDefinition, states
from bpm_core.models.outbox import CARRIED_ON

BATCH = 200
SMALL_BATCH = 25  # what a worker does between looking at timers and events


class CannotMove(EngineRefused):
    """A case can't go to the other version; facts: `obstacles`, each [code, element, process, facts]."""

    code = "cannot_migrate"


@dataclass(frozen=True)
class Route:
    """From one published version of a process to another."""

    old: loading.Loaded
    new: loading.Loaded
    plan: engine.Plan
    mapping: Mapping[str, str]

    @property
    def asks(self) -> frozenset[str]:
        """Variables the new version routes by and the old one did not hold."""
        return self.new.routing_names - self.old.routing_names


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a move would do to a case. `obstacles` empty = it can move; places are "process/element"."""

    case_id: int
    number: str
    obstacles: tuple[engine.Obstacle, ...] = ()
    renamed: tuple[tuple[str, str], ...] = ()
    ends: tuple[str, ...] = ()  # waits of the old version that are over
    begins: tuple[str, ...] = ()  # waits that the new version adds

    @property
    def ok(self) -> bool:
        return not self.obstacles


@dataclass(slots=True)
class Tally:
    """What one batch did; `left` says whether there is more."""

    done: int = 0
    refused: int = 0
    left: bool = True


def route(key: str, old: int, new: int, mapping: Mapping[str, str] | None = None) -> Route:
    """The way between two versions; refuses with NotFound, WrongState (not published) and InvalidData (mapping)."""
    if old == new:
        raise InvalidData("both versions are the same", [FieldError("to", "same_version")])
    return _route(_version(key, old), _version(key, new), mapping or {})


def _version(key: str, version: int) -> ProcessDefinition:
    row = ProcessDefinition.objects.filter(key=key, version=version).defer("archive", "report").first()
    if row is None:
        raise NotFound(f"there is no version {version} of {key}", kind="definition", key=key, version=version)
    return row


def _route(old: ProcessDefinition, new: ProcessDefinition, mapping: Mapping[str, str]) -> Route:
    if new.status != "published":
        raise WrongState(f"version {new.version} is {new.status}", noun="definition", state=new.status)
    before, after = loading.load(old.pk), loading.load(new.pk)
    try:
        plan = engine.plan(before.executable, after.executable, mapping)
    except engine.EngineError as error:
        fact = FieldError("mapping", error.code, error.facts)
        raise InvalidData(str(error), [fact], code=error.code, **error.facts) from error
    return Route(before, after, plan, dict(mapping))


# -- looking


def dry_run(way: Route, *, actor: Actor, at: datetime) -> Iterator[Outcome]:
    """For every open case of the old version: that it can move, or why not. Nothing is written."""
    authority.require(actor, "case.migrate")
    last = 0
    while batch := list(_open(way.old.id).filter(pk__gt=last)[:BATCH]):
        for case in batch:
            yield _outcome(way, case, at)
        last = batch[-1].pk


def _open(definition_id: UUID) -> QuerySet[Case]:
    return Case.objects.filter(definition_id=definition_id, ended_at=None).order_by("pk")


def _outcome(way: Route, case: Case, at: datetime) -> Outcome:
    state = engine.CaseState(str(case.pk), case.version, states.open_(case.pk, bytes(case.state)))
    try:
        moved = engine.migrate(way.plan, state, now=at, given=_given(way, case.pk, case.opened_at))
    except engine.CannotMigrate as error:
        return Outcome(case.pk, case.number, error.obstacles)
    were = {wait.token: wait for wait in moved.before}
    return Outcome(
        case.pk,
        case.number,
        renamed=tuple((_place(was), _place(now)) for was, now in moved.kept if _place(was) != _place(now)),
        ends=tuple(_place(were[closed.token]) for closed in moved.advance.closed),
        begins=tuple(_place(wait) for wait in moved.advance.opened),
    )


def _place(wait: engine.Wait) -> str:
    return f"{wait.process_key}/{wait.element_id}"


def _given(way: Route, case_id: int, opened_at: datetime) -> dict[str, Any]:
    """What the new version reads and the old one did not hold: figures in force when the case began, recorded facts."""
    if not way.asks:
        return {}
    on = civil_date(opened_at)
    levels = Case.objects.values_list("l1", "l2", "l3", "l4").get(pk=case_id)
    figures = parameters.in_force(way.new, on, editions.for_case(way.new, levels, on))
    known = CaseFact.objects.filter(case_id=case_id, name__in=way.asks, personal=False).values_list("name", "value")
    facts = {name: values.decode(value) for name, value in known}
    return {name: value for name, value in (figures | facts).items() if name in way.asks}


# -- carried on by a worker


def carry_on(run_id: UUID, verb: str, *, actor: Actor, at: datetime) -> None:
    """Let a worker move the cases of a run ("move"), or put them back ("undo"), batch by batch in the actor's name."""
    authority.require(actor, "case.migrate")
    run = run_of(run_id)
    if verb == "undo":
        MigrationRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)
        Outbox.objects.filter(topic=CARRIED_ON, body__run=str(run.pk), sent_at=None).update(sent_at=at)
    body = {"run": str(run.pk), "do": verb, "by": actor.account_id}
    if not Outbox.objects.filter(topic=CARRIED_ON, body=body, sent_at=None).exists():
        Outbox.objects.create(topic=CARRIED_ON, body=body, created_at=at, due_at=at)


def next_batch(event: Outbox, *, at: datetime) -> bool:
    """One small batch of what a row of the outbox asks for; whether there is more. Runs under the starter's posts."""
    account = Account.objects.filter(pk=event.body["by"], is_active=True).first()
    if account is None:
        raise NotFound("who started the run has left", kind="account")
    actor = actor_for(account, civil_date(at))
    batch = undo_batch if event.body["do"] == "undo" else move_batch
    return batch(UUID(event.body["run"]), size=SMALL_BATCH, actor=actor, at=at).left


# -- moving


def begin(way: Route, *, reason: str, actor: Actor, at: datetime) -> MigrationRun:
    """A run that takes every open case of the old version; one that was interrupted is gone on with.

    Refuses with WrongState when an unfinished run between these versions has another mapping.
    """
    authority.require(actor, "case.migrate")
    work_items.require_reason(reason)
    unfinished = MigrationRun.objects.filter(old_id=way.old.id, new_id=way.new.id, finished_at=None).first()
    if unfinished is None:
        return MigrationRun.objects.create(
            old_id=way.old.id,
            new_id=way.new.id,
            mapping=dict(way.mapping),
            reason=reason,
            started_by_id=actor.account_id,
            started_at=at,
        )
    if unfinished.mapping != dict(way.mapping):
        message = "an unfinished run between these versions has another mapping"
        raise WrongState(message, code="other_mapping", noun="migration", run=str(unfinished.pk))
    return unfinished


def run_of(run_id: UUID) -> MigrationRun:
    """The run of that id; refuses with NotFound."""
    run = MigrationRun.objects.filter(pk=run_id).first()
    if run is None:
        raise NotFound("there is no such run", kind="migration")
    return run


def way_of(run: MigrationRun) -> Route:
    """The way a run takes."""
    rows = ProcessDefinition.objects.defer("archive", "report").in_bulk([run.old_id, run.new_id])
    return _route(rows[run.old_id], rows[run.new_id], run.mapping)


def move_batch(run_id: UUID, *, size: int = BATCH, actor: Actor, at: datetime) -> Tally:
    """Move the next cases of a run, one transaction each; what can't move is noted with its reasons.

    A run that died in the middle of a batch goes on with the first case that was neither moved nor refused.
    """
    run = run_of(run_id)
    if run.finished_at is not None:
        return Tally(left=False)
    way, tally = way_of(run), Tally()
    looked_at = MigratedCase.objects.filter(run=run, case=OuterRef("pk"))
    waiting = _open(run.old_id).filter(~Exists(looked_at)).values_list("pk", flat=True)[:size]
    for case_id in waiting:
        failpoints.passing("migration.case")
        try:
            move_case(case_id, run_id=run.pk, way=way, actor=actor, at=at)
            tally.done += 1
        except Refused as refusal:
            if not _refused(run, case_id, refusal, at):
                continue
            tally.refused += 1
    if not waiting:
        MigrationRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)
        tally.left = False
    return tally


def _refused(run: MigrationRun, case_id: int, refusal: Refused, at: datetime) -> bool:
    """Note why a case stays; False when it is none of the run's business any more (ended or moved meanwhile)."""
    case = Case.objects.filter(pk=case_id, definition_id=run.old_id, ended_at=None).only("version").first()
    if case is None:
        return False
    reasons = refusal.facts.get("obstacles") or [[refusal.reason, "", "", {}]]
    row = {"outcome": "refused", "reasons": reasons, "version": case.version, "at": at}
    MigratedCase.objects.get_or_create(run=run, case_id=case_id, defaults=row)
    return True


@command()
def move_case(case_id: int, *, run_id: UUID, way: Route, actor: Actor, at: datetime, key: str | None = None) -> Moved:
    """Take one case to the new version: one step, one journal entry, and what it takes to put it back."""
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        _require(unit)
        if unit.head.definition_id != way.old.id:
            raise WrongState("the case does not run on the old version", code="other_version", noun="case")
        prior, moved = _moved(unit, way)
        mover = Mover(unit, way.old, way.new, moved)
        unit.record("case.migrated", run=str(run_id), renamed=renamed(moved), **versions(way.old, way.new))
        mover.write(way.plan)
        unit.case_set["definition_id"] = way.new.id
        unit.forget = True
        unit.rows.add(
            MigratedCase,
            {
                "run_id": run_id,
                "case_id": case_id,
                "outcome": "moved",
                "reasons": [],
                "version": unit.head.version + 1,
                "prior_state": prior,
                "prior_rows": {"rows": mover.traced.rows, "told": mover.back},
                "at": at,
                "undone_at": None,
                "kept_because": "",
            },
        )
    return unit.result()


def _moved(unit: Unit, way: Route) -> tuple[bytes, engine.Migrated]:
    """The state as it was, and the case in the new version."""
    stored = unit.state
    try:
        prior = stored.blob if isinstance(stored.blob, bytes) else stored.blob()
    except Case.DoesNotExist:
        raise step.LostRace from None
    given = _given(way, unit.head.case_id, unit.head.opened_at)
    try:
        moved = engine.migrate(way.plan, replace(stored, blob=prior), now=unit.at, given=given)
    except engine.CannotMigrate as error:
        obstacles = [[one.code, one.element_id, one.process_key, _plain(one.facts)] for one in error.obstacles]
        raise CannotMove(str(error), obstacles=obstacles) from error
    if given:
        unit.body["given"] = sorted(moved.advance.changed)
    return prior, moved


def _plain(facts: Mapping[str, Any]) -> dict[str, str]:
    return {name: str(value) for name, value in facts.items()}


def _require(unit: Unit) -> None:
    authority.require(unit.actor, "case.migrate", Record(path=unit.handling.path))
    if unit.status in ENDED_CASE:
        raise WrongState(f"the case is {unit.status}", noun="case", state=str(unit.status))


# -- putting back


def undo_batch(run_id: UUID, *, size: int = BATCH, actor: Actor, at: datetime) -> Tally:
    """Put the next cases of a run back to what they were before it; those that have gone on since are left."""
    run, tally = run_of(run_id), Tally()
    MigrationRun.objects.filter(pk=run.pk, finished_at=None).update(finished_at=at)  # nothing more is moved by it
    rows = MigratedCase.objects.filter(run=run, outcome="moved", kept_because="").order_by("pk")
    waiting = list(rows.values_list("pk", "case_id")[:size])
    for row_id, case_id in waiting:
        failpoints.passing("migration.undo")
        try:
            undo_case(case_id, run_id=run.pk, actor=actor, at=at)
            tally.done += 1
        except Refused as refusal:
            MigratedCase.objects.filter(pk=row_id, outcome="moved").update(kept_because=refusal.reason)
            tally.refused += 1
    tally.left = bool(waiting)
    return tally


@command()
def undo_case(case_id: int, *, run_id: UUID, actor: Actor, at: datetime, key: str | None = None) -> Moved:
    """Make a moved case exactly what it was: state, version of the process, every row.

    Refuses with WrongState (moved_since) once anything has happened to the case after the move.
    """
    with on_case(case_id, actor=actor, at=at, key=key) as unit:
        _require(unit)
        row = MigratedCase.objects.select_related("run").filter(run_id=run_id, case_id=case_id, outcome="moved").first()
        if row is None:
            raise NotFound("the run has not moved this case", kind="migration")
        if row.version != unit.head.version:
            message = "something has happened to the case since it was moved; it stays where it is"
            raise WrongState(message, code="moved_since", noun="case", moved=row.version, now=unit.head.version)
        _put_back(unit, row)
    return unit.result()


def _put_back(unit: Unit, row: MigratedCase) -> None:
    old, case_id = loading.load(row.run.old_id), unit.head.case_id
    unit.record("case.migration_undone", run=str(row.run_id), **versions(unit.loaded, old))
    unit.body |= {name: facts for name, facts in row.prior_rows["told"].items() if facts}
    putting_back.put_back(unit, row.prior_rows["rows"])
    unit.case_set |= {"state": states.close(case_id, bytes(row.prior_state)), "definition_id": old.id}
    unit.forget = True
    unit.rows.patch(
        MigratedCase,
        {"id": row.pk, "outcome": "undone", "undone_at": unit.at, "prior_state": None, "prior_rows": {}},
    )
