"""/api/cases: list, start and read cases, and what happened in them; personal values stay behind their masks."""

from __future__ import annotations

from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from bpm_core.commands import cases as commands
from bpm_core.commands import idempotency, people
from bpm_core.domain.actors import Actor, ActorKind
from bpm_core.domain.errors import NotAllowed
from bpm_core.feel import values
from bpm_core.queries import cases, facts, listing, offices, papers
from bpm_core.queries.cases import CaseView, Event
from bpm_core.queries.listing import CaseFilters
from bpm_core.queries.visibility import Access
from portal.api import asked, paging, told
from portal.api.asked import NUMBER
from portal.api.base import Operation
from portal.api.described import operation
from portal.api.moving import moved, words

CHANNEL = "api"
#: A synthetic applicant: no district has the code 410899.
_EXAMPLE = {
    "process": "unemployment_benefit",
    "office": "410823000000",
    "applicant": {"kind": "person", "name": "张示例", "id_number": "410899199003070016", "phone": "13800000000"},
}


class Cases(Operation):
    """The cases of the actor's offices; and where one is opened."""

    scopes = {"GET": "cases:read", "POST": "cases:start"}

    @operation("list_cases", told.paged(told.CaseRow), tag="cases", query=asked.CasesAsked)
    def get(self, request: Request) -> Response:
        """Cases your post lets you see, the newest first."""
        wanted = asked.read(asked.CasesAsked, request.query_params)
        after = paging.read(wanted.pop("after", ""), int)
        limit = wanted.pop("limit")
        found = listing.cases(self.actor, CaseFilters(**wanted), after=after, limit=limit)
        return Response(paging.page([_row(row) for row in found.rows], paging.cursor(found.after)))

    @operation("start_case", told.Moved, tag="cases", status=201, body=asked.CaseStart, example=_EXAMPLE)
    def post(self, request: Request) -> Response:
        """Open a case and run it to its first waits."""
        wanted = asked.read(asked.CaseStart, request.data)
        parties = self._parties(wanted.get("applicant"))
        started = commands.start(
            wanted["process"],
            unit_code=wanted["office"],
            form=wanted.get("form"),
            channel=CHANNEL,
            despite_open=wanted["despite_open"],
            actor=self.actor,
            at=self.at,
            key=self.key,
            **parties,
        )
        body = moved(idempotency.given(self.actor, self.key))
        return Response(body, status=201, headers={"Location": reverse("api:case", args=[started.number])})

    def _parties(self, applicant: dict[str, Any] | None) -> dict[str, Any]:
        """The applicant from the register; entering somebody twice finds the one on record."""
        if applicant is None:
            return {}
        person = people.register(
            applicant["kind"],
            name=applicant["name"],
            id_number=applicant["id_number"],
            phone=applicant["phone"],
            residence_code=applicant.get("residence_office", ""),
            actor=self.actor,
            at=self.at,
        )
        return {f"{applicant['kind']}_id": person.pk}


def _row(row: dict[str, Any]) -> dict[str, Any]:
    said = {name: row[name] for name in told.CaseRow().fields if name in row}
    return said | {"clock": row["clock_state"], "url": reverse("api:case", args=[row["number"]])}


class Case(Operation):
    """One case."""

    scopes = {"GET": "cases:read"}

    @operation("read_case", told.CaseWhole, tag="cases", path={"number": NUMBER})
    def get(self, request: Request, number: str) -> Response:
        """The case with what waits, its materials, and the facts on record."""
        view = cases.get(self.actor, number)
        return Response(_whole(self.actor, view))


def _whole(actor: Actor, view: CaseView) -> dict[str, Any]:
    case, full = view.case, view.access is Access.FULL
    names = offices.names([case.unit.code])
    return {
        "number": case.number,
        "process": case.definition.key,
        "process_version": case.definition.version,
        "status": case.status,
        "version": case.version,
        "office": case.unit.code,
        "entry_office": case.entry_unit.code,
        "applicant": case.applicant_masked,
        "channel": case.channel,
        "urgent": case.urgent,
        "opened_at": case.opened_at,
        "ended_at": case.ended_at,
        "outcome": case.outcome,
        "promised_due_on": case.promised_due_on,
        "legal_due_on": case.legal_due_on,
        "clock": case.clock_state,
        "url": reverse("api:case", args=[case.number]),
        "access": view.access.value,
        "handled_at": {"code": case.unit.code, "name": words(*names.get(case.unit.code, ("", "")))},
        "open_items": [_open_item(item) for item in view.open_items] if full else [],
        "awaits": cases.awaited(case) if full else [],
        "materials": [_material(checked.material) for checked in papers.materials(case)],
        "facts": [_fact(actor, fact) for fact in facts.of_case(case)] if full else [],
    }


def _open_item(item: Any) -> dict[str, Any]:
    return {
        "id": item.pk,
        "element": item.element_id,
        "name": words(item.name_zh, item.name_en),
        "lane": item.lane,
        "office": item.unit.code,
        "state": item.state,
        "due_on": item.due_on,
        "url": reverse("api:work-item", args=[item.pk]),
    }


def _material(row: Any) -> dict[str, Any]:
    return {
        "code": row.code,
        "name": words(row.name_zh, row.name_en),
        "required": row.required,
        "state": row.state,
    }


def _fact(actor: Actor, fact: facts.Fact) -> dict[str, Any]:
    """A fact; what people wrote in their own words is not for machines, as it may name anybody."""
    withheld = fact.personal or (actor.kind is ActorKind.INTEGRATOR and fact.label.type in ("string", "text"))
    return {
        "name": fact.name,
        "label": words(fact.label.zh, fact.label.en),
        "personal": fact.personal,
        "value": None if withheld else values.to_plain(fact.value),
        "source": fact.source,
        "set_at": fact.set_at,
    }


class Timeline(Operation):
    """What happened in a case."""

    scopes = {"GET": "cases:read"}

    @operation("read_timeline", told.Timeline, tag="cases", query=asked.TimelineAsked, path={"number": NUMBER})
    def get(self, request: Request, number: str) -> Response:
        """Entries of the case's journal, the oldest first; `next` is the `after` of the following page."""
        wanted = asked.read(asked.TimelineAsked, request.query_params)
        view = cases.get(self.actor, number)
        if view.access is not Access.FULL:
            raise NotAllowed("this office sees state and dates of the case only", code="glimpse_only")
        entries = [event for event in cases.timeline(view) if event.seq > wanted["after"]]
        shown = entries[: wanted["limit"]]
        after = shown[-1].seq if len(entries) > len(shown) else None
        return Response({"items": [_entry(self.actor, event) for event in shown], "next": after})


def _entry(actor: Actor, event: Event) -> dict[str, Any]:
    """One entry; a machine learns that a person acted at an office, not who."""
    return {
        "seq": event.seq,
        "at": event.at,
        "action": event.action,
        "actor_kind": event.actor_kind,
        "actor": None if actor.kind is ActorKind.INTEGRATOR else words(*event.actor),
        "office": words(*event.office),
        "step": words(*event.step),
        "work_item": event.item.pk if event.item else None,
        "automatic": [words(*name) for name in event.passed],
        "clock": list(event.clock),
        "notices": list(event.notices),
        "facts": list(event.facts),
    }
