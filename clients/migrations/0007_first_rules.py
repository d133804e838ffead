"""Service levels and dunning steps that every installation starts with. An admin edits them afterwards."""

from django.db import migrations

# Working hours to the first response and to the resolution; a working day has eight. Judgement, not measurement.
SLA = {
    10: {"key": (1, 4), "major": (2, 8), "standard": (4, 16)},
    5: {"key": (2, 8), "major": (4, 16), "standard": (8, 24)},
    3: {"key": (4, 24), "major": (8, 40), "standard": (16, 56)},
    1: {"key": (8, 40), "major": (16, 80), "standard": (24, 120)},
}
DUNNING = [(7, "remind"), (15, "call"), (30, "escalate")]


def create_rules(apps, schema_editor):
    policies = apps.get_model("clients", "SlaPolicy").objects
    for severity, by_segment in SLA.items():
        for segment, (response, resolution) in by_segment.items():
            values = {"response_hours": response, "resolution_hours": resolution}
            policies.get_or_create(severity=severity, segment=segment, defaults=values)
    steps = apps.get_model("clients", "DunningStep").objects
    for days, action in DUNNING:
        steps.get_or_create(days_late=days, defaults={"action": action})


class Migration(migrations.Migration):
    dependencies = [("clients", "0006_care")]

    operations = [migrations.RunPython(create_rules, migrations.RunPython.noop)]
