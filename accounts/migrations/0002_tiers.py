"""The four tiers that every installation starts with. An admin edits them afterwards."""

from decimal import Decimal

from django.db import migrations

# code, name, fewest and most clients, hard maximum, segments, largest discount %, longest payment term in days
TIERS = [
    ("am", "AM", 15, 20, False, ["standard", "major"], Decimal("5"), 30),
    ("kam", "KAM", 3, 5, True, ["key"], Decimal("15"), 60),
    ("senior", "Senior AM", 0, 10, False, ["standard", "major", "key"], Decimal("10"), 45),
    ("rm", "RM", 0, 30, False, ["standard", "major"], Decimal("3"), 30),
]


def create_tiers(apps, schema_editor):
    tiers = apps.get_model("accounts", "Tier").objects
    for code, name, fewest, most, hard, segments, discount, days in TIERS:
        tiers.get_or_create(
            code=code,
            defaults={
                "name": name,
                "capacity_min": fewest,
                "capacity_max": most,
                "capacity_is_hard": hard,
                "allowed_segments": segments,
                "max_discount_percent": discount,
                "max_payment_days": days,
            },
        )


class Migration(migrations.Migration):
    dependencies = [("accounts", "0001_initial")]

    # Going back keeps them: people may already have a tier.
    operations = [migrations.RunPython(create_tiers, migrations.RunPython.noop)]
