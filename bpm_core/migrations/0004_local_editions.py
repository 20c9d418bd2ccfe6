"""Local editions of processes and their values, the journal of the library, and libraries brought from elsewhere."""

import django.db.models.deletion
import uuid
from django.conf import settings
from django.db import migrations, models

from bpm_core.models import append_only


def install(apps, schema_editor):
    append_only.install(schema_editor.connection, append_only.LIBRARY)


def remove(apps, schema_editor):
    append_only.remove(schema_editor.connection, append_only.LIBRARY)


class Migration(migrations.Migration):
    dependencies = [
        ("bpm_core", "0003_migrations"),
    ]

    operations = [
        migrations.CreateModel(
            name="LibraryFile",
            fields=[
                ("path", models.CharField(max_length=200, primary_key=True, serialize=False)),
                ("content", models.BinaryField()),
                ("digest", models.CharField(max_length=64)),
                ("since", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="local",
            field=models.JSONField(default=dict),
        ),
        migrations.CreateModel(
            name="LibraryEntry",
            fields=[
                ("seq", models.BigIntegerField(primary_key=True, serialize=False)),
                ("at", models.DateTimeField()),
                ("account_id", models.BigIntegerField(null=True)),
                ("actor_name", models.CharField(blank=True, max_length=80)),
                ("unit_code", models.CharField(blank=True, max_length=12)),
                ("action", models.CharField(max_length=40)),
                ("subject", models.CharField(max_length=120)),
                ("body", models.JSONField(default=dict)),
                ("prev_hash", models.BinaryField(max_length=32)),
                ("hash", models.BinaryField(max_length=32)),
            ],
            options={
                "indexes": [models.Index(fields=["subject", "-seq"], name="library_entry_subject")],
            },
        ),
        migrations.CreateModel(
            name="LocalEdition",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("key", models.CharField(max_length=80)),
                ("number", models.PositiveIntegerField()),
                ("changes", models.JSONField()),
                ("before", models.JSONField(default=dict)),
                ("reason", models.TextField()),
                ("valid_from", models.DateField()),
                ("status", models.CharField(default="proposed", max_length=12)),
                ("proposed_at", models.DateTimeField()),
                ("decided_at", models.DateTimeField(null=True)),
                ("decision_note", models.TextField(blank=True)),
                (
                    "decided_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
                (
                    "proposed_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="editions", to="bpm_core.orgunit"
                    ),
                ),
            ],
            options={
                "ordering": ["key", "unit", "-number"],
                "indexes": [models.Index(fields=["status", "-proposed_at"], name="edition_status")],
                "constraints": [
                    models.UniqueConstraint(fields=("key", "unit", "number"), name="edition_number_once"),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("decided_by__isnull", True),
                            ("status", "withdrawn"),
                            models.Q(("decided_by", models.F("proposed_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="edition_decided_by_another",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("status", "proposed"), ("decided_at__isnull", False), _connector="OR"),
                        name="edition_decided_has_day",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="LocalSetting",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("key", models.CharField(max_length=80)),
                ("name", models.CharField(max_length=60)),
                ("value", models.TextField(blank=True)),
                ("valid_from", models.DateField()),
                (
                    "edition",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="settings", to="bpm_core.localedition"
                    ),
                ),
                (
                    "unit",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to="bpm_core.orgunit"
                    ),
                ),
            ],
            options={
                "indexes": [models.Index(fields=["key", "unit", "valid_from"], name="local_setting_place")],
                "constraints": [models.UniqueConstraint(fields=("edition", "name"), name="local_setting_once")],
            },
        ),
        migrations.CreateModel(
            name="LibraryImport",
            fields=[
                ("id", models.UUIDField(default=uuid.uuid4, editable=False, primary_key=True, serialize=False)),
                ("digest", models.CharField(max_length=64)),
                ("signer", models.CharField(max_length=80)),
                ("contents", models.JSONField()),
                ("applied_at", models.DateTimeField()),
                ("published_at", models.DateTimeField(null=True)),
                (
                    "applied_by",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT, related_name="+", to=settings.AUTH_USER_MODEL
                    ),
                ),
                (
                    "published_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("published_by__isnull", True),
                            models.Q(("published_by", models.F("applied_by")), _negated=True),
                            _connector="OR",
                        ),
                        name="library_published_by_another",
                    )
                ],
            },
        ),
        migrations.RunPython(install, remove),
    ]
