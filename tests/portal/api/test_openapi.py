"""The OpenAPI document: valid, complete, and true of what the operations answer."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
from django.test import Client
from django.urls import get_resolver
from openapi_spec_validator import validate

from bpm_core.models import Case
from tests.bpm_core.commands import sample
from tests.bpm_core.commands.conftest import Office
from tests.portal.api.conftest import Caller, calling
from tests.portal.api.test_cases import start


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    return Client(SERVER_NAME="localhost").get("/api/openapi.json").json()


def operations(document: dict[str, Any]) -> list[tuple[str, str, dict[str, Any]]]:
    return [(path, method, said) for path, verbs in document["paths"].items() for method, said in verbs.items()]


def test_the_document_is_valid_openapi_3_1(document: dict[str, Any]) -> None:
    assert document["openapi"] == "3.1.0"
    validate(document)


def test_every_address_of_the_api_is_described(document: dict[str, Any]) -> None:
    resolver = next(one for one in get_resolver().url_patterns if getattr(one, "namespace", "") == "api")
    said = {operation["operationId"] for _, _, operation in operations(document)}

    assert len(document["paths"]) == len(resolver.url_patterns) - len(("root", "openapi", "docs", "nothing"))
    assert said == {
        *("list_processes", "read_process", "list_cases", "start_case", "read_case", "read_timeline"),
        *("list_work_items", "read_work_item", "claim_work_item", "release_work_item", "complete_work_item"),
        *("deliver_message", "take_message_of_office", "throw_signal"),
    }


def test_every_post_demands_an_idempotency_key(document: dict[str, Any]) -> None:
    for path, method, said in operations(document):
        demanded = [p for p in said.get("parameters", ()) if p["name"] == "Idempotency-Key" and p["required"]]
        assert len(demanded) == (method == "post"), path


def test_every_refusal_is_described_as_a_problem_document(document: dict[str, Any]) -> None:
    for path, method, said in operations(document):
        refusals = {
            code for code, answer in said["responses"].items() if "application/problem+json" in answer["content"]
        }
        assert {"401", "403", "404", "422", "429"} <= refusals, (path, method)


def conforms(document: dict[str, Any], path: str, method: str, answer: Any) -> None:
    """The answer is what the document says of that operation and status."""
    said = document["paths"][path][method]["responses"][str(answer.status_code)]["content"]
    kind = answer.headers["Content-Type"]
    schema = {**said[kind]["schema"], "components": document["components"]}
    jsonschema.Draft202012Validator(schema, format_checker=jsonschema.FormatChecker()).validate(answer.json())


def test_answers_are_as_described(document: dict[str, Any], real_office: Office) -> None:
    window = calling(real_office, "window")
    case_path, item_path = "/api/cases/{number}", "/api/work-items/{work_item_id}"

    def get(path: str, real: str = "", caller: Caller = window, **query: object) -> Any:
        answer = caller.get(real or path, **query)
        conforms(document, path, "get", answer)
        return answer

    def post(path: str, body: object, real: str = "") -> Any:
        answer = window.post(real or path, body)
        conforms(document, path, "post", answer)
        return answer

    get("/api/processes")
    assert get("/api/processes/{key}", f"/api/processes/{sample.KEY}").json()["messages"][0]["name"] == "WITHDRAW"
    number = post("/api/cases", start()).json()["case"]
    post("/api/cases", {"process": 1})
    item = get("/api/work-items").json()["items"][0]["url"]
    get(item_path, item)
    post(f"{item_path}/claim", {}, f"{item}/claim")
    post(f"{item_path}/release", {}, f"{item}/release")
    post(f"{item_path}/claim", {}, f"{item}/claim")
    post(f"{item_path}/complete", {"data": {}}, f"{item}/complete")
    post(f"{item_path}/complete", {"data": sample.APPLICATION}, f"{item}/complete")
    real_office.answer(Case.objects.get())
    get("/api/cases")
    get(case_path, f"/api/cases/{number}")
    get(f"{case_path}/timeline", f"/api/cases/{number}/timeline")
    get(case_path, "/api/cases/SAM-01-1999-0000001")
    get("/api/cases", caller=Caller())
    get("/api/cases", limit=999)
    post("/api/messages", {"name": "NOBODY", "case": number})
    assert post("/api/messages", {"name": "WITHDRAW", "case": number}).json()["delivered"]
