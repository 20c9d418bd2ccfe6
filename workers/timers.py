"""Moments that have come: each due timer fired through its command; one that was overtaken does nothing."""

from __future__ import annotations

import logging
from datetime import datetime

from bpm_core.commands import leasing, timers
from bpm_core.domain.actors import TIMER
from bpm_core.domain.errors import Refused

_log = logging.getLogger("guicheng.workers")


def fire_due(worker: str, *, at: datetime) -> int:
    """Fire a batch of timers longest due; how many were taken. A refused one is due again when its lease is over."""
    taken = leasing.take_timers(worker=worker, at=at)
    for timer in taken:
        try:
            timers.fire(timer.pk, actor=TIMER, at=at)
        except Refused as refusal:
            # A suspended case keeps its timers: they fire after it goes on.
            _log.info("timer %s not fired: %s", timer.pk, refusal.code)
    return len(taken)
