"""Journal and access entries can only be added: triggers refuse the rest on both databases."""

from __future__ import annotations

from django.db import migrations

from bpm_core.models import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, append_only.CASES)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, append_only.CASES)


class Migration(migrations.Migration):
    dependencies = [("bpm_core", "0001_tables")]
    operations = [migrations.RunPython(install, remove)]
