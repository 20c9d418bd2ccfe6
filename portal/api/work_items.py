"""/api/work-items: the steps that wait for people; take one, give it back, hand in its form."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.urls import reverse
from django.utils import timezone
from rest_framework.request import Request
from rest_framework.response import Response

from bpm_core.commands import work_items as commands
from bpm_core.domain import authority
from bpm_core.queries import calendars, deadlines, listing, tasks
from bpm_core.queries.deadlines import Stand
from bpm_core.queries.listing import ItemFilters
from bpm_core.queries.tasks import Task
from bpm_core.queries.visibility import Scope
from portal.api import asked, form_schema, paging, told
from portal.api.base import Operation
from portal.api.described import operation
from portal.api.moving import moved, words


class WorkItems(Operation):
    """Open work items."""

    scopes = {"GET": "items:read"}

    @operation("list_work_items", told.paged(told.ItemRow), tag="work items", query=asked.ItemsAsked)
    def get(self, request: Request) -> Response:
        """Open work items of your lists, the one that is due first in front."""
        wanted = asked.read(asked.ItemsAsked, request.query_params)
        after = paging.read(wanted.pop("after", ""), UUID)
        limit, scope = wanted.pop("limit"), Scope(wanted.pop("scope"))
        found = listing.work_items(self.actor, scope, ItemFilters(**wanted), after=after, limit=limit)
        today, calendar = timezone.localdate(), calendars.current()
        items = []
        for row in found.rows:
            stopped = row["case_clock"] == "stopped"
            stand = deadlines.stand(row["due_on"], today, calendar, stopped=stopped)
            items.append(_row(row, stand, mine=row["holder_id"] == self.actor.account_id))
        return Response(paging.page(items, paging.cursor(found.after)))


def _row(row: dict[str, Any], stand: Stand, *, mine: bool) -> dict[str, Any]:
    return {
        "id": row["id"],
        "case": row["case_number"],
        "case_version": row["case_version"],
        "process": row["process"],
        "element": row["element_id"],
        "name": words(row["name_zh"], row["name_en"]),
        "applicant": row["applicant"],
        "lane": row["lane"],
        "office": row["office"],
        "state": row["state"],
        "mine": mine,
        "sign": stand.sign.value,
        "days_left": stand.days_left,
        "due_on": row["due_on"],
        "opened_at": row["opened_at"],
        "visit": row["visit"],
        "url": reverse("api:work-item", args=[row["id"]]),
    }


class WorkItem(Operation):
    """One work item."""

    scopes = {"GET": "items:read"}

    @operation("read_work_item", told.ItemWhole, tag="work items")
    def get(self, request: Request, work_item_id: UUID) -> Response:
        """The work item with its instruction, its legal ground and the JSON Schema of its form."""
        authority.require(self.actor, "case.search")  # machines read cases, never the work of people
        return Response(_whole(tasks.get(self.actor, work_item_id)))


def _whole(task: Task) -> dict[str, Any]:
    item, case, element = task.item, task.case, task.element
    facts = {
        "id": item.pk,
        "case_number": case.number,
        "case_version": case.version,
        "process": case.definition.key,
        "element_id": item.element_id,
        "name_zh": item.name_zh,
        "name_en": item.name_en,
        "applicant": case.applicant_masked,
        "lane": item.lane,
        "office": item.unit.code,
        "state": item.state,
        "due_on": item.due_on,
        "opened_at": item.opened_at,
        "visit": item.visit,
    }
    return _row(facts, deadlines.of_item(item, case, timezone.localdate()), mine=task.is_mine) | {
        "may_claim": task.may_claim,
        "instruction": words(element.sop_zh, element.sop_en),
        "clauses": list(element.clauses),
        "laws": list(element.laws),
        "returned_reason": item.returned_reason,
        "following": [
            {
                "element": step.element.id,
                "name": words(step.element.name_zh, step.element.name_en),
                "lane": step.lane,
                "automatic": step.automatic,
                "second_person": step.second_person,
            }
            for step in task.following
        ],
        "form": form_schema.of_form(task.schema) if task.schema else None,
    }


class _Verb(Operation):
    """Something done with a work item."""

    scopes = {"POST": "items:work"}

    def done(self, command: Callable[..., Any], work_item_id: UUID, **more: Any) -> Response:
        result = command(work_item_id, actor=self.actor, at=self.at, key=self.key, **more)
        return Response(moved(result.to_json()))


class Claim(_Verb):
    """Take an offered work item."""

    @operation("claim_work_item", told.Moved, tag="work items", body=asked.Seen)
    def post(self, request: Request, work_item_id: UUID) -> Response:
        """Take the work item. One caller wins; the others get 409."""
        wanted = asked.read(asked.Seen, request.data)
        return self.done(commands.claim, work_item_id, version=wanted.get("version"))


class Release(_Verb):
    """Give a work item back."""

    @operation("release_work_item", told.Moved, tag="work items", body=asked.Seen)
    def post(self, request: Request, work_item_id: UUID) -> Response:
        """Give the work item you hold back to its lane."""
        wanted = asked.read(asked.Seen, request.data)
        return self.done(commands.release, work_item_id, version=wanted.get("version"))


class Complete(_Verb):
    """Hand in the form of a work item."""

    @operation("complete_work_item", told.Moved, tag="work items", body=asked.Completion)
    def post(self, request: Request, work_item_id: UUID) -> Response:
        """Hand in the form of the work item you hold; its case goes on to its next waits."""
        wanted = asked.read(asked.Completion, request.data)
        return self.done(commands.complete, work_item_id, data=wanted["data"], version=wanted.get("version"))
