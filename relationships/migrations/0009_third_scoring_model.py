"""Version 3 of the scoring model: caps are part of it, and the account manager's own rating has one."""

from django.db import migrations
from django.utils import timezone

from relationships.health.spec import THIRD_SPEC

# What was shown before overrides was what was computed.
SHOWN = """
UPDATE relationships_healthscore SET shown_score = score, shown_band = band;
UPDATE relationships_healthsnapshot SET shown_score = score, shown_band = band;
"""


def publish(apps, schema_editor):
    # A published version never changes or goes, so going back leaves it and coming again finds it.
    apps.get_model("relationships", "ScoringModel").objects.get_or_create(
        version=3,
        defaults={
            "spec": THIRD_SPEC,
            "note": "The account manager's own rating: red holds the score at 49. Weights are those of version 2.",
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0008_explained_health")]

    operations = [
        migrations.RunSQL(SHOWN, migrations.RunSQL.noop),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]
