"""The measuring of `bench_step` on the database of this process; prints the figures as one line of JSON."""

from __future__ import annotations

import gc
import json
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path
from statistics import median
from typing import Any
from uuid import UUID, uuid4

import django

django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection  # noqa: E402
from django.test.utils import CaptureQueriesContext  # noqa: E402

from bpm_core import engine  # noqa: E402
from bpm_core.commands import actors, cases, definitions, heads, step, work_items  # noqa: E402
from bpm_core.commands.rows import Insert, Op, Patch, Remove  # noqa: E402
from bpm_core.domain.actors import Actor  # noqa: E402
from bpm_core.models import Account, Case, OrgUnit, Post, ProcessDefinition, WorkItem  # noqa: E402
from tests.bench import processes, stock  # noqa: E402

AT = datetime(2026, 11, 20, 1, 0, tzinfo=UTC)
ROUNDS = 9
CASES = 6  # a round of one variant
STEPS = ("U1", "U2", "U3", "U4", "U5", "U6", "U7", "U8")
_OFFICE = "410823000000"
_ROWS = ("note", "by", "when")


# -- the benchmark process with forms, published


def _form(name: str) -> bytes:
    fields = [{"type": "textfield", "key": f"{key}_{name}", "label": key} for key in _ROWS]
    fields.append({"type": "number", "key": f"n_{name}", "label": "n", "properties": {"type": "integer"}})
    more = {"U2": "complete", "U7": "approved"}.get(name)
    if more:
        fields.append({"type": "checkbox", "key": more, "label": more})
    return json.dumps({"type": "default", "id": name, "components": fields}).encode()


def data_of(name: str) -> dict[str, object]:
    """What a person hands in at a step: about as much as the benchmark's own forms."""
    entered = {f"note_{name}": f"handled {name}", f"by_{name}": "u100", f"when_{name}": "2026-11-21T09:00:00+08:00"}
    more = {"U2": {"complete": True}, "U7": {"approved": True}}.get(name, {})
    return {**entered, f"n_{name}": 3, **more}


def _files(key: str) -> dict[str, bytes]:
    files = processes.files(key, processes.OURS)
    text = files["process.bpmn"].decode()
    for name in (*STEPS, "U9", "U2x"):
        text = text.replace(
            f'<bpmn:userTask id="{name}"',
            f'<bpmn:userTask id="{name}" camunda:formKey="{name}" camunda:candidateGroups="WIN"',
        )
    forms = {f"forms/{name}.form": _form(name) for name in STEPS}
    return files | {"process.bpmn": text.encode()} | forms


def prepare() -> Actor:
    """Tables, one office, one caseworker, the process published."""
    call_command("migrate", verbosity=0)
    city = _unit("410800000000", 1, None)
    county = _unit(_OFFICE, 2, city)
    people = {}
    for name, role in (("desk", "caseworker"), ("designer", "designer"), ("publisher", "publisher")):
        people[name] = Account.objects.create(username=name)
        Post.objects.create(account=people[name], unit=county, role=role, lane="", from_on=date(2020, 1, 1))
    acting = {name: actors.actor_for(account, AT.date()) for name, account in people.items()}
    for key in ("publicity", "full"):
        draft = definitions.upload(_files(key), actor=acting["designer"], at=AT)
        definitions.publish(draft.pk, actor=acting["publisher"], at=AT)
    return acting["desk"]


def _unit(code: str, level: int, parent: OrgUnit | None) -> OrgUnit:
    names = {"name_zh": code, "name_en": code, "area_zh": code, "area_en": code}
    codes = [*([parent.code] if parent else []), code, "", "", ""]
    levels = {f"l{n}": codes[n - 1] for n in range(1, 5)}
    path = f"{parent.path if parent else '/'}{code}/"
    return OrgUnit.objects.create(code=code, level=level, parent=parent, path=path, **levels, **names)


# -- time


