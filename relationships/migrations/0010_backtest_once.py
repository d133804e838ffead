"""A backtest is asked for once and worked on one at a time. No screen made any before, so no row needs a key."""

import uuid

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0009_third_scoring_model")]

    operations = [
        migrations.AddField(
            model_name="backtest",
            name="idempotency_key",
            field=models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
        ),
        migrations.AddConstraint(
            model_name="backtest",
            constraint=models.UniqueConstraint(
                condition=models.Q(ended_at__isnull=True),
                fields=("ended_at",),
                name="backtest_one_at_a_time",
                nulls_distinct=False,
            ),
        ),
    ]
