"""How an operation is described in the OpenAPI document: one decorator, so that none forgets its refusals."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework import serializers

from portal.api.problems import MEDIA_TYPE
from portal.api.told import Problem

#: The documentation page sends a new key in place of this one.
KEY_EXAMPLE = "new-for-each-request"
_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    required=True,
    examples=[OpenApiExample("a new one each time", value=KEY_EXAMPLE)],
    description="1 to 100 visible ASCII characters. The same request under the same key is done once and answered "
    "with the same bytes; another request under it is refused with 422.",
)
_REFUSALS = {
    400: "not readable, or a POST without an Idempotency-Key",
    401: "no valid token",
    403: "not permitted to this post or token",
    404: "there is no such thing, or none that you may see",
    409: "not possible in this state, or overtaken by somebody else",
    413: "too much was sent",
    415: "not JSON",
    422: "does not fit; `errors` says field by field why",
    429: "too many requests; Retry-After says how long to wait",
    503: "something this needs does not answer; Retry-After says when to try again",
}
_OF_POSTS = {400, 409, 413, 415, 503}


def operation(
    operation_id: str,
    answer: type[serializers.Serializer],
    *,
    tag: str,
    status: int = 200,
    also: Mapping[int, type[serializers.Serializer]] | None = None,
    query: type[serializers.Serializer] | None = None,
    body: type[serializers.Serializer] | None = None,
    path: Mapping[str, str] | None = None,
    example: Mapping[str, Any] | None = None,
) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Describe a method of a view: what it takes, what it answers, and every problem it may answer instead."""
    posts = body is not None
    found = {status: answer, **(also or {})}
    responses: dict[Any, Any] = {
        code: OpenApiResponse(kind, description=(kind.__doc__ or "").split("\n")[0]) for code, kind in found.items()
    }
    for code, words in _REFUSALS.items():
        if posts or code not in _OF_POSTS:
            responses[(code, MEDIA_TYPE)] = OpenApiResponse(Problem, description=words)
    parameters: list[Any] = [query] if query else []
    parameters += [
        OpenApiParameter(name, {"type": "string", "pattern": f"^{pattern}$"}, OpenApiParameter.PATH)
        for name, pattern in (path or {}).items()
    ]
    parameters += [_KEY] if posts else []

    def describe(method: Callable[..., Any]) -> Callable[..., Any]:
        return extend_schema(
            operation_id=operation_id,
            summary=(method.__doc__ or "").split("\n")[0].rstrip("."),
            description="",
            tags=[tag],
            request=body,
            parameters=parameters,
            responses=responses,
            examples=[OpenApiExample("example", value=example, request_only=True)] if example else None,
        )(method)

    return describe


class BearerTokenScheme(OpenApiAuthenticationExtension):
    """The Authorize button of the documentation."""

    target_class = "portal.api.authentication.BearerToken"
    name = "token"

    def get_security_definition(self, auto_schema: AutoSchema) -> dict[str, Any]:
        return {"type": "http", "scheme": "bearer", "description": "A token from `manage.py api_token issue`: gc_..."}
