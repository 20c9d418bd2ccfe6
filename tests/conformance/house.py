"""An installation of its own for every case: its database a copy of one that was set up once, on SQLite or PostgreSQL.

DATABASE_URL says on which server; without it the databases are files in the folder of data.
"""

from __future__ import annotations

import atexit
import os
import shutil
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import ClassVar

from django.apps import apps
from django.conf import settings
from django.db import connection

from bpm_core.commands import actors, memory
from bpm_core.domain.actors import Actor
from bpm_core.models import Account, OrgUnit, Post, append_only

COUNTY = "410823000000"
_OFFICES = ("410800000000", COUNTY, "410823901000", "410823901001")
_ROLES = ("designer", "publisher", "manager", "caseworker", "reviewer", "finance", "quality_controller")
_ON = date(2026, 11, 20)


@dataclass
class House:
    """One database, open from `open` to `close`; `prepare` makes the one they are copied from."""

    template: ClassVar[str] = ""
    name: str = ""

    @classmethod
    def prepare(cls) -> None:
        """Tables, four offices one in the other, and a person for each post; no connection stays open."""
        if cls.template:
            return
        settings.EVENTS_URL = ""
        cls.template = _new("template")
        _tables()
        _staff()
        connection.close()

    def open(self) -> None:
        """A copy of the template becomes the database of this process."""
        memory.forget()
        actor.cache_clear()
        connection.close()
        self.name = _copy(self.template)

    def close(self) -> None:
        """The copy is thrown away."""
        connection.close()
        _drop(self.name)


@cache
def actor(role: str) -> Actor:
    """The person who holds the posts of a role."""
    return actors.actor_for(Account.objects.get(username=role), _ON)


def _tables() -> None:
    """The tables as the models say; that the migrations make the same ones is tested elsewhere, and takes longer."""
    with connection.schema_editor() as editor:
        for model in apps.get_models():
            editor.create_model(model)
    append_only.install(connection)


def _staff() -> None:
    units: list[OrgUnit] = []
    for level, code in enumerate(_OFFICES, start=1):
        above = units[-1] if units else None
        levels = {f"l{n}": one for n, one in enumerate(_OFFICES[:level], start=1)}
        names = {"name_zh": code, "name_en": code, "area_zh": code, "area_en": code}
        path = (above.path if above else "/") + code + "/"
        units.append(OrgUnit.objects.create(code=code, parent=above, level=level, path=path, **levels, **names))
    for role in _ROLES:
        account = Account.objects.create(username=role)
        for unit in units:
            Post.objects.create(account=account, unit=unit, role=role, lane="", from_on=date(2020, 1, 1))


# -- databases


def _use(name: str) -> None:
    connection.settings_dict["NAME"] = name


def _is_file() -> bool:
    return connection.vendor == "sqlite"


def _new(word: str) -> str:
    name = f"conformance_{word}_{os.getpid()}"
    if _is_file():
        # A case's database need not survive the machine; how the product's own does is tested elsewhere.
        connection.settings_dict["OPTIONS"]["init_command"] = (
            "PRAGMA journal_mode=MEMORY; PRAGMA synchronous=OFF; PRAGMA foreign_keys=ON;"
        )
        name = str(Path(settings.DATA_DIR) / f"{name}.sqlite3")
    else:
        _on_server(f'CREATE DATABASE "{name}"')
    owner = os.getpid()
    atexit.register(lambda: os.getpid() == owner and _drop(name))
    _use(name)
    return name


def _copy(template: str) -> str:
    if _is_file():
        name = f"{template}.{os.getpid()}"
        shutil.copyfile(template, name)
    else:
        name = f"{template}_{os.getpid()}"
        _on_server(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
    _use(name)
    return name


def _drop(name: str) -> None:
    if _is_file():
        with suppress(FileNotFoundError):
            os.unlink(name)
    else:
        _on_server(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def _on_server(statement: str) -> None:
    """Run a statement that no transaction and no database of its own may hold."""
    with connection._nodb_cursor() as cursor:
        cursor.execute(statement)
