"""One HTTP POST with an end: a limit on the whole exchange, on the size of the answer, and no redirects followed."""

from __future__ import annotations

import http.client
import time
from collections.abc import Mapping
from urllib.parse import urlsplit

from workers.connectors.contract import CallFailed

_MOST_BYTES = 1_000_000
_CHUNK = 65_536


def post(
    url: str, body: bytes, *, timeout_s: float, what: str, headers: Mapping[str, str] | None = None
) -> tuple[int, bytes]:
    """Status and text of the answer; raises CallFailed with timeout, unreachable or bad_answer.

    what    name of the receiver, for the message of a failure
    """
    until = time.monotonic() + timeout_s
    parts = urlsplit(url)
    make = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = make(parts.netloc, timeout=timeout_s)
    try:
        connection.request("POST", parts.path or "/", body, {"Content-Type": "application/json", **(headers or {})})
        answer = connection.getresponse()
        return answer.status, _read(answer, connection, until, what)
    except TimeoutError:
        raise CallFailed("timeout", f"{what} did not answer within {timeout_s:g} s") from None
    except (OSError, http.client.HTTPException) as error:
        raise CallFailed("unreachable", f"{what} cannot be reached: {type(error).__name__}") from None
    finally:
        connection.close()


def _read(answer: http.client.HTTPResponse, connection: http.client.HTTPConnection, until: float, what: str) -> bytes:
    """The whole body; a receiver that trickles it does not get more time for that."""
    parts, size = [], 0
    while chunk := answer.read1(_CHUNK):
        size += len(chunk)
        if size > _MOST_BYTES:
            raise CallFailed("bad_answer", f"{what} answered with more than {_MOST_BYTES} bytes")
        parts.append(chunk)
        left = until - time.monotonic()
        if left <= 0:
            raise TimeoutError
        if connection.sock is not None:
            connection.sock.settimeout(left)
    return b"".join(parts)
