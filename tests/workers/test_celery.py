"""Celery workers over a real Redis: they do what is due, and go on doing it when Redis is killed."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
import redis
from django.utils import timezone

from bpm_core.models import Case, Job
from tests import services
from tests.bpm_core.commands.conftest import Office
from tests.workers.processes import environment
from workers.celery import app
from workers.simulator.server import Simulator

pytestmark = pytest.mark.redis
PATIENCE_S = 150.0  # a busy machine takes its time to start a worker; a quick one is not waited for
ROOT = Path(__file__).parents[2]


@pytest.fixture
def redis_url() -> Iterator[str]:
    """A Redis of this test's own: it is going to be killed."""
    with ExitStack() as stack:
        yield stack.enter_context(services.redis())


@pytest.fixture
def workers(redis_url: str, simulator: Simulator, tmp_path: Path) -> Iterator[Callable[[], subprocess.Popen[bytes]]]:
    started: list[subprocess.Popen[bytes]] = []
    children = environment(simulator, tmp_path) | {"REDIS_URL": redis_url}
    command = [
        sys.executable,
        "-m",
        "celery",
        "-A",
        "workers.celery",
        "worker",
        "--beat",
        "--concurrency",
        "1",
        "--without-gossip",
        "--without-mingle",
    ]

    def start() -> subprocess.Popen[bytes]:
        log = (tmp_path / "celery.log").open("wb")
        process = subprocess.Popen([*command, "--loglevel", "INFO"], cwd=ROOT, env=children, stdout=log, stderr=log)
        started.append(process)
        return process

    yield start
    for process in started:
        process.terminate()
    for process in started:
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            process.kill()


def until(condition: Callable[[], bool], seconds: float) -> bool:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        if condition():
            return True
        time.sleep(0.1)
    return False


def due_now(case: Case) -> None:
    """Workers have the real clock; the fixture's cases live at a time of their own."""
    Job.objects.filter(case=case).update(due_at=timezone.now())


def done(case: Case) -> bool:
    return Job.objects.get(case=case).state == "done"


def test_a_ring_is_let_go_at_once_and_holds_nothing() -> None:
    assert app.conf.task_acks_late is False
    assert app.conf.worker_prefetch_multiplier == 1
    assert app.conf.accept_content == ["json"]
    assert app.conf.broker_transport_options["visibility_timeout"] > app.conf.task_time_limit


def test_workers_do_what_is_due_and_go_on_without_redis(
    real_office: Office, redis_url: str, workers: Callable[[], subprocess.Popen[bytes]], tmp_path: Path, settings: Any
) -> None:
    with_redis = real_office.applied()
    due_now(with_redis)
    workers()
    log = tmp_path / "celery.log"
    assert until(lambda: done(with_redis), PATIENCE_S), log.read_text()

    kill_redis(redis_url)
    without = real_office.applied(despite_open="another matter")
    due_now(without)

    assert until(lambda: done(without), PATIENCE_S), log.read_text()


def kill_redis(url: str) -> None:
    """End the server the hard way, as a power cut would; it is this test's own, found by its port."""

    client = redis.Redis.from_url(url)
    process = client.info("server")["process_id"]
    os.kill(process, 9)
