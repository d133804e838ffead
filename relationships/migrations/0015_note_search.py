"""The search finds notes by their words, accents and case ignored."""

import django.contrib.postgres.indexes
from django.contrib.postgres.indexes import OpClass
from django.db import migrations

import accounts.db


class Migration(migrations.Migration):
    dependencies = [
        ("relationships", "0014_notes"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="note",
            index=django.contrib.postgres.indexes.GinIndex(
                OpClass(accounts.db.Fold("text"), "gin_trgm_ops"), name="note_search"
            ),
        ),
    ]
