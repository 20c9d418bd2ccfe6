"""Accounts count the versions of their API tokens, so that all tokens of one can be revoked at once."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("bpm_core", "0002_append_only")]

    operations = [
        migrations.AddField("account", "token_version", models.PositiveIntegerField(default=0)),
    ]
