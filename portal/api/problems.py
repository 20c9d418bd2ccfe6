"""The one place that turns refusals and errors into HTTP: problem documents of RFC 9457, never a traceback."""

from __future__ import annotations

import logging
from collections.abc import Iterable, Mapping
from typing import Any

from django.core.exceptions import PermissionDenied, RequestDataTooBig, SuspiciousOperation
from django.http import Http404
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from rest_framework import exceptions
from rest_framework.response import Response

from bpm_core.domain import errors
from portal import pages, refusals
from portal.forms import messages as field_messages

MEDIA_TYPE = "application/problem+json"
#: `type` of a problem; docs/api.md has a line for each code.
TYPE = "urn:guicheng:problem:"
log = logging.getLogger("portal.api")
#: Codes of the framework, and what they are called.
_TITLES: Mapping[str, Any] = {
    "authentication_failed": gettext_lazy("The token is not valid"),
    "not_authenticated": gettext_lazy("A token is needed"),
    "permission_denied": gettext_lazy("This request is not accepted"),
    "not_found": gettext_lazy("There is nothing here"),
    "method_not_allowed": gettext_lazy("This address has no such method"),
    "unsupported_media_type": gettext_lazy("Only JSON is read here"),
    "parse_error": gettext_lazy("The request could not be read"),
    "throttled": gettext_lazy("Too many requests"),
    "idempotency_key_missing": gettext_lazy("An idempotency key is needed"),
    "body_too_big": gettext_lazy("Too much was sent at once"),
}


def handler(exception: Exception, context: Mapping[str, Any]) -> Response:
    """The answer to whatever a view raised."""
    if isinstance(exception, errors.Refused):
        return _refused(exception)
    if isinstance(exception, Http404):
        exception = exceptions.NotFound()
    elif isinstance(exception, PermissionDenied):
        exception = exceptions.PermissionDenied()
    elif isinstance(exception, RequestDataTooBig):
        return answer(413, "body_too_big", _("Too much was sent at once"))
    elif isinstance(exception, SuspiciousOperation):
        exception = exceptions.ParseError()
    if isinstance(exception, exceptions.APIException):
        return _framework(exception)
    log.error("%s failed", type(context["view"]).__name__, exc_info=exception)
    return answer(500, "internal", _("The system made a mistake"), _("Nothing was changed. The mistake is on record."))


def _refused(refused: errors.Refused) -> Response:
    found = refusals.explain(refused)
    detail = " ".join(part for part in (found.sentence, found.mend) if part)
    fields = refused.errors if isinstance(refused, errors.InvalidData) else ()
    facts = {name: _plain(value) for name, value in refused.facts.items()}
    response = answer(status_of(refused), refused.reason, found.title, detail, facts=facts, fields=fields)
    if isinstance(refused, errors.Unavailable):
        response.headers["Retry-After"] = "60"
    return response


def status_of(refused: errors.Refused) -> int:
    """As on the pages; only a key used for another request is 422 here, so that clients tell it from a lost race."""
    return 422 if isinstance(refused, errors.IdempotencyConflict) else pages.status_of(refused)


def _framework(error: exceptions.APIException) -> Response:
    code = error.default_code
    if isinstance(error, exceptions.ValidationError):
        found = [errors.FieldError(name, code) for name, code in _codes(error.get_codes())]
        title = _("The request does not fit the description of the API")
        response = answer(422, "invalid_data", title, fields=found)
    else:
        response = answer(error.status_code, code, str(_TITLES.get(code, "")) or str(error.detail), str(error.detail))
    if header := getattr(error, "auth_header", None):
        response.headers["WWW-Authenticate"] = header
    if wait := getattr(error, "wait", None):
        response.headers["Retry-After"] = f"{int(wait) + 1}"
    return response


def _codes(codes: Any, name: str = "") -> Iterable[tuple[str, str]]:
    """Field by field what a serializer found, inner fields as `outer.inner`."""
    if isinstance(codes, dict):
        for key, inner in codes.items():
            yield from _codes(inner, f"{name}.{key}" if name else str(key))
    elif isinstance(codes, list):
        for inner in codes[:20]:
            yield from _codes(inner, name)
    else:
        yield name, str(codes)


def answer(
    status: int,
    code: str,
    title: str,
    detail: str = "",
    *,
    facts: Mapping[str, Any] | None = None,
    fields: Iterable[errors.FieldError] = (),
) -> Response:
    """A problem document."""
    body: dict[str, Any] = {"type": TYPE + code, "title": title, "status": status, "code": code}
    if detail and detail != title:
        body["detail"] = detail
    if facts:
        body["facts"] = facts
    wrong = [_field(error) for error in fields]
    if wrong:
        body["errors"] = wrong
    return Response(body, status=status, content_type=MEDIA_TYPE)


def _field(error: errors.FieldError) -> dict[str, Any]:
    return {
        "field": error.key,
        "code": error.code,
        "detail": str(field_messages.sentence(error)),
        "facts": {name: _plain(value) for name, value in error.facts.items()},
    }


def _plain(value: object) -> object:
    """A fact as JSON: codes, numbers and lists of them as they are, anything else as text."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, list | tuple | set | frozenset):
        return [_plain(item) for item in value]
    if isinstance(value, Mapping):
        return {str(name): _plain(item) for name, item in value.items()}
    return str(value)
