"""The answer of every command that moves a case, made of the facts kept under the idempotency key."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.urls import reverse


def words(zh: str, en: str) -> dict[str, str]:
    """A name in both languages."""
    return {"zh": zh, "en": en or zh}


def moved(answer: Mapping[str, Any]) -> dict[str, Any]:
    """The case after a step. Nothing is looked up: the same answer is given again as long as the key is kept."""
    return {
        "case": answer["number"],
        "status": answer["status"],
        "version": answer["version"],
        "work_item": answer["work_item_id"],
        "opened": [_opened(item) for item in answer["opened"]],
        "ended": answer["ended"],
        "url": reverse("api:case", args=[answer["number"]]),
    }


def _opened(item: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "id": item["id"],
        "element": item["element_id"],
        "name": words(item["name_zh"], item["name_en"]),
        "lane": item["lane"],
        "office": item["unit_code"],
        "due_on": item["due_on"],
        "url": reverse("api:work-item", args=[item["id"]]),
    }
