"""Running a command again when that is right: on a lost race, and when it was refused on a head from memory.

The same request under the same idempotency key is answered as it was the first time.
"""

from __future__ import annotations

import random
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import wraps
from typing import Any, TypeVar

from django.db import IntegrityError

from bpm_core import engine
from bpm_core.commands import heads, idempotency, step
from bpm_core.commands.results import Moved
from bpm_core.domain.errors import Refused, StaleVersion

TRIES = 6
Result = TypeVar("Result")


@dataclass(slots=True)
class Look:
    """How this run of a command looks at its case: afresh, or through memory; and whether memory answered."""

    fresh: bool = False
    warm: bool = False
    case_id: int | None = None


current_look: ContextVar[Look | None] = ContextVar("guichengcurrent_look", default=None)


def command(
    recall: Callable[[dict[str, Any]], Any] = Moved.from_json,
) -> Callable[[Callable[..., Result]], Callable[..., Result]]:
    """A command: retried on a lost race, answered from its idempotency key when it was done before.

    recall  makes the command's result of the answer stored under the key
    """

    def decorate(function: Callable[..., Result]) -> Callable[..., Result]:
        verb = f"{function.__module__.rsplit('.', 1)[-1]}.{function.__name__}"

        @wraps(function)
        def run(*args: Any, **kwargs: Any) -> Result:
            key, actor = kwargs.get("key"), kwargs.get("actor")
            idempotency.check_key(key)
            request = [args, {name: value for name, value in kwargs.items() if name not in ("key", "actor", "at")}]
            digest = idempotency.digest(verb, request) if key else ""
            token = _request.set(digest)
            try:
                return _tried(function, args, kwargs)
            except (Refused, IntegrityError):
                known = idempotency.answer(actor, key, digest) if key else None
                if known is None:
                    raise
                return recall(known)
            finally:
                _request.reset(token)

        return run

    return decorate


_request: ContextVar[str] = ContextVar("guicheng_request", default="")


def request_digest() -> str:
    """Digest of the request this command runs for, "" without an idempotency key."""
    return _request.get()


def _tried(function: Callable[..., Result], args: Any, kwargs: Any) -> Result:
    fresh = False
    for attempt in range(TRIES):
        look = Look(fresh=fresh)
        token = current_look.set(look)
        try:
            return function(*args, **kwargs)
        except step.LostRace:
            _forget(look)
            time.sleep(random.uniform(0, 0.004 * 2**attempt))
        except Refused:
            _forget(look)
            if fresh or not look.warm:
                raise
        except BaseException:
            _forget(look)
            raise
        finally:
            current_look.reset(token)
        fresh = True
    raise StaleVersion("other people keep moving this case; nothing was changed", case_id=look.case_id, tries=TRIES)


def _forget(look: Look) -> None:
    if look.case_id is not None:
        heads.drop(look.case_id)
        engine.discard(str(look.case_id))
