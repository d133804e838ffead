"""The search finds contracts by number and title and invoices by number, accents and case ignored."""

import django.contrib.postgres.indexes
import django.db.models.functions.comparison
from django.contrib.postgres.indexes import OpClass
from django.db import migrations, models

import accounts.db


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0011_client_lists"),
    ]

    operations = [
        migrations.AddIndex(
            model_name="contract",
            index=django.contrib.postgres.indexes.GinIndex(
                OpClass(
                    accounts.db.Fold(
                        accounts.db._Joined(
                            "number",
                            models.Value(" "),
                            django.db.models.functions.comparison.Coalesce(
                                django.db.models.functions.comparison.Cast("title", models.TextField()),
                                models.Value(""),
                            ),
                        )
                    ),
                    "gin_trgm_ops",
                ),
                name="contract_search",
            ),
        ),
        migrations.AddIndex(
            model_name="invoice",
            index=django.contrib.postgres.indexes.GinIndex(
                OpClass(accounts.db.Fold("number"), "gin_trgm_ops"), name="invoice_search"
            ),
        ),
    ]
