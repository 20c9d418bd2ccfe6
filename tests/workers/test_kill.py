"""Worker processes killed the hard way, again and again: no look-up lost, none answered twice."""

from __future__ import annotations

import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.utils import timezone

from bpm_core.models import Incident, Job, JournalEntry
from tests.bpm_core.commands.conftest import Office
from tests.workers.processes import environment
from workers.simulator.server import Simulator

ROOT = Path(__file__).parents[2]


class Herd:
    """Two worker processes, replaced whenever one is killed."""

    def __init__(self, env: dict[str, str], folder: Path) -> None:
        self.env, self.log = env, (folder / "workers.log").open("wb")
        self.kills = 0
        self.members = [self._one(), self._one()]

    def _one(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "manage.py", "worker"]
        return subprocess.Popen(command, cwd=ROOT, env=self.env, stdout=self.log, stderr=self.log)

    def kill_one(self, chance: random.Random) -> None:
        place = chance.randrange(2)
        self.members[place].kill()
        self.members[place].wait()
        self.members[place] = self._one()
        self.kills += 1

    def end(self) -> None:
        for member in self.members:
            member.kill()
            member.wait()


@pytest.fixture
def herd(simulator: Simulator, tmp_path: Path) -> Iterator[Herd]:
    herd = Herd(environment(simulator, tmp_path) | {"LEASE_S": "2"}, tmp_path)
    yield herd
    herd.end()


def test_killed_workers_lose_nothing_and_double_nothing(
    real_office: Office, herd: Herd, simulator: Simulator, tmp_path: Path
) -> None:
    chance = random.Random(os.environ.get("KILL_SEED", "20261122"))
    cases = [real_office.applied(despite_open="load") for _ in range(12)]
    jobs = Job.objects.filter(case__in=cases)
    jobs.update(due_at=timezone.now())  # workers have the real clock
    for _ in range(10):
        simulator.board.order("SIDB", "slow", 40)
        herd.kill_one(chance)
        time.sleep(chance.uniform(0.5, 2.5))
        if not jobs.exclude(state__in=("done", "failed")).exists():
            break
        jobs.filter(state="waiting", attempt__gt=0).update(due_at=timezone.now())  # the back-off is tested elsewhere
    simulator.board.order("SIDB", "ok", 1)

    end = time.monotonic() + 150
    while jobs.exclude(state__in=("done", "failed")).exists() and time.monotonic() < end:
        jobs.filter(state="waiting").update(due_at=timezone.now())
        time.sleep(0.5)

    done, failed = jobs.filter(state="done").count(), jobs.filter(state="failed").count()
    assert done + failed == len(cases), (tmp_path / "workers.log").read_text()
    assert herd.kills >= 3
    assert JournalEntry.objects.filter(case__in=cases, action="job.finished").count() == done
    assert Incident.objects.filter(case__in=cases).count() == failed
