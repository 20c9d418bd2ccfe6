"""JSON bodies, read strictly: bounded, no NaN, no text that a database or a digest could not hold."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import IO, Any

from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser

MAX_BYTES = 1_000_000
MAX_DEPTH = 20


class BodyTooBig(APIException):
    """More was sent than a request may hold."""

    status_code = 413
    default_detail = f"a body has at most {MAX_BYTES:,} bytes"
    default_code = "body_too_big"


class StrictJson(BaseParser):
    """An object in UTF-8."""

    media_type = "application/json"

    def parse(self, stream: IO[bytes], media_type: str | None = None, context: Mapping[str, Any] | None = None) -> Any:
        data = stream.read(MAX_BYTES + 1)
        if len(data) > MAX_BYTES:
            raise BodyTooBig
        try:
            body = json.loads(data.decode("utf-8"), parse_constant=_refuse)
        except (ValueError, RecursionError):
            raise ParseError("the body is not JSON in UTF-8") from None
        if not isinstance(body, dict):
            raise ParseError("the body is a JSON object")
        _check(body, 0)
        return body


def _refuse(name: str) -> None:
    raise ValueError(f"{name} is not JSON")


def _check(value: object, depth: int) -> None:
    """Refuse nesting that nobody writes, NUL, and halves of a surrogate pair."""
    if depth > MAX_DEPTH:
        raise ParseError(f"the body is nested more than {MAX_DEPTH} deep")
    if isinstance(value, str):
        if "\0" in value or any("\ud800" <= character <= "\udfff" for character in value):
            raise ParseError("the body holds a character that is no text")
    elif isinstance(value, dict):
        for key, inner in value.items():
            _check(key, depth + 1)
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
