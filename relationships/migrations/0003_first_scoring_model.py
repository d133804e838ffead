"""Version 1 of the scoring model, and the day of a client's newest snapshot."""

from django.db import migrations, models
from django.utils import timezone

from relationships.health.spec import FIRST_SPEC


def publish(apps, schema_editor):
    # A published version never changes or goes, so going back leaves it and coming again finds it.
    apps.get_model("relationships", "ScoringModel").objects.get_or_create(
        version=1,
        defaults={
            "spec": FIRST_SPEC,
            "note": "The first version: rhythm, sentiment, stakeholders and revenue.",
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0002_handover_rule")]

    operations = [
        migrations.AddField("healthscore", "snapshot_on", models.DateField(null=True)),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]
