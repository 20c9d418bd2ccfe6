"""What a process of its own needs to work on the tests' database with the tests' keys."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.db import connection

from workers.simulator.server import Simulator


def database_url() -> str:
    """Address of the database the tests run on."""
    place = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{place['NAME']}"
    who = f"{place['USER']}:{place['PASSWORD']}" if place["PASSWORD"] else place["USER"]
    return f"postgres://{who}@{place['HOST']}:{place['PORT']}/{place['NAME']}"


def environment(simulator: Simulator, folder: Path) -> dict[str, str]:
    """Environment of a child: this database, these keys, the test's simulator, a data folder of its own."""
    secrets = {f"GUICHENG_{name}": getattr(settings, name) for name in ("SECRET_KEY", "FIELD_KEY", "INDEX_KEY")}
    return {
        **os.environ,
        **secrets,
        "DATABASE_URL": database_url(),
        "SIMULATOR_URL": f"http://127.0.0.1:{simulator.server_port}",
        "GUICHENG_DATA": str(folder),
        "PYTHONUNBUFFERED": "1",
    }
