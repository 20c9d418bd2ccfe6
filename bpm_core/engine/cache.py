"""Live cases kept warm between two steps: bounded by bytes, taken out while in use, dropped on any doubt."""

from __future__ import annotations

import threading
from collections import OrderedDict
from dataclasses import dataclass

from bpm_core.engine.definitions import Definition
from bpm_core.engine.workflow import CaseWorkflow

# Measured: a live case takes about nine times the bytes of its encoded state, plus some 6 KB for its objects.
_FACTOR, _BASE = 9, 6_000


@dataclass(frozen=True, slots=True)
class CacheStats:
    """How the cache does. `bytes` is an estimate."""

    cases: int
    bytes: int
    limit: int
    hits: int
    misses: int
    evicted: int


@dataclass(slots=True)
class _Entry:
    version: int
    live: CaseWorkflow
    size: int


class LiveCases:
    """Live cases by id. An entry is used by one thread at a time, because taking it removes it."""

    def __init__(self, limit: int) -> None:
        self._lock = threading.Lock()
        self._entries: OrderedDict[str, _Entry] = OrderedDict()
        self._limit = limit
        self._bytes = self._hits = self._misses = self._evicted = 0

    def take(self, case_id: str, version: int, definition: Definition) -> CaseWorkflow | None:
        """The live case at exactly this version of exactly this definition, now the caller's alone; else None."""
        with self._lock:
            entry = self._drop(case_id)
            if entry is None or entry.version != version or entry.live.definition is not definition:
                self._misses += 1
                return None
            self._hits += 1
            return entry.live

    def put(self, case_id: str, version: int, live: CaseWorkflow) -> None:
        """Keep a live case that is at rest at this version."""
        size = _FACTOR * live.state_bytes + _BASE
        with self._lock:
            self._drop(case_id)
            if size > self._limit:
                return
            self._entries[case_id] = _Entry(version, live, size)
            self._bytes += size
            self._trim()

    def discard(self, case_id: str) -> None:
        """Forget a case."""
        with self._lock:
            self._drop(case_id)

    def limit(self, limit: int) -> None:
        """Set how many bytes may be kept; 0 keeps nothing."""
        with self._lock:
            self._limit = limit
            self._trim()

    def stats(self) -> CacheStats:
        """How many cases, bytes, hits, misses and evictions."""
        with self._lock:
            counts = self._hits, self._misses, self._evicted
            return CacheStats(len(self._entries), self._bytes, self._limit, *counts)

    def _drop(self, case_id: str) -> _Entry | None:
        entry = self._entries.pop(case_id, None)
        if entry is not None:
            self._bytes -= entry.size
        return entry

    def _trim(self) -> None:
        while self._bytes > self._limit and self._entries:
            _, entry = self._entries.popitem(last=False)
            self._bytes -= entry.size
            self._evicted += 1
