"""Clients, who cares for them, and everything that happens after the signature.

It takes the place of the migrations up to 0008_health_trend: a database that has them all counts as having this one.
"""

import django.contrib.postgres.constraints
import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.contrib.postgres.indexes
import django.core.validators
import django.db.models.deletion
import django.db.models.expressions
import django.db.models.functions.comparison
import django.db.models.functions.text
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.db
import clients.models.assignment
import clients.models.attachment
from accounts.schema import Together

# Service levels and dunning steps that every installation starts with. An admin edits them afterwards.
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
    initial = True

    dependencies = [("pghistory", "0007_auto_20250421_0444"), ("accounts", "0001_squashed_0004_departments")]

    replaces = [
        ("clients", "0001_initial"),
        ("clients", "0002_key_status_ended_by"),
        ("clients", "0003_revenue_from_its_index"),
        ("clients", "0004_ranking_of_active_clients"),
        ("clients", "0005_key_clients"),
        ("clients", "0006_care"),
        ("clients", "0007_first_rules"),
        ("clients", "0008_health_trend"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Assignment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("support", "Support"),
                                    ("technical", "Technical"),
                                    ("finance", "Finance"),
                                    ("sponsor", "Executive sponsor"),
                                    ("cover", "Cover"),
                                ],
                                default="lead",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="from")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "override_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for going over capacity"
                            ),
                        ),
                        (
                            "read_until",
                            models.DateField(blank=True, null=True, verbose_name="may read until"),
                        ),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assigned by",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="assignments",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="assignments",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "assignment",
                        "verbose_name_plural": "assignments",
                        "ordering": ["-started_at", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["user"],
                                include=("client", "role", "started_at", "ended_at"),
                                name="assignment_of_user",
                            ),
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True), ("role", "lead")),
                                fields=["client"],
                                name="assignment_lead_now",
                            ),
                        ],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("role", "lead")),
                                expressions=[
                                    ("client", "="),
                                    (clients.models.assignment.TimeRange("started_at", "ended_at"), "&&"),
                                ],
                                name="assignment_one_lead_at_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="assignment_ends_after_it_starts",
                            ),
                            models.UniqueConstraint(
                                models.F("client"),
                                models.F("user"),
                                models.F("role"),
                                condition=models.Q(("ended_at__isnull", True)),
                                name="assignment_runs_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Client",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("industry", models.CharField(blank=True, max_length=80, verbose_name="industry")),
                        (
                            "employees",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="employees"),
                        ),
                        ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "A country is two capital letters, such as VN."
                                    )
                                ],
                                verbose_name="country",
                            ),
                        ),
                        ("tax_code", models.CharField(blank=True, max_length=30, verbose_name="tax code")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "segment",
                            models.CharField(
                                choices=[("standard", "Standard"), ("major", "Major"), ("key", "Key")],
                                default="standard",
                                max_length=10,
                                verbose_name="segment",
                            ),
                        ),
                        ("demanding", models.BooleanField(default=False, verbose_name="demanding")),
                        (
                            "prestige",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="0 to 5: how much their name opens doors.",
                                validators=[django.core.validators.MaxValueValidator(5)],
                                verbose_name="prestige",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "Active"), ("lost", "Lost")],
                                default="active",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("lost_on", models.DateField(blank=True, null=True, verbose_name="lost on")),
                        (
                            "lost_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("price", "Price"),
                                    ("service", "Service or quality"),
                                    ("competitor", "Went to a competitor"),
                                    ("closed", "Closed or merged"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="reason of the loss",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=4000, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "name_fold",
                            models.GeneratedField(
                                db_persist=True,
                                expression=accounts.db.Fold(
                                    accounts.db._Joined(
                                        "name",
                                        models.Value(" "),
                                        django.db.models.functions.comparison.Coalesce(
                                            django.db.models.functions.comparison.Cast(
                                                "tax_code", models.TextField()
                                            ),
                                            models.Value(""),
                                        ),
                                    )
                                ),
                                output_field=models.TextField(),
                            ),
                        ),
                        (
                            "name_sort",
                            models.GeneratedField(
                                db_persist=True,
                                expression=accounts.db.VietnameseOrder("name"),
                                output_field=models.TextField(db_collation="C"),
                            ),
                        ),
                        (
                            "revenue_12m",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                editable=False,
                                max_digits=18,
                                verbose_name="revenue, 12 months",
                            ),
                        ),
                        (
                            "revenue_12m_before",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                editable=False,
                                max_digits=18,
                                verbose_name="revenue, 12 months before",
                            ),
                        ),
                        ("health_score", models.FloatField(editable=False, null=True)),
                        (
                            "health_band",
                            models.CharField(
                                choices=[
                                    ("healthy", "Healthy"),
                                    ("watch", "Watch"),
                                    ("at_risk", "At risk"),
                                    ("unknown", "Unknown"),
                                ],
                                default="unknown",
                                editable=False,
                                max_length=10,
                                verbose_name="health",
                            ),
                        ),
                        ("health_as_of", models.DateTimeField(editable=False, null=True)),
                        ("health_stale_since", models.DateTimeField(editable=False, null=True)),
                        ("last_interaction_at", models.DateTimeField(editable=False, null=True)),
                        ("last_reached_on", models.DateField(editable=False, null=True)),
                        ("contact_due_on", models.DateField(editable=False, null=True)),
                        ("next_follow_up_on", models.DateField(editable=False, null=True)),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="clients.client",
                                verbose_name="parent group",
                            ),
                        ),
                        ("health_trend", models.FloatField(editable=False, null=True)),
                    ],
                    options={
                        "verbose_name": "client",
                        "verbose_name_plural": "clients",
                        "ordering": ["name_sort", "id"],
                        "indexes": [
                            models.Index(fields=["name_sort", "id"], name="client_by_name"),
                            models.Index(
                                models.OrderBy(models.F("revenue_12m"), descending=True),
                                models.F("id"),
                                name="client_by_revenue",
                            ),
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("name_fold", "gin_trgm_ops"),
                                name="client_name_search",
                            ),
                            models.Index(
                                condition=models.Q(("health_stale_since__isnull", False)),
                                fields=["health_stale_since"],
                                name="client_stale",
                            ),
                            models.Index(
                                condition=models.Q(("status", "active")),
                                fields=["contact_due_on"],
                                name="client_silent",
                            ),
                            models.Index(
                                models.F("currency"),
                                models.OrderBy(models.F("revenue_12m"), descending=True),
                                models.F("id"),
                                condition=models.Q(("status", "active")),
                                name="client_ranking",
                            ),
                            models.Index(
                                condition=models.Q(("segment", "key"), ("status", "active")),
                                fields=["name_sort", "id"],
                                name="client_key",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("lost_on__isnull", True), ("status", "active")),
                                    models.Q(("lost_on__isnull", False), ("status", "lost")),
                                    _connector="OR",
                                ),
                                name="client_lost_has_a_date",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("parent", models.F("id")), _negated=True),
                                name="client_not_its_own_parent",
                            ),
                            models.UniqueConstraint(
                                models.F("source"),
                                models.F("source_ref"),
                                condition=models.Q(("source_ref", ""), _negated=True),
                                name="client_once_per_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AssignmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("lead", "Lead"),
                                    ("support", "Support"),
                                    ("technical", "Technical"),
                                    ("finance", "Finance"),
                                    ("sponsor", "Executive sponsor"),
                                    ("cover", "Cover"),
                                ],
                                default="lead",
                                max_length=10,
                                verbose_name="role",
                            ),
                        ),
                        ("started_at", models.DateTimeField(verbose_name="from")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        (
                            "override_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for going over capacity"
                            ),
                        ),
                        (
                            "read_until",
                            models.DateField(blank=True, null=True, verbose_name="may read until"),
                        ),
                        (
                            "assigned_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="assigned by",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.assignment",
                            ),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="person",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ClientEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("industry", models.CharField(blank=True, max_length=80, verbose_name="industry")),
                        (
                            "employees",
                            models.PositiveIntegerField(blank=True, null=True, verbose_name="employees"),
                        ),
                        ("city", models.CharField(blank=True, max_length=80, verbose_name="city")),
                        (
                            "country",
                            models.CharField(
                                blank=True,
                                max_length=2,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{2}\\Z", "A country is two capital letters, such as VN."
                                    )
                                ],
                                verbose_name="country",
                            ),
                        ),
                        ("tax_code", models.CharField(blank=True, max_length=30, verbose_name="tax code")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                        ("website", models.URLField(blank=True, verbose_name="website")),
                        (
                            "segment",
                            models.CharField(
                                choices=[("standard", "Standard"), ("major", "Major"), ("key", "Key")],
                                default="standard",
                                max_length=10,
                                verbose_name="segment",
                            ),
                        ),
                        ("demanding", models.BooleanField(default=False, verbose_name="demanding")),
                        (
                            "prestige",
                            models.PositiveSmallIntegerField(
                                default=0,
                                help_text="0 to 5: how much their name opens doors.",
                                validators=[django.core.validators.MaxValueValidator(5)],
                                verbose_name="prestige",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[("active", "Active"), ("lost", "Lost")],
                                default="active",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("lost_on", models.DateField(blank=True, null=True, verbose_name="lost on")),
                        (
                            "lost_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("price", "Price"),
                                    ("service", "Service or quality"),
                                    ("competitor", "Went to a competitor"),
                                    ("closed", "Closed or merged"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="reason of the loss",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=4000, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        (
                            "parent",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                                verbose_name="parent group",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Contact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=120, verbose_name="full name")),
                        (
                            "given_name",
                            models.CharField(
                                blank=True,
                                help_text="How to address them, as in “anh Minh”.",
                                max_length=60,
                                verbose_name="given name",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=120, verbose_name="job title")),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("decision_maker", "Decision maker"),
                                    ("influencer", "Influencer"),
                                    ("champion", "Champion"),
                                    ("user", "User"),
                                    ("blocker", "Blocker"),
                                    ("procurement", "Procurement"),
                                    ("finance", "Finance"),
                                ],
                                max_length=20,
                                verbose_name="role in decisions",
                            ),
                        ),
                        (
                            "influence",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="influence",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                        ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "name_fold",
                            models.GeneratedField(
                                db_persist=True,
                                expression=accounts.db.Fold(
                                    accounts.db._Joined(
                                        "name",
                                        models.Value(" "),
                                        django.db.models.functions.comparison.Coalesce(
                                            django.db.models.functions.comparison.Cast(
                                                "email", models.TextField()
                                            ),
                                            models.Value(""),
                                        ),
                                    )
                                ),
                                output_field=models.TextField(),
                            ),
                        ),
                        (
                            "name_sort",
                            models.GeneratedField(
                                db_persist=True,
                                expression=accounts.db.VietnameseOrder("name"),
                                output_field=models.TextField(db_collation="C"),
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contacts",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "reports_to",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="reports",
                                to="clients.contact",
                                verbose_name="reports to",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contact",
                        "verbose_name_plural": "contacts",
                        "ordering": ["name_sort", "id"],
                        "indexes": [
                            django.contrib.postgres.indexes.GinIndex(
                                django.contrib.postgres.indexes.OpClass("name_fold", "gin_trgm_ops"),
                                name="contact_name_search",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("reports_to", models.F("id")), _negated=True),
                                name="contact_not_their_own_boss",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("influence__isnull", True), ("influence__range", (1, 5)), _connector="OR"
                                ),
                                name="contact_influence_1_to_5",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ContactEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("name", models.CharField(max_length=120, verbose_name="full name")),
                        (
                            "given_name",
                            models.CharField(
                                blank=True,
                                help_text="How to address them, as in “anh Minh”.",
                                max_length=60,
                                verbose_name="given name",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=120, verbose_name="job title")),
                        (
                            "role",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("decision_maker", "Decision maker"),
                                    ("influencer", "Influencer"),
                                    ("champion", "Champion"),
                                    ("user", "User"),
                                    ("blocker", "Blocker"),
                                    ("procurement", "Procurement"),
                                    ("finance", "Finance"),
                                ],
                                max_length=20,
                                verbose_name="role in decisions",
                            ),
                        ),
                        (
                            "influence",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="influence",
                            ),
                        ),
                        ("email", models.EmailField(blank=True, max_length=254, verbose_name="e-mail")),
                        ("phone", models.CharField(blank=True, max_length=40, verbose_name="phone")),
                        ("birthday", models.DateField(blank=True, null=True, verbose_name="birthday")),
                        ("left_on", models.DateField(blank=True, null=True, verbose_name="left on")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.contact",
                            ),
                        ),
                        (
                            "reports_to",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contact",
                                verbose_name="reports to",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Deal",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("open", "Spotted"),
                                    ("proposal", "Proposal made"),
                                    ("negotiation", "Negotiating"),
                                    ("won", "Won"),
                                    ("lost", "Lost"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("renewal", "Renewal"),
                                    ("cross_sell", "Cross-sell"),
                                    ("up_sell", "Up-sell"),
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="amount",
                            ),
                        ),
                        ("currency", models.CharField(default="VND", max_length=3, verbose_name="currency")),
                        ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deals",
                                to="clients.client",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="deals",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="deals",
                                to="clients.product",
                            ),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "expected_on",
                            models.DateField(blank=True, null=True, verbose_name="expected to close on"),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "lost_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="why lost"),
                        ),
                        ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        (
                            "probability",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="probability, %",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="what for")),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "advice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="deals",
                                to="clients.advice",
                                verbose_name="advice",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "deal",
                        "verbose_name_plural": "deals",
                        "ordering": ["-closed_on", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "stage", "-closed_on"], name="deal_of_client"),
                            models.Index(
                                condition=models.Q(("stage__in", ["open", "proposal", "negotiation"])),
                                fields=["expected_on", "id"],
                                name="deal_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("amount__isnull", True), ("amount__gte", 0), _connector="OR"
                                ),
                                name="deal_amount_not_negative",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("opened_on__isnull", True),
                                    ("closed_on__isnull", True),
                                    ("closed_on__gte", models.F("opened_on")),
                                    _connector="OR",
                                ),
                                name="deal_closes_after_it_opens",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stage", "won"), _negated=True),
                                    models.Q(("amount__isnull", False), ("closed_on__isnull", False)),
                                    _connector="OR",
                                ),
                                name="deal_won_is_complete",
                            ),
                            models.UniqueConstraint(
                                models.F("source"),
                                models.F("source_ref"),
                                condition=models.Q(("source_ref", ""), _negated=True),
                                name="deal_once_per_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyStatus",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("started_at", models.DateTimeField(verbose_name="from")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                        (
                            "end_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason for the end"),
                        ),
                        (
                            "approved_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="key_periods",
                                to="clients.client",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "key status",
                        "verbose_name_plural": "key statuses",
                        "ordering": ["-started_at"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("client"),
                                condition=models.Q(("ended_at__isnull", True)),
                                name="key_status_runs_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("started_at")),
                                    _connector="OR",
                                ),
                                name="key_status_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="KeyStatusEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("reason", models.CharField(max_length=500, verbose_name="reason")),
                        ("started_at", models.DateTimeField(verbose_name="from")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="to")),
                        (
                            "end_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason for the end"),
                        ),
                        (
                            "approved_by",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.keystatus",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MonthlyRevenue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("month", models.DateField(verbose_name="month")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="monthly_revenue",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "monthly revenue",
                        "verbose_name_plural": "monthly revenue",
                        "ordering": ["client", "month"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("month__day", 1)), name="revenue_month_is_a_first_day"
                            ),
                            models.UniqueConstraint(
                                fields=("client", "month"), include=("amount",), name="revenue_once_a_month"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Product",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.CharField(max_length=40, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        ("series", models.CharField(blank=True, max_length=60, verbose_name="series")),
                        (
                            "list_price",
                            models.DecimalField(decimal_places=2, max_digits=18, verbose_name="list price"),
                        ),
                        ("currency", models.CharField(default="VND", max_length=3, verbose_name="currency")),
                        ("is_active", models.BooleanField(default=True, verbose_name="on sale")),
                        (
                            "industries",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=80),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="for industries",
                            ),
                        ),
                        (
                            "segments",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("standard", "Standard"), ("major", "Major"), ("key", "Key")],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="for segments",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "product",
                        "verbose_name_plural": "products",
                        "ordering": ["series", "name"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("list_price__gte", 0)), name="product_price_not_negative"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DealEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "stage",
                            models.CharField(
                                choices=[
                                    ("open", "Spotted"),
                                    ("proposal", "Proposal made"),
                                    ("negotiation", "Negotiating"),
                                    ("won", "Won"),
                                    ("lost", "Lost"),
                                ],
                                default="open",
                                max_length=12,
                                verbose_name="stage",
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("new", "New"),
                                    ("renewal", "Renewal"),
                                    ("cross_sell", "Cross-sell"),
                                    ("up_sell", "Up-sell"),
                                ],
                                default="new",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                blank=True,
                                decimal_places=2,
                                max_digits=18,
                                null=True,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="amount",
                            ),
                        ),
                        ("currency", models.CharField(default="VND", max_length=3, verbose_name="currency")),
                        ("opened_on", models.DateField(blank=True, null=True, verbose_name="opened on")),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed on")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.deal",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.product",
                            ),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "expected_on",
                            models.DateField(blank=True, null=True, verbose_name="expected to close on"),
                        ),
                        (
                            "lost_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="why lost"),
                        ),
                        ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        (
                            "probability",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(100)],
                                verbose_name="probability, %",
                            ),
                        ),
                        ("title", models.CharField(blank=True, max_length=200, verbose_name="what for")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        (
                            "advice",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.advice",
                                verbose_name="advice",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Advice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("recommendation", models.CharField(max_length=500, verbose_name="recommendation")),
                        (
                            "reason",
                            models.TextField(max_length=2000, verbose_name="why this serves the client"),
                        ),
                        (
                            "advised_against",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what we advised against"
                            ),
                        ),
                        ("given_on", models.DateField(verbose_name="given on")),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("waiting", "No answer yet"),
                                    ("accepted", "Taken"),
                                    ("postponed", "Later"),
                                    ("declined", "Declined"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="answer",
                            ),
                        ),
                        ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                        (
                            "answer_note",
                            models.CharField(blank=True, max_length=500, verbose_name="what they said"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="advice",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="to whom",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.product",
                                verbose_name="product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "advice",
                        "verbose_name_plural": "advice",
                        "ordering": ["-given_on", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("answer", "waiting"), ("answered_on__isnull", True)),
                                    models.Q(
                                        models.Q(("answer", "waiting"), _negated=True),
                                        ("answered_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="advice_answered_has_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AdviceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("recommendation", models.CharField(max_length=500, verbose_name="recommendation")),
                        (
                            "reason",
                            models.TextField(max_length=2000, verbose_name="why this serves the client"),
                        ),
                        (
                            "advised_against",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what we advised against"
                            ),
                        ),
                        ("given_on", models.DateField(verbose_name="given on")),
                        (
                            "answer",
                            models.CharField(
                                choices=[
                                    ("waiting", "No answer yet"),
                                    ("accepted", "Taken"),
                                    ("postponed", "Later"),
                                    ("declined", "Declined"),
                                ],
                                default="waiting",
                                max_length=10,
                                verbose_name="answer",
                            ),
                        ),
                        ("answered_on", models.DateField(blank=True, null=True, verbose_name="answered on")),
                        (
                            "answer_note",
                            models.CharField(blank=True, max_length=500, verbose_name="what they said"),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contact",
                                verbose_name="to whom",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.advice",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.product",
                                verbose_name="product",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="CareEvent",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("intake", "Handed over by sales"),
                                    ("kick_off", "Kick-off held"),
                                    ("commitment_kept", "Promise kept"),
                                    ("commitment_withdrawn", "Promise withdrawn"),
                                    ("contract_signed", "Contract signed"),
                                    ("contract_ended", "Contract ended"),
                                    ("notice_given", "Notice given"),
                                    ("renewal_opened", "Renewal prepared"),
                                    ("renewal_lost", "Renewal lost"),
                                    ("milestone_done", "Delivered"),
                                    ("milestone_accepted", "Accepted by the client"),
                                    ("invoice_issued", "Invoice issued"),
                                    ("credit_note", "Credit note"),
                                    ("invoice_cancelled", "Invoice cancelled"),
                                    ("payment", "Payment received"),
                                    ("payment_reversed", "Payment reversed"),
                                    ("disputed", "Invoice disputed"),
                                    ("dispute_settled", "Dispute settled"),
                                    ("promise_made", "Promise to pay"),
                                    ("promise_kept", "Promise to pay kept"),
                                    ("promise_broken", "Promise to pay broken"),
                                    ("promise_withdrawn", "Promise to pay withdrawn"),
                                    ("issue_opened", "Issue opened"),
                                    ("issue_responded", "First response to an issue"),
                                    ("issue_waiting", "Issue waits for the client"),
                                    ("issue_resumed", "Issue in work again"),
                                    ("issue_resolved", "Issue resolved"),
                                    ("issue_reopened", "Issue reopened"),
                                    ("issue_rated", "Solution rated"),
                                    ("issue_breached", "Service level missed"),
                                    ("request_asked", "Department asked"),
                                    ("request_answered", "Department answered"),
                                    ("request_closed", "Internal request closed"),
                                    ("deal_opened", "Deal opened"),
                                    ("deal_won", "Deal won"),
                                    ("deal_lost", "Deal lost"),
                                    ("approval_asked", "Approval asked"),
                                    ("approval_decided", "Approval decided"),
                                    ("advice_given", "Advice given"),
                                    ("advice_answered", "Advice answered"),
                                    ("rated", "Relationship rated"),
                                    ("overridden", "Health overridden"),
                                    ("override_ended", "Override ended"),
                                    ("report_sent", "Report sent to the client"),
                                ],
                                max_length=20,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("subject_id", models.BigIntegerField(default=0)),
                        ("facts", models.JSONField(default=dict)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="care_events",
                                to="clients.client",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["-at", "-id"],
                        "indexes": [models.Index(fields=["client", "-at", "-id"], name="event_of_client")],
                    },
                ),
                migrations.CreateModel(
                    name="Contract",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="number")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("signed", "Signed"),
                                    ("ended", "Ended"),
                                    ("lost", "Not renewed"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=18,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="value",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "notice_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(730)],
                                verbose_name="notice, days",
                            ),
                        ),
                        ("auto_renews", models.BooleanField(default=False, verbose_name="renews by itself")),
                        (
                            "notice_given_on",
                            models.DateField(blank=True, null=True, verbose_name="notice given on"),
                        ),
                        ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                        (
                            "end_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason for the end"),
                        ),
                        ("lost_on", models.DateField(blank=True, null=True, verbose_name="lost on")),
                        (
                            "lost_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("price", "Price"),
                                    ("service", "Service or quality"),
                                    ("competitor", "Went to a competitor"),
                                    ("no_need", "No need any more"),
                                    ("budget", "No budget"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "lost_note",
                            models.CharField(blank=True, max_length=500, verbose_name="what was said"),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=4000, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="contracts",
                                to="clients.client",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="contracts",
                                to="clients.deal",
                            ),
                        ),
                        (
                            "renews",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="renewals",
                                to="clients.contract",
                                verbose_name="renews",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract",
                        "verbose_name_plural": "contracts",
                        "ordering": ["-starts_on", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "state", "ends_on"], name="contract_of_client"),
                            models.Index(
                                condition=models.Q(("ends_on__isnull", False), ("state", "signed")),
                                fields=["ends_on", "id"],
                                include=("client",),
                                name="contract_ending",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("client"), models.F("number"), name="contract_number_once_a_client"
                            ),
                            models.UniqueConstraint(
                                models.F("renews"),
                                condition=models.Q(("state", "lost"), _negated=True),
                                name="contract_renewed_once",
                            ),
                            models.UniqueConstraint(
                                models.F("source"),
                                models.F("source_ref"),
                                condition=models.Q(("source_ref", ""), _negated=True),
                                name="contract_once_per_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("renews", models.F("id")), _negated=True),
                                name="contract_does_not_renew_itself",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("value__gte", 0)), name="contract_value_not_negative"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ends_on__isnull", True),
                                    ("ends_on__gte", models.F("starts_on")),
                                    _connector="OR",
                                ),
                                name="contract_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state__in", ["draft", "lost"]),
                                    ("signed_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="contract_signed_has_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "ended"), _negated=True),
                                    ("ended_on__isnull", False),
                                    _connector="OR",
                                ),
                                name="contract_ended_has_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("state", "lost"), _negated=True),
                                    models.Q(
                                        ("lost_on__isnull", False),
                                        models.Q(("lost_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="contract_lost_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Approval",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="why")),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting for a decision"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                        (
                            "decided_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="decided"),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvals",
                                to="clients.client",
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvals",
                                to="clients.deal",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="approvals",
                                to="clients.contract",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "approval",
                        "verbose_name_plural": "approvals",
                        "ordering": ["-asked_at", "-id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("contract__isnull", True), ("deal__isnull", False)),
                                    models.Q(("contract__isnull", False), ("deal__isnull", True)),
                                    _connector="OR",
                                ),
                                name="approval_of_one_thing",
                            ),
                            models.UniqueConstraint(
                                models.F("deal"),
                                condition=models.Q(("deal__isnull", False), ("status", "pending")),
                                name="approval_of_deal_waits_once",
                            ),
                            models.UniqueConstraint(
                                models.F("contract"),
                                condition=models.Q(("contract__isnull", False), ("status", "pending")),
                                name="approval_of_contract_waits_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_at__isnull", True), ("status", "pending")),
                                    models.Q(
                                        models.Q(("status", "pending"), _negated=True),
                                        ("decided_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="approval_decided_has_a_time",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ApprovalEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=0,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="why")),
                        ("asked_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting for a decision"),
                                    ("approved", "Approved"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("answer", models.CharField(blank=True, max_length=500, verbose_name="answer")),
                        (
                            "decided_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="decided"),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.deal",
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.approval",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ContractEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("number", models.CharField(max_length=60, verbose_name="number")),
                        ("title", models.CharField(max_length=200, verbose_name="title")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("signed", "Signed"),
                                    ("ended", "Ended"),
                                    ("lost", "Not renewed"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=18,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="value",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("starts_on", models.DateField(verbose_name="from")),
                        ("ends_on", models.DateField(blank=True, null=True, verbose_name="to")),
                        (
                            "notice_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(730)],
                                verbose_name="notice, days",
                            ),
                        ),
                        ("auto_renews", models.BooleanField(default=False, verbose_name="renews by itself")),
                        (
                            "notice_given_on",
                            models.DateField(blank=True, null=True, verbose_name="notice given on"),
                        ),
                        ("signed_on", models.DateField(blank=True, null=True, verbose_name="signed on")),
                        ("ended_on", models.DateField(blank=True, null=True, verbose_name="ended on")),
                        (
                            "end_reason",
                            models.CharField(blank=True, max_length=500, verbose_name="reason for the end"),
                        ),
                        ("lost_on", models.DateField(blank=True, null=True, verbose_name="lost on")),
                        (
                            "lost_reason",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("price", "Price"),
                                    ("service", "Service or quality"),
                                    ("competitor", "Went to a competitor"),
                                    ("no_need", "No need any more"),
                                    ("budget", "No budget"),
                                    ("other", "Other"),
                                ],
                                max_length=20,
                                verbose_name="why",
                            ),
                        ),
                        (
                            "lost_note",
                            models.CharField(blank=True, max_length=500, verbose_name="what was said"),
                        ),
                        (
                            "discount_percent",
                            models.DecimalField(
                                decimal_places=2,
                                default=0,
                                max_digits=5,
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="discount, %",
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                default=30,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="payment term, days",
                            ),
                        ),
                        ("note", models.TextField(blank=True, max_length=4000, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.deal",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.contract",
                            ),
                        ),
                        (
                            "renews",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                                verbose_name="renews",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ContractLine",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "quantity",
                            models.DecimalField(
                                decimal_places=2,
                                default=1,
                                max_digits=12,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="quantity",
                            ),
                        ),
                        (
                            "unit_price",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=18,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="price",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="lines",
                                to="clients.contract",
                            ),
                        ),
                        (
                            "product",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="clients.product",
                                verbose_name="product",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "contract line",
                        "verbose_name_plural": "contract lines",
                        "ordering": ["id"],
                        "indexes": [
                            models.Index(
                                fields=["client", "product"], include=("contract",), name="line_of_client"
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("quantity__gt", 0), ("unit_price__gte", 0)),
                                name="contract_line_in_range",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="DunningStep",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "days_late",
                            models.PositiveSmallIntegerField(unique=True, verbose_name="from days late"),
                        ),
                        (
                            "action",
                            models.CharField(
                                choices=[
                                    ("remind", "Remind"),
                                    ("call", "Call"),
                                    ("escalate", "Senior or manager"),
                                ],
                                max_length=10,
                                verbose_name="what is done",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "dunning step",
                        "verbose_name_plural": "dunning steps",
                        "ordering": ["days_late"],
                    },
                ),
                migrations.CreateModel(
                    name="ExchangeRate",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("valid_from", models.DateField(verbose_name="from")),
                        (
                            "rate",
                            models.DecimalField(
                                decimal_places=8, max_digits=20, verbose_name="in the house currency"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "exchange rate",
                        "verbose_name_plural": "exchange rates",
                        "ordering": ["currency", "-valid_from"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("currency"), models.F("valid_from"), name="rate_once_a_day"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("rate__gt", 0)), name="rate_above_zero"
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Intake",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("sold_by", models.CharField(max_length=120, verbose_name="who sold")),
                        ("handed_over_on", models.DateField(verbose_name="handed over on")),
                        (
                            "what_was_sold",
                            models.TextField(blank=True, max_length=2000, verbose_name="what was sold"),
                        ),
                        (
                            "first_steps",
                            models.TextField(blank=True, max_length=2000, verbose_name="first steps"),
                        ),
                        ("kick_off_by", models.DateField(verbose_name="kick-off by")),
                        (
                            "kicked_off_on",
                            models.DateField(blank=True, null=True, verbose_name="kick-off held on"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="intakes",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="intakes",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "people",
                            models.ManyToManyField(
                                blank=True,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="people there",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "intake",
                        "verbose_name_plural": "intakes",
                        "ordering": ["-handed_over_on", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("kicked_off_on__isnull", True)),
                                fields=["kick_off_by"],
                                name="intake_before_kick_off",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Commitment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.CharField(max_length=300, verbose_name="what was promised")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="by when")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("kept", "Kept"), ("withdrawn", "Withdrawn")],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="commitments",
                                to="clients.client",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="commitments",
                                to="clients.intake",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promise",
                        "verbose_name_plural": "promises",
                        "ordering": ["due_on", "id"],
                        "indexes": [models.Index(fields=["client", "status"], name="commitment_of_client")],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("decided_on__isnull", True), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True),
                                        ("decided_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="commitment_decided_has_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="CommitmentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("text", models.CharField(max_length=300, verbose_name="what was promised")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="by when")),
                        (
                            "status",
                            models.CharField(
                                choices=[("open", "Open"), ("kept", "Kept"), ("withdrawn", "Withdrawn")],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("decided_on", models.DateField(blank=True, null=True, verbose_name="decided on")),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "decided_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.commitment",
                            ),
                        ),
                        (
                            "intake",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.intake",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="IntakeEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("sold_by", models.CharField(max_length=120, verbose_name="who sold")),
                        ("handed_over_on", models.DateField(verbose_name="handed over on")),
                        (
                            "what_was_sold",
                            models.TextField(blank=True, max_length=2000, verbose_name="what was sold"),
                        ),
                        (
                            "first_steps",
                            models.TextField(blank=True, max_length=2000, verbose_name="first steps"),
                        ),
                        ("kick_off_by", models.DateField(verbose_name="kick-off by")),
                        (
                            "kicked_off_on",
                            models.DateField(blank=True, null=True, verbose_name="kick-off held on"),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.intake",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Issue",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="what is wrong")),
                        (
                            "description",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="internal description"
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("complaint", "Complaint"),
                                    ("technical", "Technical problem"),
                                    ("conflict", "Conflict"),
                                    ("billing", "Billing"),
                                    ("delivery", "Delivery"),
                                ],
                                default="complaint",
                                max_length=12,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (3, "Medium"), (5, "High"), (10, "Critical")],
                                default=3,
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "In work"),
                                    ("waiting", "Waiting for the client"),
                                    ("resolved", "Resolved"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("opened_on", models.DateField(editable=False)),
                        (
                            "response_hours",
                            models.DecimalField(decimal_places=2, editable=False, max_digits=6),
                        ),
                        (
                            "resolution_hours",
                            models.DecimalField(decimal_places=2, editable=False, max_digits=6),
                        ),
                        (
                            "response_due_at",
                            models.DateTimeField(editable=False, verbose_name="first response due"),
                        ),
                        (
                            "resolution_due_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="resolution due"),
                        ),
                        (
                            "first_responded_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="first response"),
                        ),
                        ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                        (
                            "resolution",
                            models.TextField(blank=True, max_length=2000, verbose_name="resolution"),
                        ),
                        (
                            "satisfaction",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="satisfaction, 1 to 5",
                            ),
                        ),
                        (
                            "reopened",
                            models.PositiveSmallIntegerField(
                                default=0, editable=False, verbose_name="times reopened"
                            ),
                        ),
                        (
                            "breached_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="service level missed"
                            ),
                        ),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="issues",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="raised by",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="issues",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.department",
                                verbose_name="department asked",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "issue",
                        "verbose_name_plural": "issues",
                        "ordering": ["-opened_at", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "-opened_at"], name="issue_of_client"),
                            models.Index(
                                condition=models.Q(("status__in", ["open", "waiting"])),
                                fields=["client", "-severity"],
                                name="issue_open_of_client",
                            ),
                            models.Index(
                                condition=models.Q(("status", "open")),
                                fields=["resolution_due_at"],
                                name="issue_due",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("resolved_at__isnull", False), ("status", "resolved")),
                                    models.Q(
                                        models.Q(("status", "resolved"), _negated=True),
                                        ("resolved_at__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="issue_resolved_has_a_time",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("satisfaction__isnull", True),
                                    ("satisfaction__range", (1, 5)),
                                    _connector="OR",
                                ),
                                name="issue_satisfaction_1_to_5",
                            ),
                            models.UniqueConstraint(
                                models.F("source"),
                                models.F("source_ref"),
                                condition=models.Q(("source_ref", ""), _negated=True),
                                name="issue_once_per_source",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InternalRequest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("what", models.CharField(max_length=200, verbose_name="what is needed")),
                        ("details", models.TextField(blank=True, max_length=4000, verbose_name="details")),
                        ("due_on", models.DateField(verbose_name="needed by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("taken", "In work"),
                                    ("done", "Done"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                        ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="requests",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="clients.deal",
                                verbose_name="deal",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="requests",
                                to="accounts.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "taken_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "issue",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="requests",
                                to="clients.issue",
                                verbose_name="issue",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "internal request",
                        "verbose_name_plural": "internal requests",
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(fields=["client", "state"], name="request_of_client"),
                            models.Index(
                                fields=["department", "state", "due_on"], name="request_of_department"
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("state__in", ["open", "taken"])),
                                    models.Q(
                                        models.Q(("state__in", ["open", "taken"]), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="request_closed_has_a_time",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InternalRequestEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("what", models.CharField(max_length=200, verbose_name="what is needed")),
                        ("details", models.TextField(blank=True, max_length=4000, verbose_name="details")),
                        ("due_on", models.DateField(verbose_name="needed by")),
                        (
                            "state",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("taken", "In work"),
                                    ("done", "Done"),
                                    ("declined", "Declined"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="asked")),
                        ("closed_at", models.DateTimeField(editable=False, null=True, verbose_name="closed")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "asked_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "deal",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.deal",
                                verbose_name="deal",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.internalrequest",
                            ),
                        ),
                        (
                            "taken_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "issue",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.issue",
                                verbose_name="issue",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="IssueClock",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("started_at", models.DateTimeField()),
                        ("stopped_at", models.DateTimeField(null=True)),
                        (
                            "stopped_for",
                            models.CharField(
                                blank=True,
                                choices=[("waiting", "Waiting for the client"), ("resolved", "Resolved")],
                                max_length=10,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "issue",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="clock_runs",
                                to="clients.issue",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["started_at", "id"],
                        "indexes": [models.Index(fields=["client", "stopped_for"], name="clock_of_client")],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("issue"),
                                condition=models.Q(("stopped_at__isnull", True)),
                                name="clock_runs_once",
                            ),
                            models.UniqueConstraint(
                                models.F("issue"), models.F("started_at"), name="clock_starts_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("stopped_at__isnull", True), ("stopped_for", "")),
                                    models.Q(
                                        ("stopped_at__gte", models.F("started_at")),
                                        models.Q(("stopped_for", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="clock_stops_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="IssueEntry",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("opened", "Opened"),
                                    ("responded", "First response"),
                                    ("waiting", "Waiting for the client"),
                                    ("resumed", "In work again"),
                                    ("resolved", "Resolved"),
                                    ("reopened", "Reopened"),
                                    ("rated", "Rated by the client"),
                                    ("note", "Note"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("at", models.DateTimeField()),
                        ("text", models.TextField(blank=True, max_length=2000)),
                        (
                            "by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "issue",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="entries",
                                to="clients.issue",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="IssueEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("title", models.CharField(max_length=200, verbose_name="what is wrong")),
                        (
                            "description",
                            models.TextField(
                                blank=True, max_length=4000, verbose_name="internal description"
                            ),
                        ),
                        (
                            "category",
                            models.CharField(
                                choices=[
                                    ("complaint", "Complaint"),
                                    ("technical", "Technical problem"),
                                    ("conflict", "Conflict"),
                                    ("billing", "Billing"),
                                    ("delivery", "Delivery"),
                                ],
                                default="complaint",
                                max_length=12,
                                verbose_name="category",
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (3, "Medium"), (5, "High"), (10, "Critical")],
                                default=3,
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "In work"),
                                    ("waiting", "Waiting for the client"),
                                    ("resolved", "Resolved"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("opened_at", models.DateTimeField(verbose_name="opened")),
                        ("opened_on", models.DateField(editable=False)),
                        (
                            "response_hours",
                            models.DecimalField(decimal_places=2, editable=False, max_digits=6),
                        ),
                        (
                            "resolution_hours",
                            models.DecimalField(decimal_places=2, editable=False, max_digits=6),
                        ),
                        (
                            "response_due_at",
                            models.DateTimeField(editable=False, verbose_name="first response due"),
                        ),
                        (
                            "resolution_due_at",
                            models.DateTimeField(editable=False, null=True, verbose_name="resolution due"),
                        ),
                        (
                            "first_responded_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="first response"),
                        ),
                        ("resolved_at", models.DateTimeField(blank=True, null=True, verbose_name="resolved")),
                        (
                            "resolution",
                            models.TextField(blank=True, max_length=2000, verbose_name="resolution"),
                        ),
                        (
                            "satisfaction",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(1),
                                    django.core.validators.MaxValueValidator(5),
                                ],
                                verbose_name="satisfaction, 1 to 5",
                            ),
                        ),
                        (
                            "reopened",
                            models.PositiveSmallIntegerField(
                                default=0, editable=False, verbose_name="times reopened"
                            ),
                        ),
                        (
                            "breached_at",
                            models.DateTimeField(
                                editable=False, null=True, verbose_name="service level missed"
                            ),
                        ),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contact",
                                verbose_name="raised by",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.department",
                                verbose_name="department asked",
                            ),
                        ),
                        (
                            "opened_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.issue",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Milestone",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("title", models.CharField(max_length=200, verbose_name="what")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                        ("accepted_on", models.DateField(blank=True, null=True, verbose_name="accepted on")),
                        (
                            "acceptance_note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="note on the acceptance"
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="invoice due days after acceptance",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="accepted by",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="milestones",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="milestones",
                                to="clients.contract",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="accounts.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by whom",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "milestone",
                        "verbose_name_plural": "milestones",
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(fields=["client", "due_on"], name="milestone_of_client"),
                            models.Index(
                                condition=models.Q(("accepted_on__isnull", True)),
                                fields=["due_on"],
                                name="milestone_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("accepted_on__isnull", True),
                                    ("done_on__lte", models.F("accepted_on")),
                                    _connector="OR",
                                ),
                                name="milestone_accepted_after_done",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Attachment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=200, verbose_name="name")),
                        ("content_type", models.CharField(max_length=100)),
                        ("size", models.PositiveIntegerField()),
                        ("sha256", models.CharField(max_length=64)),
                        ("file", models.FileField(upload_to=clients.models.attachment.stored_name)),
                        ("uploaded_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="clients.client",
                            ),
                        ),
                        (
                            "uploaded_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="clients.contract",
                            ),
                        ),
                        (
                            "issue",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="clients.issue",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="attachments",
                                to="clients.milestone",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "document",
                        "verbose_name_plural": "documents",
                        "ordering": ["-uploaded_at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="Invoice",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "kind",
                            models.CharField(
                                choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                                default="invoice",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("issued", "Issued"), ("cancelled", "Cancelled")],
                                default="issued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="number")),
                        ("issued_on", models.DateField(verbose_name="issued on")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=18, verbose_name="amount with tax"
                            ),
                        ),
                        (
                            "tax",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=18, verbose_name="of it tax"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("payments_known", models.BooleanField(default=True, editable=False)),
                        (
                            "paid",
                            models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=18),
                        ),
                        (
                            "credited",
                            models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=18),
                        ),
                        (
                            "outstanding",
                            models.GeneratedField(
                                db_persist=True,
                                expression=models.Case(
                                    models.When(
                                        models.Q(
                                            ("kind", "invoice"), ("payments_known", True), ("state", "issued")
                                        ),
                                        then=django.db.models.expressions.CombinedExpression(
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("amount"), "-", models.F("paid")
                                            ),
                                            "-",
                                            models.F("credited"),
                                        ),
                                    ),
                                    default=models.Value(0),
                                    output_field=models.DecimalField(decimal_places=2, max_digits=18),
                                ),
                                output_field=models.DecimalField(decimal_places=2, max_digits=18),
                            ),
                        ),
                        ("disputed_on", models.DateField(blank=True, null=True, verbose_name="disputed on")),
                        (
                            "dispute_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason of the dispute"
                            ),
                        ),
                        (
                            "dispute_settled_on",
                            models.DateField(blank=True, null=True, verbose_name="dispute settled on"),
                        ),
                        (
                            "cancelled_on",
                            models.DateField(blank=True, null=True, verbose_name="cancelled on"),
                        ),
                        (
                            "cancel_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for cancelling"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="invoices",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="invoices",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "credits",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="credit_notes",
                                to="clients.invoice",
                                verbose_name="credit for",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="invoices",
                                to="clients.milestone",
                                verbose_name="falls due after the acceptance of",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "invoice",
                        "verbose_name_plural": "invoices",
                        "ordering": ["-issued_on", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "-issued_on"], name="invoice_of_client"),
                            models.Index(
                                condition=models.Q(("outstanding__gt", 0)),
                                fields=["client", "due_on"],
                                include=("outstanding", "currency", "disputed_on", "dispute_settled_on"),
                                name="invoice_open",
                            ),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("number"),
                                models.F("source"),
                                name="invoice_number_once_a_source",
                            ),
                            models.UniqueConstraint(
                                models.F("source"),
                                models.F("source_ref"),
                                condition=models.Q(("source_ref", ""), _negated=True),
                                name="invoice_once_per_source",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(
                                        ("amount__gte", 0), ("credits__isnull", True), ("kind", "invoice")
                                    ),
                                    models.Q(("amount__lte", 0), ("kind", "credit_note")),
                                    _connector="OR",
                                ),
                                name="invoice_amount_has_its_sign",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("credited__gte", 0),
                                    ("paid__gte", 0),
                                    models.Q(
                                        ("kind", "credit_note"),
                                        (
                                            "amount__gte",
                                            django.db.models.expressions.CombinedExpression(
                                                models.F("paid"), "+", models.F("credited")
                                            ),
                                        ),
                                        _connector="OR",
                                    ),
                                ),
                                name="invoice_not_overpaid",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("due_on__isnull", True),
                                    ("due_on__gte", models.F("issued_on")),
                                    _connector="OR",
                                ),
                                name="invoice_due_after_it_is_issued",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("disputed_on__isnull", True),
                                    models.Q(("dispute_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="invoice_dispute_has_a_reason",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("state", "issued"),
                                    models.Q(
                                        ("cancelled_on__isnull", False),
                                        models.Q(("cancel_reason", ""), _negated=True),
                                    ),
                                    _connector="OR",
                                ),
                                name="invoice_cancelled_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InvoiceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[("invoice", "Invoice"), ("credit_note", "Credit note")],
                                default="invoice",
                                max_length=12,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "state",
                            models.CharField(
                                choices=[("issued", "Issued"), ("cancelled", "Cancelled")],
                                default="issued",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("number", models.CharField(max_length=60, verbose_name="number")),
                        ("issued_on", models.DateField(verbose_name="issued on")),
                        ("due_on", models.DateField(blank=True, null=True, verbose_name="due")),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2, max_digits=18, verbose_name="amount with tax"
                            ),
                        ),
                        (
                            "tax",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=18, verbose_name="of it tax"
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("payments_known", models.BooleanField(default=True, editable=False)),
                        (
                            "paid",
                            models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=18),
                        ),
                        (
                            "credited",
                            models.DecimalField(decimal_places=2, default=0, editable=False, max_digits=18),
                        ),
                        ("disputed_on", models.DateField(blank=True, null=True, verbose_name="disputed on")),
                        (
                            "dispute_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason of the dispute"
                            ),
                        ),
                        (
                            "dispute_settled_on",
                            models.DateField(blank=True, null=True, verbose_name="dispute settled on"),
                        ),
                        (
                            "cancelled_on",
                            models.DateField(blank=True, null=True, verbose_name="cancelled on"),
                        ),
                        (
                            "cancel_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for cancelling"
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("source", models.CharField(blank=True, editable=False, max_length=20)),
                        ("source_ref", models.CharField(blank=True, editable=False, max_length=200)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("updated_at", models.DateTimeField(auto_now=True, verbose_name="updated")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                                verbose_name="contract",
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "credits",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.invoice",
                                verbose_name="credit for",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.invoice",
                            ),
                        ),
                        (
                            "milestone",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.milestone",
                                verbose_name="falls due after the acceptance of",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="MilestoneEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("title", models.CharField(max_length=200, verbose_name="what")),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("done_on", models.DateField(blank=True, null=True, verbose_name="done on")),
                        ("accepted_on", models.DateField(blank=True, null=True, verbose_name="accepted on")),
                        (
                            "acceptance_note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="note on the acceptance"
                            ),
                        ),
                        (
                            "payment_days",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(365)],
                                verbose_name="invoice due days after acceptance",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "accepted_by",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contact",
                                verbose_name="accepted by",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contract",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contract",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.department",
                                verbose_name="department",
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="by whom",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.milestone",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Payment",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("received_on", models.DateField(verbose_name="received on")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("transfer", "Bank transfer"),
                                    ("cash", "Cash"),
                                    ("card", "Card"),
                                    ("other", "Other"),
                                ],
                                default="transfer",
                                max_length=10,
                                verbose_name="how",
                            ),
                        ),
                        ("reference", models.CharField(blank=True, max_length=120, verbose_name="reference")),
                        ("reversed_on", models.DateField(blank=True, null=True, verbose_name="reversed on")),
                        (
                            "reverse_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for the reversal"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payments",
                                to="clients.client",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payments",
                                to="clients.invoice",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "payment",
                        "verbose_name_plural": "payments",
                        "ordering": ["-received_on", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "-received_on"], name="payment_of_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="payment_above_zero"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("reversed_on__isnull", True),
                                    models.Q(("reverse_reason", ""), _negated=True),
                                    _connector="OR",
                                ),
                                name="payment_reversal_has_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("received_on", models.DateField(verbose_name="received on")),
                        (
                            "amount",
                            models.DecimalField(decimal_places=2, max_digits=18, verbose_name="amount"),
                        ),
                        (
                            "method",
                            models.CharField(
                                choices=[
                                    ("transfer", "Bank transfer"),
                                    ("cash", "Cash"),
                                    ("card", "Card"),
                                    ("other", "Other"),
                                ],
                                default="transfer",
                                max_length=10,
                                verbose_name="how",
                            ),
                        ),
                        ("reference", models.CharField(blank=True, max_length=120, verbose_name="reference")),
                        ("reversed_on", models.DateField(blank=True, null=True, verbose_name="reversed on")),
                        (
                            "reverse_reason",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="reason for the reversal"
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="recorded")),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.invoice",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.payment",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="PaymentPromise",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=18,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="amount",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("promised_on", models.DateField(verbose_name="promised on")),
                        ("promised_for", models.DateField(verbose_name="to be paid by")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("kept", "Kept"),
                                    ("broken", "Broken"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("broken_on", models.DateField(editable=False, null=True)),
                        ("settled_on", models.DateField(editable=False, null=True)),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="payment_promises",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="clients.contact",
                                verbose_name="by whom",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="promises",
                                to="clients.invoice",
                                verbose_name="invoice",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "promise to pay",
                        "verbose_name_plural": "promises to pay",
                        "ordering": ["-promised_for", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "status"], name="promise_of_client"),
                            models.Index(
                                condition=models.Q(("status", "open")),
                                fields=["promised_for"],
                                name="promise_open",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("amount__gt", 0)), name="promise_above_zero"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("promised_for__gte", models.F("promised_on"))),
                                name="promise_for_a_later_day",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PaymentPromiseEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "amount",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=18,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="amount",
                            ),
                        ),
                        (
                            "currency",
                            models.CharField(
                                default="VND",
                                max_length=3,
                                validators=[
                                    django.core.validators.RegexValidator(
                                        "^[A-Z]{3}\\Z", "A currency is three capital letters, such as VND."
                                    )
                                ],
                                verbose_name="currency",
                            ),
                        ),
                        ("promised_on", models.DateField(verbose_name="promised on")),
                        ("promised_for", models.DateField(verbose_name="to be paid by")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("kept", "Kept"),
                                    ("broken", "Broken"),
                                    ("withdrawn", "Withdrawn"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("broken_on", models.DateField(editable=False, null=True)),
                        ("settled_on", models.DateField(editable=False, null=True)),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="note")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(), editable=False
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.contact",
                                verbose_name="by whom",
                            ),
                        ),
                        (
                            "invoice",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="clients.invoice",
                                verbose_name="invoice",
                            ),
                        ),
                        (
                            "pgh_context",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                to="pghistory.context",
                            ),
                        ),
                        (
                            "pgh_obj",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="events",
                                to="clients.paymentpromise",
                            ),
                        ),
                        (
                            "recorded_by",
                            models.ForeignKey(
                                db_constraint=False,
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="RequestAnswer",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=4000, verbose_name="answer")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(
                                db_default=django.contrib.postgres.functions.RandomUUID(),
                                editable=False,
                                unique=True,
                            ),
                        ),
                        (
                            "author",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "request",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="answers",
                                to="clients.internalrequest",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "answer",
                        "verbose_name_plural": "answers",
                        "ordering": ["created_at", "id"],
                    },
                ),
                migrations.CreateModel(
                    name="SlaPolicy",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "severity",
                            models.PositiveSmallIntegerField(
                                choices=[(1, "Low"), (3, "Medium"), (5, "High"), (10, "Critical")],
                                verbose_name="severity",
                            ),
                        ),
                        (
                            "segment",
                            models.CharField(
                                choices=[("standard", "Standard"), ("major", "Major"), ("key", "Key")],
                                max_length=10,
                                verbose_name="segment",
                            ),
                        ),
                        (
                            "response_hours",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=6,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="first response, working hours",
                            ),
                        ),
                        (
                            "resolution_hours",
                            models.DecimalField(
                                decimal_places=2,
                                max_digits=6,
                                validators=[django.core.validators.MinValueValidator(0)],
                                verbose_name="resolution, working hours",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "service level",
                        "verbose_name_plural": "service levels",
                        "ordering": ["-severity", "segment"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("severity"), models.F("segment"), name="sla_once"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("resolution_hours__gte", models.F("response_hours")),
                                    ("response_hours__gt", 0),
                                ),
                                name="sla_responds_before_it_resolves",
                            ),
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="assignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_assignmentevent" ("assigned_by_id", "client_id", "ended_at", "id", "override_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_until", "reason", "role", "started_at", "user_id") VALUES (NEW."assigned_by_id", NEW."client_id", NEW."ended_at", NEW."id", NEW."override_reason", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."read_until", NEW."reason", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;',
                            hash="e38d1a1ea5fd2da69e135fff8984c02b5fbb3444",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_9c124",
                            table="clients_assignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="assignment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_assignmentevent" ("assigned_by_id", "client_id", "ended_at", "id", "override_reason", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "read_until", "reason", "role", "started_at", "user_id") VALUES (NEW."assigned_by_id", NEW."client_id", NEW."ended_at", NEW."id", NEW."override_reason", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."read_until", NEW."reason", NEW."role", NEW."started_at", NEW."user_id"); RETURN NULL;',
                            hash="0e789151ec95b01a22dbce7ed4ad174b141b3315",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8a359",
                            table="clients_assignment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="client",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_clientevent" ("city", "country", "created_at", "currency", "demanding", "employees", "id", "industry", "lost_on", "lost_reason", "name", "note", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "prestige", "segment", "source", "source_ref", "status", "tax_code", "version", "website") VALUES (NEW."city", NEW."country", NEW."created_at", NEW."currency", NEW."demanding", NEW."employees", NEW."id", NEW."industry", NEW."lost_on", NEW."lost_reason", NEW."name", NEW."note", NEW."parent_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."prestige", NEW."segment", NEW."source", NEW."source_ref", NEW."status", NEW."tax_code", NEW."version", NEW."website"); RETURN NULL;',
                            hash="91a27adb2c59b6b63d14863fcf3527bcb00f567b",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a5391",
                            table="clients_client",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="client",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."city" IS DISTINCT FROM (NEW."city") OR OLD."country" IS DISTINCT FROM (NEW."country") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."demanding" IS DISTINCT FROM (NEW."demanding") OR OLD."employees" IS DISTINCT FROM (NEW."employees") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."industry" IS DISTINCT FROM (NEW."industry") OR OLD."lost_on" IS DISTINCT FROM (NEW."lost_on") OR OLD."lost_reason" IS DISTINCT FROM (NEW."lost_reason") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."parent_id" IS DISTINCT FROM (NEW."parent_id") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."prestige" IS DISTINCT FROM (NEW."prestige") OR OLD."segment" IS DISTINCT FROM (NEW."segment") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_ref" IS DISTINCT FROM (NEW."source_ref") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."tax_code" IS DISTINCT FROM (NEW."tax_code") OR OLD."version" IS DISTINCT FROM (NEW."version") OR OLD."website" IS DISTINCT FROM (NEW."website"))',
                            func='INSERT INTO "clients_clientevent" ("city", "country", "created_at", "currency", "demanding", "employees", "id", "industry", "lost_on", "lost_reason", "name", "note", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "prestige", "segment", "source", "source_ref", "status", "tax_code", "version", "website") VALUES (NEW."city", NEW."country", NEW."created_at", NEW."currency", NEW."demanding", NEW."employees", NEW."id", NEW."industry", NEW."lost_on", NEW."lost_reason", NEW."name", NEW."note", NEW."parent_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."prestige", NEW."segment", NEW."source", NEW."source_ref", NEW."status", NEW."tax_code", NEW."version", NEW."website"); RETURN NULL;',
                            hash="722350b5beabeacda7f21d86991c5a7ea50952ef",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_757e7",
                            table="clients_client",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="client",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_clientevent" ("city", "country", "created_at", "currency", "demanding", "employees", "id", "industry", "lost_on", "lost_reason", "name", "note", "parent_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "prestige", "segment", "source", "source_ref", "status", "tax_code", "version", "website") VALUES (OLD."city", OLD."country", OLD."created_at", OLD."currency", OLD."demanding", OLD."employees", OLD."id", OLD."industry", OLD."lost_on", OLD."lost_reason", OLD."name", OLD."note", OLD."parent_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."phone", OLD."prestige", OLD."segment", OLD."source", OLD."source_ref", OLD."status", OLD."tax_code", OLD."version", OLD."website"); RETURN NULL;',
                            hash="5b85f3be412d0b367a4ff92ef5b7b5464b3327d0",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_f8895",
                            table="clients_client",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_contactevent" ("birthday", "client_id", "created_at", "email", "given_name", "id", "influence", "left_on", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "reports_to_id", "role", "title", "version") VALUES (NEW."birthday", NEW."client_id", NEW."created_at", NEW."email", NEW."given_name", NEW."id", NEW."influence", NEW."left_on", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."phone", NEW."reports_to_id", NEW."role", NEW."title", NEW."version"); RETURN NULL;',
                            hash="8276d26d75ba0527296c7b7cc621357e4c719384",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_4640e",
                            table="clients_contact",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contact",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."birthday" IS DISTINCT FROM (NEW."birthday") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."given_name" IS DISTINCT FROM (NEW."given_name") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."influence" IS DISTINCT FROM (NEW."influence") OR OLD."left_on" IS DISTINCT FROM (NEW."left_on") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."phone" IS DISTINCT FROM (NEW."phone") OR OLD."reports_to_id" IS DISTINCT FROM (NEW."reports_to_id") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                            func='INSERT INTO "clients_contactevent" ("birthday", "client_id", "created_at", "email", "given_name", "id", "influence", "left_on", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "phone", "reports_to_id", "role", "title", "version") VALUES (NEW."birthday", NEW."client_id", NEW."created_at", NEW."email", NEW."given_name", NEW."id", NEW."influence", NEW."left_on", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."phone", NEW."reports_to_id", NEW."role", NEW."title", NEW."version"); RETURN NULL;',
                            hash="28f256ea384345aef351685e81e973a5144cdbaf",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9f71b",
                            table="clients_contact",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_dealevent" ("advice_id", "amount", "client_id", "closed_on", "currency", "discount_percent", "expected_on", "id", "kind", "lost_reason", "next_step", "opened_on", "owner_id", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "probability", "product_id", "source", "source_ref", "stage", "title", "version") VALUES (NEW."advice_id", NEW."amount", NEW."client_id", NEW."closed_on", NEW."currency", NEW."discount_percent", NEW."expected_on", NEW."id", NEW."kind", NEW."lost_reason", NEW."next_step", NEW."opened_on", NEW."owner_id", NEW."payment_days", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."probability", NEW."product_id", NEW."source", NEW."source_ref", NEW."stage", NEW."title", NEW."version"); RETURN NULL;',
                            hash="dab18704fcafe572290b0795448e5b4f1f9e5b4e",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a590c",
                            table="clients_deal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="deal",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."advice_id" IS DISTINCT FROM (NEW."advice_id") OR OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."closed_on" IS DISTINCT FROM (NEW."closed_on") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."discount_percent" IS DISTINCT FROM (NEW."discount_percent") OR OLD."expected_on" IS DISTINCT FROM (NEW."expected_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."lost_reason" IS DISTINCT FROM (NEW."lost_reason") OR OLD."next_step" IS DISTINCT FROM (NEW."next_step") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."owner_id" IS DISTINCT FROM (NEW."owner_id") OR OLD."payment_days" IS DISTINCT FROM (NEW."payment_days") OR OLD."probability" IS DISTINCT FROM (NEW."probability") OR OLD."product_id" IS DISTINCT FROM (NEW."product_id") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_ref" IS DISTINCT FROM (NEW."source_ref") OR OLD."stage" IS DISTINCT FROM (NEW."stage") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                            func='INSERT INTO "clients_dealevent" ("advice_id", "amount", "client_id", "closed_on", "currency", "discount_percent", "expected_on", "id", "kind", "lost_reason", "next_step", "opened_on", "owner_id", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "probability", "product_id", "source", "source_ref", "stage", "title", "version") VALUES (NEW."advice_id", NEW."amount", NEW."client_id", NEW."closed_on", NEW."currency", NEW."discount_percent", NEW."expected_on", NEW."id", NEW."kind", NEW."lost_reason", NEW."next_step", NEW."opened_on", NEW."owner_id", NEW."payment_days", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."probability", NEW."product_id", NEW."source", NEW."source_ref", NEW."stage", NEW."title", NEW."version"); RETURN NULL;',
                            hash="9adcc7aae4ad8f6bea8f6e8af876299e6e162d5d",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e78db",
                            table="clients_deal",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="keystatus",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_keystatusevent" ("approved_by_id", "client_id", "end_reason", "ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "started_at") VALUES (NEW."approved_by_id", NEW."client_id", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."reason", NEW."started_at"); RETURN NULL;',
                            hash="55864cb236ce4fd53bd4c234f7ab18ea4ea8ee52",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_a60a8",
                            table="clients_keystatus",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="keystatus",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_keystatusevent" ("approved_by_id", "client_id", "end_reason", "ended_at", "ended_by_id", "id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "started_at") VALUES (NEW."approved_by_id", NEW."client_id", NEW."end_reason", NEW."ended_at", NEW."ended_by_id", NEW."id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."reason", NEW."started_at"); RETURN NULL;',
                            hash="299ea9ac22a0a24a91ec8fcd3895675810a72fcc",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_d8985",
                            table="clients_keystatus",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="advice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_adviceevent" ("advised_against", "answer", "answer_note", "answered_on", "author_id", "client_id", "contact_id", "created_at", "given_on", "id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "reason", "recommendation") VALUES (OLD."advised_against", OLD."answer", OLD."answer_note", OLD."answered_on", OLD."author_id", OLD."client_id", OLD."contact_id", OLD."created_at", OLD."given_on", OLD."id", OLD."idempotency_key", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."product_id", OLD."reason", OLD."recommendation"); RETURN NULL;',
                            hash="57f1c25ebd34bc2552ac8f715624cc2663b470d5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3d57c",
                            table="clients_advice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="advice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_adviceevent" ("advised_against", "answer", "answer_note", "answered_on", "author_id", "client_id", "contact_id", "created_at", "given_on", "id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "product_id", "reason", "recommendation") VALUES (OLD."advised_against", OLD."answer", OLD."answer_note", OLD."answered_on", OLD."author_id", OLD."client_id", OLD."contact_id", OLD."created_at", OLD."given_on", OLD."id", OLD."idempotency_key", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."product_id", OLD."reason", OLD."recommendation"); RETURN NULL;',
                            hash="e198d7cd61ed56aafa9a1621e3a808426cb43a47",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_84c7f",
                            table="clients_advice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_contractevent" ("auto_renews", "client_id", "created_at", "created_by_id", "currency", "deal_id", "discount_percent", "end_reason", "ended_on", "ends_on", "id", "idempotency_key", "lost_note", "lost_on", "lost_reason", "note", "notice_days", "notice_given_on", "number", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renews_id", "signed_on", "source", "source_ref", "starts_on", "state", "title", "updated_at", "value", "version") VALUES (OLD."auto_renews", OLD."client_id", OLD."created_at", OLD."created_by_id", OLD."currency", OLD."deal_id", OLD."discount_percent", OLD."end_reason", OLD."ended_on", OLD."ends_on", OLD."id", OLD."idempotency_key", OLD."lost_note", OLD."lost_on", OLD."lost_reason", OLD."note", OLD."notice_days", OLD."notice_given_on", OLD."number", OLD."payment_days", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."renews_id", OLD."signed_on", OLD."source", OLD."source_ref", OLD."starts_on", OLD."state", OLD."title", OLD."updated_at", OLD."value", OLD."version"); RETURN NULL;',
                            hash="f19540714bc2891dc4d97a95451bf627ba14053e",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_439f8",
                            table="clients_contract",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="contract",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_contractevent" ("auto_renews", "client_id", "created_at", "created_by_id", "currency", "deal_id", "discount_percent", "end_reason", "ended_on", "ends_on", "id", "idempotency_key", "lost_note", "lost_on", "lost_reason", "note", "notice_days", "notice_given_on", "number", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "renews_id", "signed_on", "source", "source_ref", "starts_on", "state", "title", "updated_at", "value", "version") VALUES (OLD."auto_renews", OLD."client_id", OLD."created_at", OLD."created_by_id", OLD."currency", OLD."deal_id", OLD."discount_percent", OLD."end_reason", OLD."ended_on", OLD."ends_on", OLD."id", OLD."idempotency_key", OLD."lost_note", OLD."lost_on", OLD."lost_reason", OLD."note", OLD."notice_days", OLD."notice_given_on", OLD."number", OLD."payment_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."renews_id", OLD."signed_on", OLD."source", OLD."source_ref", OLD."starts_on", OLD."state", OLD."title", OLD."updated_at", OLD."value", OLD."version"); RETURN NULL;',
                            hash="11e389e871a7849aa7faaa35b18da10ef52b84ab",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_7d221",
                            table="clients_contract",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_approvalevent" ("answer", "asked_at", "asked_by_id", "client_id", "contract_id", "deal_id", "decided_at", "decided_by_id", "discount_percent", "id", "idempotency_key", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "status") VALUES (OLD."answer", OLD."asked_at", OLD."asked_by_id", OLD."client_id", OLD."contract_id", OLD."deal_id", OLD."decided_at", OLD."decided_by_id", OLD."discount_percent", OLD."id", OLD."idempotency_key", OLD."payment_days", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."status"); RETURN NULL;',
                            hash="7ebbacbae4d981b52b726119981624244d716e0a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_9fa53",
                            table="clients_approval",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="approval",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_approvalevent" ("answer", "asked_at", "asked_by_id", "client_id", "contract_id", "deal_id", "decided_at", "decided_by_id", "discount_percent", "id", "idempotency_key", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "status") VALUES (OLD."answer", OLD."asked_at", OLD."asked_by_id", OLD."client_id", OLD."contract_id", OLD."deal_id", OLD."decided_at", OLD."decided_by_id", OLD."discount_percent", OLD."id", OLD."idempotency_key", OLD."payment_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reason", OLD."status"); RETURN NULL;',
                            hash="8227725375c43c9da6aed5c2f9c675cbe71c2408",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_118f3",
                            table="clients_approval",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="intake",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_intakeevent" ("client_id", "contract_id", "created_at", "created_by_id", "first_steps", "handed_over_on", "id", "idempotency_key", "kick_off_by", "kicked_off_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sold_by", "updated_at", "version", "what_was_sold") VALUES (OLD."client_id", OLD."contract_id", OLD."created_at", OLD."created_by_id", OLD."first_steps", OLD."handed_over_on", OLD."id", OLD."idempotency_key", OLD."kick_off_by", OLD."kicked_off_on", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."sold_by", OLD."updated_at", OLD."version", OLD."what_was_sold"); RETURN NULL;',
                            hash="99e0238133194ae59dc149f412aa4556f02dfb9a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_87d1b",
                            table="clients_intake",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="intake",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_intakeevent" ("client_id", "contract_id", "created_at", "created_by_id", "first_steps", "handed_over_on", "id", "idempotency_key", "kick_off_by", "kicked_off_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "sold_by", "updated_at", "version", "what_was_sold") VALUES (OLD."client_id", OLD."contract_id", OLD."created_at", OLD."created_by_id", OLD."first_steps", OLD."handed_over_on", OLD."id", OLD."idempotency_key", OLD."kick_off_by", OLD."kicked_off_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."sold_by", OLD."updated_at", OLD."version", OLD."what_was_sold"); RETURN NULL;',
                            hash="4001e109d8967cab362fa41c08e81ac87e409e89",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_9a162",
                            table="clients_intake",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="commitment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_commitmentevent" ("client_id", "created_at", "created_by_id", "decided_by_id", "decided_on", "due_on", "id", "intake_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "text") VALUES (OLD."client_id", OLD."created_at", OLD."created_by_id", OLD."decided_by_id", OLD."decided_on", OLD."due_on", OLD."id", OLD."intake_id", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."status", OLD."text"); RETURN NULL;',
                            hash="63608b1055fd2779745f2bd2b47fbe6ce4c27f07",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_2de2f",
                            table="clients_commitment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="commitment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_commitmentevent" ("client_id", "created_at", "created_by_id", "decided_by_id", "decided_on", "due_on", "id", "intake_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "status", "text") VALUES (OLD."client_id", OLD."created_at", OLD."created_by_id", OLD."decided_by_id", OLD."decided_on", OLD."due_on", OLD."id", OLD."intake_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."status", OLD."text"); RETURN NULL;',
                            hash="c15ef46ef1ab1f55fa05f82b0aa4962e8e7b8a9d",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c5242",
                            table="clients_commitment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="issue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."breached_at" IS DISTINCT FROM (NEW."breached_at") OR OLD."category" IS DISTINCT FROM (NEW."category") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contact_id" IS DISTINCT FROM (NEW."contact_id") OR OLD."contract_id" IS DISTINCT FROM (NEW."contract_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."description" IS DISTINCT FROM (NEW."description") OR OLD."first_responded_at" IS DISTINCT FROM (NEW."first_responded_at") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."opened_at" IS DISTINCT FROM (NEW."opened_at") OR OLD."opened_by_id" IS DISTINCT FROM (NEW."opened_by_id") OR OLD."opened_on" IS DISTINCT FROM (NEW."opened_on") OR OLD."reopened" IS DISTINCT FROM (NEW."reopened") OR OLD."resolution" IS DISTINCT FROM (NEW."resolution") OR OLD."resolution_due_at" IS DISTINCT FROM (NEW."resolution_due_at") OR OLD."resolution_hours" IS DISTINCT FROM (NEW."resolution_hours") OR OLD."resolved_at" IS DISTINCT FROM (NEW."resolved_at") OR OLD."response_due_at" IS DISTINCT FROM (NEW."response_due_at") OR OLD."response_hours" IS DISTINCT FROM (NEW."response_hours") OR OLD."satisfaction" IS DISTINCT FROM (NEW."satisfaction") OR OLD."severity" IS DISTINCT FROM (NEW."severity") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_ref" IS DISTINCT FROM (NEW."source_ref") OR OLD."status" IS DISTINCT FROM (NEW."status") OR OLD."title" IS DISTINCT FROM (NEW."title") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                            func='INSERT INTO "clients_issueevent" ("breached_at", "category", "client_id", "contact_id", "contract_id", "created_at", "department_id", "description", "first_responded_at", "id", "idempotency_key", "opened_at", "opened_by_id", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopened", "resolution", "resolution_due_at", "resolution_hours", "resolved_at", "response_due_at", "response_hours", "satisfaction", "severity", "source", "source_ref", "status", "title", "updated_at", "version") VALUES (OLD."breached_at", OLD."category", OLD."client_id", OLD."contact_id", OLD."contract_id", OLD."created_at", OLD."department_id", OLD."description", OLD."first_responded_at", OLD."id", OLD."idempotency_key", OLD."opened_at", OLD."opened_by_id", OLD."opened_on", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reopened", OLD."resolution", OLD."resolution_due_at", OLD."resolution_hours", OLD."resolved_at", OLD."response_due_at", OLD."response_hours", OLD."satisfaction", OLD."severity", OLD."source", OLD."source_ref", OLD."status", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="e4aa16a3d273b1bed3252c41eb2e48c3dbdd0922",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_aaa64",
                            table="clients_issue",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="issue",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_issueevent" ("breached_at", "category", "client_id", "contact_id", "contract_id", "created_at", "department_id", "description", "first_responded_at", "id", "idempotency_key", "opened_at", "opened_by_id", "opened_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reopened", "resolution", "resolution_due_at", "resolution_hours", "resolved_at", "response_due_at", "response_hours", "satisfaction", "severity", "source", "source_ref", "status", "title", "updated_at", "version") VALUES (OLD."breached_at", OLD."category", OLD."client_id", OLD."contact_id", OLD."contract_id", OLD."created_at", OLD."department_id", OLD."description", OLD."first_responded_at", OLD."id", OLD."idempotency_key", OLD."opened_at", OLD."opened_by_id", OLD."opened_on", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reopened", OLD."resolution", OLD."resolution_due_at", OLD."resolution_hours", OLD."resolved_at", OLD."response_due_at", OLD."response_hours", OLD."satisfaction", OLD."severity", OLD."source", OLD."source_ref", OLD."status", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="a123e096fb32ffc869624a8286ed44cc3e87d939",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_643d3",
                            table="clients_issue",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="internalrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_internalrequestevent" ("asked_by_id", "client_id", "closed_at", "contract_id", "created_at", "deal_id", "department_id", "details", "due_on", "id", "idempotency_key", "issue_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "taken_by_id", "what") VALUES (OLD."asked_by_id", OLD."client_id", OLD."closed_at", OLD."contract_id", OLD."created_at", OLD."deal_id", OLD."department_id", OLD."details", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."issue_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."state", OLD."taken_by_id", OLD."what"); RETURN NULL;',
                            hash="1bc61556ede8df07026ce7c110e5686a78d3f63c",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_c3bba",
                            table="clients_internalrequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="internalrequest",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_internalrequestevent" ("asked_by_id", "client_id", "closed_at", "contract_id", "created_at", "deal_id", "department_id", "details", "due_on", "id", "idempotency_key", "issue_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "taken_by_id", "what") VALUES (OLD."asked_by_id", OLD."client_id", OLD."closed_at", OLD."contract_id", OLD."created_at", OLD."deal_id", OLD."department_id", OLD."details", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."issue_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."taken_by_id", OLD."what"); RETURN NULL;',
                            hash="38fbb3124ca36ee214cd8dbd89a8da80d1ea4c13",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_12d58",
                            table="clients_internalrequest",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_milestoneevent" ("acceptance_note", "accepted_by_id", "accepted_on", "client_id", "contract_id", "created_at", "department_id", "done_on", "due_on", "id", "idempotency_key", "owner_id", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "updated_at", "version") VALUES (OLD."acceptance_note", OLD."accepted_by_id", OLD."accepted_on", OLD."client_id", OLD."contract_id", OLD."created_at", OLD."department_id", OLD."done_on", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."owner_id", OLD."payment_days", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="b27b4fb8d51b07ae4d448c4d7e87078cda924c8a",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_7fdfd",
                            table="clients_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="milestone",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_milestoneevent" ("acceptance_note", "accepted_by_id", "accepted_on", "client_id", "contract_id", "created_at", "department_id", "done_on", "due_on", "id", "idempotency_key", "owner_id", "payment_days", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "title", "updated_at", "version") VALUES (OLD."acceptance_note", OLD."accepted_by_id", OLD."accepted_on", OLD."client_id", OLD."contract_id", OLD."created_at", OLD."department_id", OLD."done_on", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."owner_id", OLD."payment_days", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."title", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="872639df29e3f7fe509ac6bdda7c8f2834a36698",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_c9d54",
                            table="clients_milestone",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."amount" IS DISTINCT FROM (NEW."amount") OR OLD."cancel_reason" IS DISTINCT FROM (NEW."cancel_reason") OR OLD."cancelled_on" IS DISTINCT FROM (NEW."cancelled_on") OR OLD."client_id" IS DISTINCT FROM (NEW."client_id") OR OLD."contract_id" IS DISTINCT FROM (NEW."contract_id") OR OLD."created_at" IS DISTINCT FROM (NEW."created_at") OR OLD."created_by_id" IS DISTINCT FROM (NEW."created_by_id") OR OLD."credits_id" IS DISTINCT FROM (NEW."credits_id") OR OLD."currency" IS DISTINCT FROM (NEW."currency") OR OLD."dispute_reason" IS DISTINCT FROM (NEW."dispute_reason") OR OLD."dispute_settled_on" IS DISTINCT FROM (NEW."dispute_settled_on") OR OLD."disputed_on" IS DISTINCT FROM (NEW."disputed_on") OR OLD."due_on" IS DISTINCT FROM (NEW."due_on") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."idempotency_key" IS DISTINCT FROM (NEW."idempotency_key") OR OLD."issued_on" IS DISTINCT FROM (NEW."issued_on") OR OLD."kind" IS DISTINCT FROM (NEW."kind") OR OLD."milestone_id" IS DISTINCT FROM (NEW."milestone_id") OR OLD."note" IS DISTINCT FROM (NEW."note") OR OLD."number" IS DISTINCT FROM (NEW."number") OR OLD."payments_known" IS DISTINCT FROM (NEW."payments_known") OR OLD."source" IS DISTINCT FROM (NEW."source") OR OLD."source_ref" IS DISTINCT FROM (NEW."source_ref") OR OLD."state" IS DISTINCT FROM (NEW."state") OR OLD."tax" IS DISTINCT FROM (NEW."tax") OR OLD."version" IS DISTINCT FROM (NEW."version"))',
                            func='INSERT INTO "clients_invoiceevent" ("amount", "cancel_reason", "cancelled_on", "client_id", "contract_id", "created_at", "created_by_id", "credited", "credits_id", "currency", "dispute_reason", "dispute_settled_on", "disputed_on", "due_on", "id", "idempotency_key", "issued_on", "kind", "milestone_id", "note", "number", "paid", "payments_known", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "source_ref", "state", "tax", "updated_at", "version") VALUES (OLD."amount", OLD."cancel_reason", OLD."cancelled_on", OLD."client_id", OLD."contract_id", OLD."created_at", OLD."created_by_id", OLD."credited", OLD."credits_id", OLD."currency", OLD."dispute_reason", OLD."dispute_settled_on", OLD."disputed_on", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."issued_on", OLD."kind", OLD."milestone_id", OLD."note", OLD."number", OLD."paid", OLD."payments_known", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."source", OLD."source_ref", OLD."state", OLD."tax", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="9900b1091ca805e5a98c92d0cd3e7ba867c00940",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_4b5c3",
                            table="clients_invoice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="invoice",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_invoiceevent" ("amount", "cancel_reason", "cancelled_on", "client_id", "contract_id", "created_at", "created_by_id", "credited", "credits_id", "currency", "dispute_reason", "dispute_settled_on", "disputed_on", "due_on", "id", "idempotency_key", "issued_on", "kind", "milestone_id", "note", "number", "paid", "payments_known", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "source", "source_ref", "state", "tax", "updated_at", "version") VALUES (OLD."amount", OLD."cancel_reason", OLD."cancelled_on", OLD."client_id", OLD."contract_id", OLD."created_at", OLD."created_by_id", OLD."credited", OLD."credits_id", OLD."currency", OLD."dispute_reason", OLD."dispute_settled_on", OLD."disputed_on", OLD."due_on", OLD."id", OLD."idempotency_key", OLD."issued_on", OLD."kind", OLD."milestone_id", OLD."note", OLD."number", OLD."paid", OLD."payments_known", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."source", OLD."source_ref", OLD."state", OLD."tax", OLD."updated_at", OLD."version"); RETURN NULL;',
                            hash="ce22d7739d107443e4fa0a68937132f7e1cb0ebb",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_78daa",
                            table="clients_invoice",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_paymentevent" ("amount", "client_id", "created_at", "id", "idempotency_key", "invoice_id", "method", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_on", "recorded_by_id", "reference", "reverse_reason", "reversed_on") VALUES (OLD."amount", OLD."client_id", OLD."created_at", OLD."id", OLD."idempotency_key", OLD."invoice_id", OLD."method", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."received_on", OLD."recorded_by_id", OLD."reference", OLD."reverse_reason", OLD."reversed_on"); RETURN NULL;',
                            hash="9449cb0cd8aee66f51ab65f9a3d168ae3c33e242",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_919af",
                            table="clients_payment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="payment",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_paymentevent" ("amount", "client_id", "created_at", "id", "idempotency_key", "invoice_id", "method", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "received_on", "recorded_by_id", "reference", "reverse_reason", "reversed_on") VALUES (OLD."amount", OLD."client_id", OLD."created_at", OLD."id", OLD."idempotency_key", OLD."invoice_id", OLD."method", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."received_on", OLD."recorded_by_id", OLD."reference", OLD."reverse_reason", OLD."reversed_on"); RETURN NULL;',
                            hash="143b1585c1f0c410355ee657cf92924cabd641ea",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_3c932",
                            table="clients_payment",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentpromise",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "clients_paymentpromiseevent" ("amount", "broken_on", "client_id", "contact_id", "created_at", "currency", "id", "idempotency_key", "invoice_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_for", "promised_on", "recorded_by_id", "settled_on", "status") VALUES (OLD."amount", OLD."broken_on", OLD."client_id", OLD."contact_id", OLD."created_at", OLD."currency", OLD."id", OLD."idempotency_key", OLD."invoice_id", OLD."note", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."promised_for", OLD."promised_on", OLD."recorded_by_id", OLD."settled_on", OLD."status"); RETURN NULL;',
                            hash="123256de63c93f0eb84bae0460b35a363b9ec7ca",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_8aea1",
                            table="clients_paymentpromise",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="paymentpromise",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "clients_paymentpromiseevent" ("amount", "broken_on", "client_id", "contact_id", "created_at", "currency", "id", "idempotency_key", "invoice_id", "note", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "promised_for", "promised_on", "recorded_by_id", "settled_on", "status") VALUES (OLD."amount", OLD."broken_on", OLD."client_id", OLD."contact_id", OLD."created_at", OLD."currency", OLD."id", OLD."idempotency_key", OLD."invoice_id", OLD."note", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."promised_for", OLD."promised_on", OLD."recorded_by_id", OLD."settled_on", OLD."status"); RETURN NULL;',
                            hash="f09349f0ca0725cbd3a2b2ff53a62033d6125085",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_6af63",
                            table="clients_paymentpromise",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        migrations.RunPython(create_rules, migrations.RunPython.noop),
    ]
