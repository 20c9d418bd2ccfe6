"""Runs the committed JavaScript bundle in QuickJS: JSON in, JSON out, with time and memory limits; no file, no network.

One context per thread: a QuickJS runtime may not be touched by two threads, even in turn. A context that hit a limit
is thrown away, since its heap may be in any state.
"""

from __future__ import annotations

import json
import threading
from functools import cache
from pathlib import Path
from typing import Any

import quickjs

BUNDLE = Path(__file__).resolve().parent / "bundle" / "server.js"
TIME_LIMIT_S = 5.0
MEMORY_LIMIT_BYTES = 192 * 1024 * 1024
STACK_LIMIT_BYTES = 1024 * 1024
MAX_TEXT = 2 * 1024 * 1024  # the upload gate's own size limit for a diagram
MAX_PENDING_JOBS = 100_000

_local = threading.local()


class ToolFailed(Exception):
    """The bundle could not do the work: over a limit, or the diagram is not what the tool can read."""


@cache
def _source() -> str:
    return BUNDLE.read_text(encoding="utf-8")


def _context() -> quickjs.Context:
    context = getattr(_local, "context", None)
    if context is None:
        context = quickjs.Context()
        context.set_memory_limit(MEMORY_LIMIT_BYTES)
        context.set_max_stack_size(STACK_LIMIT_BYTES)
        context.eval(_source())
        _local.context = context
    return context


def run(work: str, **request: str) -> Any:
    """The JSON answer of one piece of work: "layout" (xml), "diff" (before, after) or "lint" (xml).

    Refuses with ToolFailed over MAX_TEXT characters, over the limits of time and memory, or when the tool itself
    cannot read the text.
    """
    if any(len(text) > MAX_TEXT for text in request.values()):
        raise ToolFailed("the diagram is too large to draw")
    context = _context()
    try:
        context.set_time_limit(TIME_LIMIT_S)
        context.eval("guicheng.begin")(work, json.dumps(request))
        for _ in range(MAX_PENDING_JOBS):
            if not context.execute_pending_job():
                break
        answer = context.eval("guicheng.take")()
    except (quickjs.JSException, quickjs.StackOverflow) as error:
        _local.context = None
        raise ToolFailed(str(error)) from error
    if answer is None:
        _local.context = None
        raise ToolFailed("the tool did not finish within its limits")
    parsed = json.loads(answer)
    if "error" in parsed:
        raise ToolFailed(parsed["error"])
    return parsed["value"]