def _server_seconds(pid: int | None) -> float:
    """CPU seconds the database server has spent on this connection, to the nanosecond (Linux)."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9 if pid else 0.0


class Watch:
    """CPU seconds of this process and of its database server, and seconds on the wall, while running."""

    def __init__(self, pid: int | None) -> None:
        self.pid, self.own, self.server, self.wall = pid, 0.0, 0.0, 0.0
        self._from = (0.0, 0.0, 0.0)

    def __enter__(self) -> Watch:
        self._from = _server_seconds(self.pid), time.perf_counter(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.own += time.process_time() - self._from[2]
        self.wall += time.perf_counter() - self._from[1]
        self.server += _server_seconds(self.pid) - self._from[0]


@dataclass
class Measured:
    own: float
    server: float
    wall: float

    @property
    def cpu(self) -> float:
        return self.own + self.server


def measure(pid: int | None, play: Callable[[Watch], int]) -> Measured:
    gc.collect()
    watch = Watch(pid)
    steps = play(watch)
    return Measured(watch.own / steps, watch.server / steps, watch.wall / steps)


# -- the variants


def ours(desk: Actor, definition: UUID, *, cold: bool) -> Callable[[Watch], int]:
    """The command itself: rights, form, facts, engine, journal and write."""

    def play(watch: Watch) -> int:
        steps = 0
        for _ in range(CASES):
            case = _start(desk, definition)
            while True:
                item = WorkItem.objects.filter(case=case, closed_at=None).order_by("element_id").first()
                if item is None:
                    break
                work_items.claim(item.pk, actor=desk, at=AT)
                data = data_of(item.element_id)
                if cold:
                    heads.forget()
                    engine.discard(str(case.pk))
                with watch:
                    work_items.complete(item.pk, data=data, actor=desk, at=AT)
                steps += 1
        return steps

    return play


def _start(desk: Actor, definition: UUID) -> Case:
    variables = {name: engine_value(value) for name, value in processes.START.items()}
    return cases.start(definition, unit_code=_OFFICE, variables=variables, actor=desk, at=AT)


def engine_value(value: object) -> Any:
    from bpm_core import feel

    return feel.values.from_python(value)


@dataclass
class Script:
    """The writes of one case of ours, step by step, to be written again for other cases with no engine."""

    writes: list[tuple[dict[str, Any], list[Op]]]

    def for_case(self, case_id: int) -> list[tuple[dict[str, Any], list[Op]]]:
        """The same rows for another case: its id, and fresh ids of work items."""
        fresh: dict[UUID, UUID] = {}
        return [(dict(case_set), [_copied(op, case_id, fresh) for op in ops]) for case_set, ops in self.writes]


def _copied(op: Op, case_id: int, fresh: dict[UUID, UUID]) -> Op:
    if isinstance(op, Remove):
        return Remove(op.model, op.column, [_swapped("x", value, case_id, fresh) for value in op.found])
    rows = [{name: _swapped(name, value, case_id, fresh) for name, value in row.items()} for row in op.rows]
    if isinstance(op, Insert):
        return Insert(op.model, rows, op.upsert)
    return Patch(op.model, rows, op.by, op.empty)


def _swapped(name: str, value: Any, case_id: int, fresh: dict[UUID, UUID]) -> Any:
    if name == "case_id":
        return case_id
    if name != "definition_id" and isinstance(value, UUID):
        return fresh.setdefault(value, uuid4())
    return value


def recorded(desk: Actor, definition: UUID) -> Script:
    """One case of ours with every write kept."""
    writes: list[tuple[dict[str, Any], list[Op]]] = []
    real = step.write

    def keep(case_id: int, version: int, case_set: Any, ops: Any) -> None:
        writes.append((dict(case_set), list(ops)))
        real(case_id, version, case_set, ops)

    step.write = keep
    try:
        ours(desk, definition, cold=False)(Watch(None))
    finally:
        step.write = real
    per_case = len(writes) // CASES
    return Script(writes[:per_case])


def floor(script: Script, template: Case) -> Callable[[Watch], int]:
    """The same rows by the same writer, and nothing else; only the writes of completions are timed."""

    def play(watch: Watch) -> int:
        steps = 0
        for _ in range(CASES):
            case = _bare_case(template)
            for version, (case_set, ops) in enumerate(script.for_case(case.pk)):
                if _is_completion(ops):
                    with watch:
                        step.write(case.pk, version, case_set, ops)
                    steps += 1
                else:
                    step.write(case.pk, version, case_set, ops)
        return steps

    return play


def _is_completion(ops: list[Op]) -> bool:
    return any(isinstance(op, Insert) and op.rows[0].get("action") == "work_item.completed" for op in ops)


def _bare_case(template: Case) -> Case:
    case = Case.objects.get(pk=template.pk)
    case.pk, case.number, case.version, case.state = None, uuid4().hex, 0, b""
    case.save(force_insert=True)
    return case


def stock_blob(script: Script, template: Case) -> Callable[[Watch], int]:
    """Stock SpiffWorkflow: its blob read from the case row, restored, run, stored again; and the same rows."""

    def play(watch: Watch) -> int:
        steps = 0
        for _ in range(max(1, CASES // 3)):
            case = _bare_case(template)
            started = stock.blob(stock.start("full", processes.START)).encode()
            writes = script.for_case(case.pk)
            for version, (case_set, ops) in enumerate(writes):
                if not _is_completion(ops):
                    step.write(case.pk, version, case_set | {"state": started}, ops)
                    continue
                with watch:
                    text = bytes(Case.objects.values_list("state", flat=True).get(pk=case.pk)).decode()
                    workflow = stock.restore(text)
                    task = stock.ready(workflow)[0]
                    stock.complete(workflow, task, processes.form(task.task_spec.name))
                    started = stock.blob(workflow).encode()
                    step.write(case.pk, version, case_set | {"state": started}, ops)
                steps += 1
        return steps

    return play


def statements(desk: Actor, definition: UUID, *, cold: bool) -> float:
    """SQL statements a step."""
    case, found = _start(desk, definition), []
    while True:
        item = WorkItem.objects.filter(case=case, closed_at=None).order_by("element_id").first()
        if item is None:
            return float(median(found))
        work_items.claim(item.pk, actor=desk, at=AT)
        if cold:
            heads.forget()
            engine.discard(str(case.pk))
        with CaptureQueriesContext(connection) as captured:
            work_items.complete(item.pk, data=data_of(item.element_id), actor=desk, at=AT)
        found.append(len(captured.captured_queries))


def main(name: str) -> None:
    desk = prepare()
    definition = ProcessDefinition.objects.get(key="full").pk
    pid = connection.connection.info.backend_pid if connection.vendor == "postgresql" else None
    script = recorded(desk, definition)
    template = _start(desk, definition)
    variants = {
        "warm": ours(desk, definition, cold=False),
        "cold": ours(desk, definition, cold=True),
        "floor": floor(script, template),
        "stock": stock_blob(script, template),
    }
    rounds: dict[str, list[Measured]] = {key: [] for key in variants}
    for _ in range(ROUNDS):
        for key, play in variants.items():
            rounds[key].append(measure(pid, play))
    for key, found in rounds.items():
        own, server = (median(getattr(m, part) for m in found) * 1000 for part in ("own", "server"))
        print(f"{name} {key}: {own:.2f} ms here + {server:.2f} ms in the server", file=sys.stderr)
    print(json.dumps(_figures(name, rounds, desk, definition)))


def _figures(name: str, rounds: dict[str, list[Measured]], desk: Actor, definition: UUID) -> list[dict[str, object]]:
    cpu = {key: median(m.cpu for m in found) for key, found in rounds.items()}
    wall = {key: median(m.wall for m in found) for key, found in rounds.items()}

    def paired(one: str, other: str) -> float:
        return median(a.cpu / b.cpu for a, b in zip(rounds[one], rounds[other], strict=True))

    def figure(what: str, value: float, unit: str, against: str | None, ratio: float | None, aim: str | None) -> Any:
        return {
            "name": f"{name}: {what}",
            "value": round(value, 3),
            "unit": unit,
            "against": against,
            "ratio": None if ratio is None else round(ratio, 2),
            "aim": aim,
        }

    ms = 1000
    return [
        figure(
            "warm step, process full",
            cpu["warm"] * ms,
            "ms CPU",
            "same rows, no engine",
            paired("warm", "floor"),
            "<= 2.5",
        ),
        figure("same rows, no engine", cpu["floor"] * ms, "ms CPU", None, None, None),
        figure("stock blob step", cpu["stock"] * ms, "ms CPU", "our warm step", paired("stock", "warm"), ">= 4"),
        figure("cold step", cpu["cold"] * ms, "ms CPU", "our warm step", paired("cold", "warm"), "<= 1.5"),
        figure(
            "warm steps a second, one writer", 1 / wall["warm"], "1/s", "stock blob", wall["stock"] / wall["warm"], None
        ),
        figure("statements, warm step", statements(desk, definition, cold=False), "statements", None, None, "1"),
        figure("statements, cold step", statements(desk, definition, cold=True), "statements", None, None, "2"),
    ]


if __name__ == "__main__":
    main(sys.argv[1])
