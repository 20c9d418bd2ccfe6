"""The connector `registers`: asks each register a step names about the person of the case, over HTTP and JSON.

One question a register: POST {base}/registers/{CODE} with the subject, what is asked and the names wanted. A register
answers with those of the names it knows; together they have to make up all that the step needs. A step that names no
register asks our own e-government platform (document numbers, assignment).
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from django.conf import settings

from workers.connectors import answers, transport
from workers.connectors.contract import LONGEST_CALL_S, CallFailed, JsonSchema, Request, Wanted

#: The platform every office uses for numbers, seals and assignments: asked when a step names no other register.
PLATFORM = "EGOV"


class Registers:
    """Look-ups in outside registers."""

    name = "registers"
    title_zh = "外部登记信息查询"
    title_en = "Look-up in outside registers"
    arguments: JsonSchema = {"type": "object", "maxProperties": 50}

    def result(self, request: Request) -> JsonSchema:
        return answers.schema(request.wanted)

    def call(self, request: Request, *, timeout_s: float) -> Mapping[str, Any]:
        found: dict[str, Any] = {}
        systems = request.systems or ((PLATFORM, request.element_id),)
        each_s = min(timeout_s, LONGEST_CALL_S) / len(systems)
        for code, question in systems:
            missing = [one for one in request.wanted if one.name not in found]
            found |= _ask(code, question, missing, request, each_s)
        lacking = [one.name for one in request.wanted if one.name not in found]
        if lacking:
            asked = ", ".join(code for code, _ in systems)
            raise CallFailed("incomplete", f"{asked} did not answer for: {', '.join(lacking)}")
        return {one.name: found[one.name] for one in request.wanted}


def _ask(code: str, question: str, wanted: list[Wanted], request: Request, timeout_s: float) -> dict[str, Any]:
    names = [one.name for one in wanted]
    body = {
        "key": f"{request.key}:{code}",
        "case": request.case_number,
        "question": question,
        "wanted": names,
        "forms": {one.name: {"type": one.type, "options": list(one.options)} for one in wanted},
        "subject": {
            "kind": request.subject.kind,
            "number": request.subject.number,
            "name": request.subject.name,
        },
    }
    raw = json.dumps(body, ensure_ascii=False).encode()
    url = f"{settings.SIMULATOR_URL}/registers/{quote(code)}"
    status, text = transport.post(url, raw, timeout_s=timeout_s, what=code)
    if status != 200:
        raise CallFailed("refused", f"{code} answered with status {status}")
    try:
        values = json.loads(text)["values"]
    except (ValueError, KeyError, TypeError):
        raise CallFailed("bad_answer", f"{code} answered something that is not its answer") from None
    if not isinstance(values, dict):
        raise CallFailed("bad_answer", f"{code} answered something that is not its answer")
    return {name: value for name, value in values.items() if name in names}
