"""/api/processes: what can be started here, with its guide, its steps, and the messages it waits for."""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from django.urls import reverse
from rest_framework.request import Request
from rest_framework.response import Response

from bpm_core.domain import authority
from bpm_core.models import ProcessDefinition
from bpm_core.notation.bundle import Bundle
from bpm_core.notation.model import Element, ProcessModel
from bpm_core.queries import services
from portal.api import form_schema, told
from portal.api.base import Operation
from portal.api.described import operation
from portal.api.paging import page

KEY = r"[A-Za-z_][A-Za-z0-9_.-]{0,79}"
#: Parts of a guide that tell controllers where to look are not for the public, nor for programs.
_INTERNAL = {"audit_points", "key_decision", "lanes"}
_THROWN = {"sendTask", "startEvent", "endEvent", "intermediateThrowEvent"}
_STEPS = {"userTask", "manualTask", "serviceTask", "businessRuleTask", "sendTask", "receiveTask", "callActivity"}


class Processes(Operation):
    """The published processes that can be applied for."""

    scopes = {"GET": "definitions:read"}

    @operation("list_processes", told.paged(told.Process), tag="processes")
    def get(self, request: Request) -> Response:
        """Published processes in the order of their codes, all on one page."""
        authority.require(self.actor, "definition.read")
        return Response(page([summary(service.definition) for service in services.offered()], None))


class Process(Operation):
    """One published process in the version that new cases get."""

    scopes = {"GET": "definitions:read"}

    @operation("read_process", told.ProcessWhole, tag="processes", path={"key": KEY})
    def get(self, request: Request, key: str) -> Response:
        """Guide, steps, messages and start form of a process."""
        authority.require(self.actor, "definition.read")
        service = services.by_key(key)
        bundle = service.bundle
        guide = {name: value for name, value in _plain(bundle.guide).items() if name not in _INTERNAL}
        whole = {
            "guide": guide if bundle.guide else None,
            "steps": _steps(bundle.process),
            "messages": _messages(bundle.process),
            "start_form": _start_form(bundle),
        }
        return Response(summary(service.definition) | whole)


def summary(row: ProcessDefinition) -> dict[str, Any]:
    """A process as lists show it."""
    return {
        "key": row.key,
        "code": row.code,
        "version": row.version,
        "name": {"zh": row.name_zh, "en": row.name_en},
        "family": {"zh": row.family_zh, "en": row.family_en},
        "digest": row.digest,
        "published_at": row.published_at,
        "url": reverse("api:process", args=[row.key]),
    }


def _plain(value: object) -> Any:
    """A guide's values as JSON: dataclasses become objects, tuples lists."""
    if is_dataclass(value):
        return {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.value if isinstance(value, Enum) else value


def _steps(process: ProcessModel) -> list[dict[str, Any]]:
    return [_step(process, one) for one in process.elements.values() if one.shown and one.kind in _STEPS]


def _step(process: ProcessModel, element: Element) -> dict[str, Any]:
    lane = process.lane_of(element)
    return {
        "element": element.id,
        "kind": element.kind,
        "name": {"zh": element.name_zh, "en": element.name_en},
        "lane": lane.code if lane else "",
        "limit": element.limit.value if element.limit else None,
        "limit_unit": element.limit.unit.value if element.limit else "",
        "second_person": list(element.sod_groups),
    }


def _messages(process: ProcessModel) -> list[dict[str, Any]]:
    """Messages that reach a running case, with what each may hold."""
    waiting = (
        e for e in process.elements.values() if e.message and e.kind not in ("sendTask", "startEvent", "endEvent")
    )
    return [
        {
            "name": element.message,
            "element": element.id,
            "step": {"zh": element.name_zh, "en": element.name_en},
            "payload": form_schema.of_values(element.outputs),
        }
        for element in waiting
    ]


def _start_form(bundle: Bundle) -> dict[str, Any] | None:
    schema = next((bundle.form_of(event.id) for event in bundle.process.starts if event.form_id), None)
    return form_schema.of_form(schema) if schema else None
