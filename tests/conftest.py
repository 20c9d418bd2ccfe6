"""What every test gets: fresh process memory, and databases that can be emptied although journals are append-only."""

from __future__ import annotations

import importlib.util
import os
from collections.abc import Iterator
from typing import Any

import pytest
from django.db import connection
from django.test import TransactionTestCase

from bpm_core.models import append_only

# Playwright leaves an event loop running in the thread of the tests. Django then gives later tests of that process new
# connections (asgiref's Local asks for the running loop), and a transaction left open on an old one locks them out for
# ever. Browser tests therefore come last in every process; what is left to do after them, such as dropping the test
# database, is nothing that a coroutine does.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "true")


@pytest.hookimpl(trylast=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: item.get_closest_marker("browser") is not None)


def pytest_configure(config: pytest.Config) -> None:
    if not hasattr(config, "workerinput"):
        config.pluginmanager.register(_AtOnce(config), "failures-at-once")


class _AtOnce:
    """Names what failed when it fails, not after the last test of a long run."""

    def __init__(self, config: pytest.Config) -> None:
        self._config = config

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        terminal = self._config.pluginmanager.get_plugin("terminalreporter")
        if report.failed and terminal is not None:
            terminal.write_line(f"\n{report.when} of {report.nodeid} failed")


_empty_database = TransactionTestCase._fixture_teardown


def _empty_past_the_triggers(self: TransactionTestCase) -> None:
    append_only.remove(connection)
    try:
        _empty_database(self)
    finally:
        append_only.install(connection)


TransactionTestCase._fixture_teardown = _empty_past_the_triggers  # type: ignore[method-assign]


@pytest.fixture(autouse=True)
def _fresh_memory() -> Iterator[None]:
    """Caches of the process (definitions, offices, case heads, live workflows) never leak from one test to the next."""
    if importlib.util.find_spec("bpm_core.commands.memory") is not None:
        importlib.import_module("bpm_core.commands.memory").forget()
    yield


@pytest.fixture(autouse=True)
def _quick_passwords(settings: Any) -> None:
    """Argon2 costs a quarter of a second by intent; log-ins of tests need not pay it."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
