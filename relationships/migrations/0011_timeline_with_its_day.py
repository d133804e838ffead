"""The day of a touch beside its moment in the index of the timeline, for scoring; the index is made anew."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("relationships", "0010_backtest_once")]

    operations = [
        migrations.RemoveIndex("interaction", "interaction_timeline"),
        migrations.AddIndex(
            "interaction",
            models.Index(
                fields=["client", "-occurred_at", "-id"], include=["occurred_on"], name="interaction_timeline"
            ),
        ),
    ]
