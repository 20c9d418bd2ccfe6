"""One command, one step: the case it is about, the rows it writes, its journal entry; written whole or not at all.

A command opens a unit with `on_case` or `on_item`, decides on what the head says, asks the engine, and leaves the
block: then everything is written by `step.write`. Whatever goes wrong before that leaves nothing behind.
`command` (attempts.py) runs it again when that is right.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import transaction

from bpm_core import engine
from bpm_core.commands import failpoints, heads, idempotency, loading, places, step
from bpm_core.commands.attempts import Look, command, current_look, request_digest
from bpm_core.commands.heads import Head, Item
from bpm_core.commands.results import Moved, Opened
from bpm_core.commands.rows import Rows
from bpm_core.domain import journal
from bpm_core.domain.actors import Actor
from bpm_core.domain.errors import EngineRefused, StaleVersion
from bpm_core.feel import values
from bpm_core.models import Case, CaseFact, FormRecord, IdempotencyKey, JournalEntry, WorkItem, sealing, states

__all__ = ["Unit", "command", "on_case", "on_item", "settings_algorithm"]

_KEPT_OF_ITEM = frozenset({"state", "holder_id", "unit_id", "lane", "due_on"})


@contextmanager
def on_case(
    case_id: int, *, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Iterator[Unit]:
    """A step of the case of that id; refused with StaleVersion when `version`, what the caller saw, is not its own."""
    look = current_look.get() or Look(fresh=True)
    yield from _steps(heads.of_case(case_id, fresh=look.fresh), look, actor, at, key, version)


@contextmanager
def on_item(
    item_id: UUID, *, actor: Actor, at: datetime, key: str | None = None, version: int | None = None
) -> Iterator[Unit]:
    """A step of the case a work item belongs to."""
    look = current_look.get() or Look(fresh=True)
    yield from _steps(heads.of_item(item_id, fresh=look.fresh), look, actor, at, key, version)


def _steps(head: Head, look: Look, actor: Actor, at: datetime, key: str | None, version: int | None) -> Iterator[Unit]:
    look.case_id, look.warm = head.case_id, head.warm
    if version is not None and version != head.version:
        raise StaleVersion("the case has moved on since it was looked at", seen=version, now=head.version)
    unit = Unit(head, actor, at, key)
    yield unit
    unit.commit()


class Unit:
    """One step being prepared: commands read `head` and `loaded`, call `record`, and apply what the engine answers."""

    def __init__(self, head: Head, actor: Actor, at: datetime, key: str | None) -> None:
        self.head = head
        self.actor = actor
        self.at = at
        self.key = key
        self.rows = Rows()
        self.case_set: dict[str, Any] = {}
        self.body: dict[str, Any] = {}
        self.items = dict(head.items)
        self.deeds = head.deeds
        self.visits = dict(head.visits)
        self.opened: list[Opened] = []
        self.ended: str | None = None
        self.more: dict[str, Any] = {}
        self.abandoned = False
        self.forget = False  # True: what is true after the step is read from the database, not kept from here
        self.settle: Callable[[], None] | None = None
        self._also: list[Callable[[], None]] = []
        self._action = ""
        self._element_id = ""
        self._work_item_id: UUID | None = None
        self._digest = request_digest()

    # -- what the command reads

    @property
    def loaded(self) -> loading.Loaded:
        return loading.load(self.head.definition_id)

    @property
    def status(self) -> str:
        return self.case_set.get("status", self.head.status)

    @property
    def handling(self) -> places.Place:
        return places.by_id(self.case_set.get("unit_id", self.head.unit_id))

    @property
    def levels(self) -> tuple[str, ...]:
        """Offices of the case's place, from the municipality down."""
        return tuple(self.case_set.get(f"l{n + 1}", level) for n, level in enumerate(self.head.levels))

    @property
    def due_on(self) -> date | None:
        """The nearer of the case's promised and legal days."""
        fresh = [self.case_set[name] for name in ("promised_due_on", "legal_due_on") if name in self.case_set]
        return min(fresh, default=self.head.due_on)

    @property
    def entry(self) -> places.Place:
        return places.by_id(self.head.entry_unit_id)

    @property
    def near_path(self) -> str:
        """Path of the office that took the case in for those who work there, else of the one that handles it.

        What an applicant brings or says may be recorded at either.
        """
        entry = self.entry.path
        return entry if any(post.path == entry for post in self.actor.posts) else self.handling.path

    @property
    def state(self) -> engine.CaseState:
        """The case for the engine; the stored bytes are read only when its memory has none."""
        head = self.head
        stored = lambda: states.open_(head.case_id, self._stored())  # noqa: E731
        return engine.CaseState(str(head.case_id), head.state_version, stored)

    def _stored(self) -> bytes:
        if self.head.blob is not None:
            return self.head.blob
        return bytes(Case.objects.values_list("state", flat=True).get(pk=self.head.case_id, version=self.head.version))

    def ask(self, function: Callable[..., engine.Advance], *args: Any, **kwargs: Any) -> engine.Advance:
        """The engine's answer; what it refuses becomes EngineRefused with its code."""
        try:
            return function(self.loaded.executable, self.state, *args, now=self.at, **kwargs)
        except Case.DoesNotExist:
            raise step.LostRace from None
        except engine.EngineError as error:
            raise EngineRefused(str(error), engine=error.code, **error.facts) from error

    # -- what the command says

    def record(self, action: str, *, element_id: str = "", work_item_id: UUID | None = None, **body: Any) -> None:
        """Name the step for the journal. Bodies hold names, codes and commitments; never a personal value."""
        self._action, self._element_id, self._work_item_id = action, element_id, work_item_id
        self.body |= body

    def also(self, function: Callable[[], None]) -> None:
        """Run `function` in the step's transaction, before its rows are written."""
        self._also.append(function)

    def change_item(self, item: Item, **columns: Any) -> None:
        """Change an open work item; the journal tells its state and holder."""
        self.rows.patch(WorkItem, {"id": item.id, **columns})
        kept = {name: value for name, value in columns.items() if name in _KEPT_OF_ITEM}
        self.items[item.id] = replace(item, **kept)
        told = {"item": str(item.id), "state": self.items[item.id].state, "holder": self.items[item.id].holder_id}
        self.body.setdefault("items", []).append(told)

    def set_fact(
        self, name: str, value: Any, *, source: str, element_id: str = "", personal: bool = False, told: bool = True
    ) -> None:
        """Record a FEEL value under a name. The journal gets a commitment, and the value itself only if `told`."""
        encoded = values.encode(value)
        salt = os.urandom(16)
        digest = journal.commitment(salt, encoded, settings_algorithm())
        sealed = self.seal(f"fact:{name}", encoded) if personal else None
        self.rows.add(
            CaseFact,
            {
                "case_id": self.head.case_id,
                "name": name,
                "value": None if personal else encoded,
                "value_enc": sealed,
                "personal": personal,
                "digest": digest,
                "salt": salt,
                "source": source,
                "element_id": element_id,
                "set_at": self.at,
                "set_by_id": self.actor.account_id,
            },
            upsert=("case_id", "name"),
        )
        told_value = {"value": encoded} if told and not personal else {}
        self.body.setdefault("facts", {})[name] = {"digest": digest, "source": source} | told_value

    def seal(self, place: str, encoded: Any) -> bytes:
        """JSON sealed for a place within this case."""
        text = journal.canonical(encoded).decode()
        return sealing.seal(text, table="case", column=place, row=self.head.case_id)

    def set_form(self, data: Mapping[str, Any], *, element_id: str, work_item_id: UUID | None) -> None:
        """Keep a submission whole, sealed."""
        encoded = {name: values.encode(value) for name, value in data.items()}
        self.rows.add(
            FormRecord,
            {
                "case_id": self.head.case_id,
                "work_item_id": work_item_id,
                "seq": self.head.version + 1,
                "element_id": element_id,
                "data_enc": self.seal(f"form:{self.head.version + 1}", encoded),
                "at": self.at,
                "by_id": self.actor.account_id,
            },
        )

    # -- writing

    def abandon(self) -> None:
        """There is nothing to do after all: leave the block without writing anything."""
        self.abandoned = True

    def commit(self) -> None:
        """Write the step and remember what is now true."""
        if self.abandoned:
            return
        if "status" in self.case_set:
            self.body["status"] = str(self.case_set["status"])
        entry_hash = self._chain()
        if self.key:
            answer = self.result().to_json()
            self.rows.add(IdempotencyKey, idempotency.row(self.actor, self.key, self._digest, answer, self.at))
        self.case_set["head_hash"] = entry_hash
        if self._also:
            with transaction.atomic():
                for number, function in enumerate(self._also):
                    failpoints.passing(f"also.{number}")
                    function()
                self._write()
        else:
            self._write()
        failpoints.passing("unit.committed")
        transaction.on_commit(self._remember)

    def _write(self) -> None:
        step.write(self.head.case_id, self.head.version, self.case_set, self.rows.ops())

    def _chain(self) -> bytes:
        head = self.head
        entry = journal.Entry(
            seq=head.version + 1,
            at=self.at,
            actor_kind=self.actor.kind.value,
            action=self._action,
            actor_id=self.actor.account_id,
            unit_code=self.actor.unit_code,
            element_id=self._element_id,
            work_item_id=str(self._work_item_id or ""),
            body=self.body,
        )
        linked = journal.link(head.head_hash, entry, settings_algorithm())
        self.rows.add(
            JournalEntry,
            {
                "case_id": head.case_id,
                "seq": entry.seq,
                "at": self.at,
                "actor_id": entry.actor_id,
                "actor_kind": entry.actor_kind,
                "unit_code": entry.unit_code,
                "action": entry.action,
                "element_id": entry.element_id,
                "work_item_id": self._work_item_id,
                "body": self.body,
                "prev_hash": head.head_hash,
                "hash": linked,
            },
        )
        return linked

    def _remember(self) -> None:
        """After the commit: the next step finds the case in memory. Losing this costs a read, never work."""
        if self.forget:
            heads.drop(self.head.case_id)
            engine.discard(str(self.head.case_id))
            return
        if self.settle is not None:
            self.settle()
        heads.keep(
            replace(
                self.head,
                version=self.head.version + 1,
                state_version=self.head.version + 1 if "state" in self.case_set else self.head.state_version,
                head_hash=self.case_set["head_hash"],
                status=self.status,
                clock_state=self.case_set.get("clock_state", self.head.clock_state),
                due_on=self.due_on,
                unit_id=self.case_set.get("unit_id", self.head.unit_id),
                levels=self.levels,
                items=self.items,
                deeds=self.deeds,
                visits=self.visits,
            )
        )

    def result(self) -> Moved:
        """What the command answers."""
        return Moved(
            case_id=self.head.case_id,
            number=self.head.number,
            status=str(self.status),
            version=self.head.version + 1,
            work_item_id=str(self._work_item_id) if self._work_item_id else None,
            opened=tuple(self.opened),
            ended=self.ended,
            more=self.more,
        )


def settings_algorithm() -> str:
    """The journal's digest: SHA-256, or SM3 where the deployment asks for national cryptography."""
    return getattr(settings, "JOURNAL_ALGORITHM", "sha256")
