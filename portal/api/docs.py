"""The OpenAPI 3.1 document, the page to try it on, and what is said at addresses where there is nothing."""

from __future__ import annotations

from functools import cache
from typing import Any

import orjson
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe
from drf_spectacular.generators import SchemaGenerator
from drf_spectacular.settings import patched_settings
from rest_framework.exceptions import NotFound
from rest_framework.request import Request
from rest_framework.response import Response

from portal.api.base import Operation

TITLE = "Guicheng API"
DESCRIPTION = (
    "Start and follow cases of the unified processes, work on their steps, and tell them what happened outside. "
    "Every refusal is a problem document (RFC 9457). Every POST carries an Idempotency-Key. Personal data stays "
    "masked. Times are ISO 8601 with their offset; amounts that are not whole are decimal text."
)
SETTINGS: dict[str, Any] = {
    "TITLE": TITLE,
    "DESCRIPTION": DESCRIPTION,
    "VERSION": "1.0.0",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
    "SCHEMA_PATH_PREFIX": "/api/",
    "COMPONENT_SPLIT_REQUEST": True,
    "SORT_OPERATIONS": False,
    "TAGS": [
        {"name": "processes", "description": "What can be applied for, with guide and forms"},
        {"name": "cases", "description": "Runs of a process for one person or enterprise"},
        {"name": "work items", "description": "Steps that wait for a person"},
        {"name": "messages", "description": "What happened outside"},
    ],
}


@cache
def _document() -> bytes:
    """The document as it is sent: the same until this process ends, and a third of a second to work out."""
    with patched_settings(SETTINGS):
        return orjson.dumps(SchemaGenerator().get_schema(public=True))


@require_safe
def openapi(request: HttpRequest) -> HttpResponse:
    """The description of this API for programs."""
    return HttpResponse(_document(), content_type="application/json")


@require_safe
def docs(request: HttpRequest) -> HttpResponse:
    """The description for people, where each operation can be tried with one's own rights."""
    return render(request, "portal/api/docs.html", {"schema_url": reverse("api:openapi"), "title": _("API")})


class Root(Operation):
    """Where everything is."""

    authentication_classes = []
    permission_classes = []
    schema = None

    def get(self, request: Request) -> Response:
        names = {"openapi": "openapi", "docs": "docs", "processes": "processes", "cases": "cases"}
        names |= {"work_items": "work-items"}
        return Response(
            {"name": TITLE, "version": SETTINGS["VERSION"]} | {k: reverse(f"api:{n}") for k, n in names.items()}
        )


class Nothing(Operation):
    """Any other address below /api/: a problem document, whatever is asked of it."""

    authentication_classes = []
    permission_classes = []
    schema = None

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        return super().dispatch(request)

    def http_method_not_allowed(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        raise NotFound

    def initial(self, request: Request, *args: object, **kwargs: object) -> None:
        raise NotFound
