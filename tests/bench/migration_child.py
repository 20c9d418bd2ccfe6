"""The measuring of `bench_migration` on the database of this process; prints the figures as one line of JSON."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable
from uuid import UUID, uuid4

import django

django.setup()

from django.db import connection, transaction  # noqa: E402

from bpm_core.commands import actors, cases, definitions, heads, migration, work_items  # noqa: E402
from bpm_core.domain.actors import Actor  # noqa: E402
from bpm_core.models import Account, Case, MigratedCase, ProcessDefinition, WorkItem  # noqa: E402
from bpm_core.queries import verify  # noqa: E402
from tests.bench import step_child as bench  # noqa: E402

KEY = "full"
STEPS = 5


def open_cases(desk: Actor, count: int) -> None:
    """Open cases of the current version."""
    definition = ProcessDefinition.objects.get(key=KEY, is_current=True).pk
    for first in range(0, count, 200):
        with transaction.atomic():
            for number in range(first, min(first + 200, count)):
                _open(desk, definition, number)
    heads.forget()


def _open(desk: Actor, definition: UUID, number: int) -> None:
    """Every fifth case goes on by one to four steps; half of the open steps are held."""
    case = cases.start(definition, unit_code=bench._OFFICE, variables={"n": number}, actor=desk, at=bench.AT)
    for _ in range(number % 25 // STEPS if number % STEPS == 0 else 0):
        item = _item(case)
        if item is not None:  # else the case waits for a message or a time
            work_items.claim(item.pk, actor=desk, at=bench.AT)
            work_items.complete(item.pk, data=bench.data_of(item.element_id), actor=desk, at=bench.AT)
    item = _item(case)
    if number % 2 and item is not None:
        work_items.claim(item.pk, actor=desk, at=bench.AT)


def _item(case: Case) -> WorkItem | None:
    return WorkItem.objects.filter(case=case, closed_at=None).order_by("element_id").first()


def publish_next() -> tuple[int, int]:
    """The same process with one step named anew; both versions."""
    files = bench._files(KEY)
    text = files["process.bpmn"].decode().replace('id="U2"', 'id="V2"').replace('"U2"', '"V2"')
    text = text.replace('formKey="V2"', 'formKey="U2"')
    on = bench.AT.date()
    acting = {name: actors.actor_for(Account.objects.get(username=name), on) for name in ("designer", "publisher")}
    draft = definitions.upload(files | {"process.bpmn": text.encode()}, actor=acting["designer"], at=bench.AT)
    new = definitions.publish(draft.pk, actor=acting["publisher"], at=bench.AT)
    return new.version - 1, new.version


def timed(batch: Callable[[], migration.Tally]) -> tuple[float, int, int]:
    """Seconds until nothing is left, and how many were done and refused."""
    began, done, refused, left = time.perf_counter(), 0, 0, True
    while left:
        tally = batch()
        done, refused, left = done + tally.done, refused + tally.refused, tally.left
    return time.perf_counter() - began, done, refused


def main(name: str, count: int) -> None:
    desk = bench.prepare()
    open_cases(desk, count)
    publisher = actors.actor_for(Account.objects.get(username="publisher"), bench.AT.date())
    old, new = publish_next()
    way = migration.route(KEY, old, new, {"U2": "V2"})
    began = time.perf_counter()
    can = sum(outcome.ok for outcome in migration.dry_run(way, actor=publisher, at=bench.AT))
    looked = time.perf_counter() - began
    run = migration.begin(way, reason=str(uuid4()), actor=publisher, at=bench.AT)
    moved, done, refused = timed(lambda: migration.move_batch(run.pk, actor=publisher, at=bench.AT))
    assert (done, refused) == (can, count - can) and done == count, (done, refused, can)
    back, undone, _ = timed(lambda: migration.undo_batch(run.pk, actor=publisher, at=bench.AT))
    assert undone == count and MigratedCase.objects.filter(run=run, outcome="undone").count() == count
    sample = list(MigratedCase.objects.filter(run=run).order_by("?").values_list("case__number", flat=True)[:300])
    assert verify.run(sample).ok
    connection.close()

    def figure(what: str, value: float, aim: str | None) -> dict[str, object]:
        title = f"{name}: {what} {count} open cases"
        return {"name": title, "value": round(value, 1), "unit": "s", "against": None, "ratio": None, "aim": aim}

    aim = f"<= {300 * count / 10_000:.0f}"
    figures = [figure("dry run of", looked, None), figure("move", moved, aim), figure("put back", back, aim)]
    print(json.dumps(figures))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
