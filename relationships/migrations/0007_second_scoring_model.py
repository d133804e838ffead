"""Version 2 of the scoring model: issues, payment, contract and breadth count too."""

from django.db import migrations
from django.utils import timezone

from relationships.health.spec import SECOND_SPEC


def publish(apps, schema_editor):
    # A published version never changes or goes, so going back leaves it and coming again finds it.
    apps.get_model("relationships", "ScoringModel").objects.get_or_create(
        version=2,
        defaults={
            "spec": SECOND_SPEC,
            "note": "Issues, payment, contract and breadth are switched on; the weights are those of version 1.",
            "published_at": timezone.now(),
        },
    )


class Migration(migrations.Migration):
    dependencies = [("relationships", "0006_care")]

    operations = [migrations.RunPython(publish, migrations.RunPython.noop)]
