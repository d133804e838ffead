"""Touchpoints, follow-ups, reminders and health. Health snapshots are partitioned by month.

It takes the place of the migrations up to 0011_timeline_with_its_day: a database that has them all counts as having this one.
"""

import uuid

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models
from django.utils import timezone

from accounts.schema import Together
from relationships.health.spec import FIRST_SPEC, SECOND_SPEC, THIRD_SPEC

# Django cannot create a partitioned table. Partitions of a month are made by health.refresh before it writes.
SNAPSHOTS = """
CREATE TABLE relationships_healthsnapshot (
    client_id bigint NOT NULL REFERENCES clients_client DEFERRABLE INITIALLY DEFERRED,
    taken_on date NOT NULL,
    segment varchar(10) NOT NULL,
    score double precision, raw double precision, coverage double precision NOT NULL,
    band varchar(10) NOT NULL, caps varchar(30)[] NOT NULL,
    rhythm double precision, sentiment double precision, issues double precision, payment double precision,
    contract double precision, breadth double precision, stakeholders double precision, revenue double precision,
    model_id bigint NOT NULL REFERENCES relationships_scoringmodel DEFERRABLE INITIALLY DEFERRED,
    computed_at timestamptz,
    shown_band varchar(10) NOT NULL,
    shown_score double precision,
    PRIMARY KEY (client_id, taken_on)
) PARTITION BY RANGE (taken_on)
"""

# A published version never changes or goes, so going back leaves them and coming again finds them.
SCORING_MODELS = [
    (1, FIRST_SPEC, "The first version: rhythm, sentiment, stakeholders and revenue."),
    (
        2,
        SECOND_SPEC,
        "Issues, payment, contract and breadth are switched on; the weights are those of version 1.",
    ),
    (
        3,
        THIRD_SPEC,
        "The account manager's own rating: red holds the score at 49. Weights are those of version 2.",
    ),
]

# Room in the pages that scoring rewrites each night. A new version of a row then stays in its page and no index is
# touched; otherwise every night would write each client's entry in nine indexes anew. The tables would grow to
# about this size anyway.
ROOM = ("clients_client", "relationships_healthscore")


def publish(apps, schema_editor):
    versions = apps.get_model("relationships", "ScoringModel").objects
    for version, spec, note in SCORING_MODELS:
        values = {"spec": spec, "note": note, "published_at": timezone.now()}
        versions.get_or_create(version=version, defaults=values)


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("pghistory", "0007_auto_20250421_0444"),
        ("accounts", "0001_squashed_0004_departments"),
        ("clients", "0001_squashed_0008_health_trend"),
    ]

    replaces = [
        ("relationships", "0001_initial"),
        ("relationships", "0002_handover_rule"),
        ("relationships", "0003_first_scoring_model"),
        ("relationships", "0004_room_for_scoring"),
        ("relationships", "0005_fewer_indexes"),
        ("relationships", "0006_care"),
        ("relationships", "0007_second_scoring_model"),
        ("relationships", "0008_explained_health"),
        ("relationships", "0009_third_scoring_model"),
        ("relationships", "0010_backtest_once"),
        ("relationships", "0011_timeline_with_its_day"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="FollowUp",
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
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Visit"),
                                    ("email", "E-mail"),
                                    ("message", "Message"),
                                    ("task", "Task"),
                                ],
                                default="call",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("manual", "Planned by hand"),
                                    ("next_step", "Next step"),
                                    ("cadence", "Time for contact"),
                                    ("handover", "New lead"),
                                    ("kick_off", "Kick-off"),
                                    ("commitment", "Promise to the client"),
                                    ("milestone", "Delivery"),
                                    ("renewal", "Renewal"),
                                    ("collection", "Collection"),
                                    ("promise", "Broken promise to pay"),
                                    ("issue", "Issue"),
                                    ("request", "Internal request"),
                                    ("approval", "Approval"),
                                    ("deal", "Deal"),
                                    ("advice", "Advice"),
                                ],
                                default="manual",
                                max_length=12,
                                verbose_name="source",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                        ("facts", models.JSONField(blank=True, default=dict)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("done", "Done"),
                                    ("closed", "Closed by itself"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                        (
                            "assignee",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="follow_ups",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="for whom",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="follow_ups",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "closed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "created_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "closed_by_interaction",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="closed_follow_ups",
                                to="relationships.interaction",
                            ),
                        ),
                        ("subject_id", models.BigIntegerField(default=0, editable=False)),
                    ],
                    options={
                        "verbose_name": "follow-up",
                        "verbose_name_plural": "follow-ups",
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "open")),
                                fields=["assignee", "due_on"],
                                name="follow_up_queue",
                            ),
                            models.Index(
                                condition=models.Q(("status", "open")),
                                fields=["due_on"],
                                name="follow_up_due",
                            ),
                            models.Index(fields=["client", "-closed_at"], name="follow_up_of_client"),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_at__isnull", True), ("status", "open")),
                                    models.Q(
                                        models.Q(("status", "open"), _negated=True),
                                        ("closed_at__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="follow_up_closed_has_a_time",
                            ),
                            models.UniqueConstraint(
                                models.F("client"),
                                models.F("rule"),
                                models.F("reason"),
                                models.F("subject_id"),
                                condition=models.Q(("status", "open")),
                                name="follow_up_open_once",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Interaction",
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
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Visit"),
                                    ("email", "E-mail"),
                                    ("message", "Message"),
                                    ("event", "Event"),
                                    ("gift", "Gift"),
                                    ("review", "Review"),
                                ],
                                default="call",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[("out", "From us"), ("in", "From the client")],
                                default="out",
                                max_length=3,
                                verbose_name="direction",
                            ),
                        ),
                        ("reached", models.BooleanField(default=True, verbose_name="reached the client")),
                        ("occurred_at", models.DateTimeField(verbose_name="when")),
                        ("occurred_on", models.DateField(editable=False, verbose_name="day")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(1440)],
                                verbose_name="duration, minutes",
                            ),
                        ),
                        (
                            "sentiment",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (-2, "Very bad"),
                                    (-1, "Bad"),
                                    (0, "Neutral"),
                                    (1, "Good"),
                                    (2, "Very good"),
                                ],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(-2),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="sentiment",
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(blank=True, max_length=4000, verbose_name="what was said"),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=500, verbose_name="outcome")),
                        ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                        (
                            "next_step_on",
                            models.DateField(blank=True, null=True, verbose_name="next step on"),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("web", "Typed"), ("import", "Imported"), ("demo", "Demo")],
                                default="web",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="logged at")),
                        (
                            "author",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="interactions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="logged by",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="interactions",
                                to="clients.client",
                                verbose_name="client",
                            ),
                        ),
                        (
                            "contacts",
                            models.ManyToManyField(
                                blank=True,
                                related_name="interactions",
                                through="relationships.InteractionContact",
                                to="clients.contact",
                                verbose_name="contacts met",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "interaction",
                        "verbose_name_plural": "interactions",
                        "ordering": ["-occurred_at", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["client", "occurred_on"],
                                include=("id", "reached", "sentiment"),
                                name="interaction_signals",
                            ),
                            models.Index(fields=["author", "-occurred_at"], name="interaction_of_author"),
                            models.Index(
                                fields=["client", "-occurred_at", "-id"],
                                include=("occurred_on",),
                                name="interaction_timeline",
                            ),
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("sentiment__isnull", True),
                                    ("sentiment__range", (-2, 2)),
                                    _connector="OR",
                                ),
                                name="interaction_sentiment_in_range",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="FollowUpEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Visit"),
                                    ("email", "E-mail"),
                                    ("message", "Message"),
                                    ("task", "Task"),
                                ],
                                default="call",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        (
                            "rule",
                            models.CharField(
                                choices=[
                                    ("manual", "Planned by hand"),
                                    ("next_step", "Next step"),
                                    ("cadence", "Time for contact"),
                                    ("handover", "New lead"),
                                    ("kick_off", "Kick-off"),
                                    ("commitment", "Promise to the client"),
                                    ("milestone", "Delivery"),
                                    ("renewal", "Renewal"),
                                    ("collection", "Collection"),
                                    ("promise", "Broken promise to pay"),
                                    ("issue", "Issue"),
                                    ("request", "Internal request"),
                                    ("approval", "Approval"),
                                    ("deal", "Deal"),
                                    ("advice", "Advice"),
                                ],
                                default="manual",
                                max_length=12,
                                verbose_name="source",
                            ),
                        ),
                        ("reason", models.CharField(blank=True, max_length=300, verbose_name="why")),
                        ("facts", models.JSONField(blank=True, default=dict)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("open", "Open"),
                                    ("done", "Done"),
                                    ("closed", "Closed by itself"),
                                    ("cancelled", "Cancelled"),
                                ],
                                default="open",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("closed_at", models.DateTimeField(blank=True, null=True, verbose_name="closed")),
                        (
                            "assignee",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="for whom",
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
                        (
                            "closed_by",
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
                            "created_by",
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
                                to="relationships.followup",
                            ),
                        ),
                        (
                            "closed_by_interaction",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="relationships.interaction",
                            ),
                        ),
                        ("subject_id", models.BigIntegerField(default=0, editable=False)),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="InteractionContact",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "contact",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="clients.contact"
                            ),
                        ),
                        (
                            "interaction",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE, to="relationships.interaction"
                            ),
                        ),
                    ],
                    options={
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("interaction"), models.F("contact"), name="interaction_contact_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="InteractionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        (
                            "kind",
                            models.CharField(
                                choices=[
                                    ("call", "Call"),
                                    ("meeting", "Meeting"),
                                    ("visit", "Visit"),
                                    ("email", "E-mail"),
                                    ("message", "Message"),
                                    ("event", "Event"),
                                    ("gift", "Gift"),
                                    ("review", "Review"),
                                ],
                                default="call",
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        (
                            "direction",
                            models.CharField(
                                choices=[("out", "From us"), ("in", "From the client")],
                                default="out",
                                max_length=3,
                                verbose_name="direction",
                            ),
                        ),
                        ("reached", models.BooleanField(default=True, verbose_name="reached the client")),
                        ("occurred_at", models.DateTimeField(verbose_name="when")),
                        ("occurred_on", models.DateField(editable=False, verbose_name="day")),
                        (
                            "duration_minutes",
                            models.PositiveSmallIntegerField(
                                blank=True,
                                null=True,
                                validators=[django.core.validators.MaxValueValidator(1440)],
                                verbose_name="duration, minutes",
                            ),
                        ),
                        (
                            "sentiment",
                            models.SmallIntegerField(
                                blank=True,
                                choices=[
                                    (-2, "Very bad"),
                                    (-1, "Bad"),
                                    (0, "Neutral"),
                                    (1, "Good"),
                                    (2, "Very good"),
                                ],
                                null=True,
                                validators=[
                                    django.core.validators.MinValueValidator(-2),
                                    django.core.validators.MaxValueValidator(2),
                                ],
                                verbose_name="sentiment",
                            ),
                        ),
                        (
                            "summary",
                            models.TextField(blank=True, max_length=4000, verbose_name="what was said"),
                        ),
                        ("outcome", models.CharField(blank=True, max_length=500, verbose_name="outcome")),
                        ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                        (
                            "next_step_on",
                            models.DateField(blank=True, null=True, verbose_name="next step on"),
                        ),
                        (
                            "source",
                            models.CharField(
                                choices=[("web", "Typed"), ("import", "Imported"), ("demo", "Demo")],
                                default="web",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        ("idempotency_key", models.UUIDField(default=uuid.uuid4, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="logged at")),
                        (
                            "author",
                            models.ForeignKey(
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="logged by",
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
                                to="relationships.interaction",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ScoringModel",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("version", models.PositiveIntegerField(unique=True, verbose_name="version")),
                        ("spec", models.JSONField()),
                        ("note", models.CharField(max_length=500, verbose_name="why")),
                        ("published_at", models.DateTimeField(verbose_name="published")),
                        (
                            "published_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "scoring model",
                        "verbose_name_plural": "scoring models",
                        "ordering": ["-version"],
                    },
                ),
                migrations.SeparateDatabaseAndState(
                    database_operations=[
                        migrations.RunSQL(
                            sql=SNAPSHOTS,
                            reverse_sql="DROP TABLE relationships_healthsnapshot",
                        ),
                    ],
                    state_operations=[
                        migrations.CreateModel(
                            name="HealthSnapshot",
                            fields=[
                                ("score", models.FloatField(null=True)),
                                ("raw", models.FloatField(null=True)),
                                ("coverage", models.FloatField(default=0)),
                                (
                                    "band",
                                    models.CharField(
                                        choices=[
                                            ("healthy", "Healthy"),
                                            ("watch", "Watch"),
                                            ("at_risk", "At risk"),
                                            ("unknown", "Unknown"),
                                        ],
                                        default="unknown",
                                        max_length=10,
                                    ),
                                ),
                                (
                                    "caps",
                                    django.contrib.postgres.fields.ArrayField(
                                        base_field=models.CharField(max_length=30), default=list, size=None
                                    ),
                                ),
                                ("rhythm", models.FloatField(null=True)),
                                ("sentiment", models.FloatField(null=True)),
                                ("issues", models.FloatField(null=True)),
                                ("payment", models.FloatField(null=True)),
                                ("contract", models.FloatField(null=True)),
                                ("breadth", models.FloatField(null=True)),
                                ("stakeholders", models.FloatField(null=True)),
                                ("revenue", models.FloatField(null=True)),
                                (
                                    "pk",
                                    models.CompositePrimaryKey(
                                        "client_id",
                                        "taken_on",
                                        blank=True,
                                        editable=False,
                                        primary_key=True,
                                        serialize=False,
                                    ),
                                ),
                                ("taken_on", models.DateField()),
                                ("segment", models.CharField(max_length=10)),
                                (
                                    "client",
                                    models.ForeignKey(
                                        db_index=False,
                                        on_delete=django.db.models.deletion.CASCADE,
                                        related_name="health_history",
                                        to="clients.client",
                                    ),
                                ),
                                (
                                    "model",
                                    models.ForeignKey(
                                        on_delete=django.db.models.deletion.PROTECT,
                                        related_name="+",
                                        to="relationships.scoringmodel",
                                    ),
                                ),
                                ("computed_at", models.DateTimeField(null=True)),
                                (
                                    "shown_band",
                                    models.CharField(
                                        choices=[
                                            ("healthy", "Healthy"),
                                            ("watch", "Watch"),
                                            ("at_risk", "At risk"),
                                            ("unknown", "Unknown"),
                                        ],
                                        default="unknown",
                                        max_length=10,
                                    ),
                                ),
                                ("shown_score", models.FloatField(null=True)),
                            ],
                            options={
                                "verbose_name": "health snapshot",
                                "verbose_name_plural": "health snapshots",
                                "ordering": ["client", "taken_on"],
                            },
                        ),
                    ],
                ),
                migrations.CreateModel(
                    name="HealthScore",
                    fields=[
                        ("score", models.FloatField(null=True)),
                        ("raw", models.FloatField(null=True)),
                        ("coverage", models.FloatField(default=0)),
                        (
                            "band",
                            models.CharField(
                                choices=[
                                    ("healthy", "Healthy"),
                                    ("watch", "Watch"),
                                    ("at_risk", "At risk"),
                                    ("unknown", "Unknown"),
                                ],
                                default="unknown",
                                max_length=10,
                            ),
                        ),
                        (
                            "caps",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=30), default=list, size=None
                            ),
                        ),
                        ("rhythm", models.FloatField(null=True)),
                        ("sentiment", models.FloatField(null=True)),
                        ("issues", models.FloatField(null=True)),
                        ("payment", models.FloatField(null=True)),
                        ("contract", models.FloatField(null=True)),
                        ("breadth", models.FloatField(null=True)),
                        ("stakeholders", models.FloatField(null=True)),
                        ("revenue", models.FloatField(null=True)),
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="health",
                                serialize=False,
                                to="clients.client",
                            ),
                        ),
                        ("segment", models.CharField(max_length=10)),
                        ("as_of", models.DateField()),
                        ("computed_at", models.DateTimeField()),
                        ("facts", models.JSONField(default=dict)),
                        ("before", models.JSONField(default=dict)),
                        ("band_since", models.DateField()),
                        ("pending_band", models.CharField(blank=True, max_length=10)),
                        ("pending_since", models.DateField(null=True)),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="relationships.scoringmodel",
                            ),
                        ),
                        ("snapshot_on", models.DateField(null=True)),
                        (
                            "shown_band",
                            models.CharField(
                                choices=[
                                    ("healthy", "Healthy"),
                                    ("watch", "Watch"),
                                    ("at_risk", "At risk"),
                                    ("unknown", "Unknown"),
                                ],
                                default="unknown",
                                max_length=10,
                            ),
                        ),
                        ("shown_score", models.FloatField(null=True)),
                        ("trend", models.FloatField(null=True)),
                        (
                            "override",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to="relationships.healthoverride",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "health score",
                        "verbose_name_plural": "health scores",
                    },
                ),
                migrations.CreateModel(
                    name="Delivery",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "channel",
                            models.CharField(
                                choices=[("in_app", "In Tend"), ("digest", "Daily mail")],
                                max_length=10,
                                verbose_name="channel",
                            ),
                        ),
                        ("due_on", models.DateField(verbose_name="due")),
                        ("send_at", models.DateTimeField(verbose_name="send at")),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("pending", "Waiting"),
                                    ("sending", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                ],
                                default="pending",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("attempts", models.PositiveSmallIntegerField(default=0, verbose_name="attempts")),
                        ("claimed_at", models.DateTimeField(blank=True, null=True)),
                        ("sent_at", models.DateTimeField(blank=True, null=True, verbose_name="sent")),
                        ("error", models.CharField(blank=True, max_length=500, verbose_name="error")),
                        ("message_id", models.UUIDField(default=uuid.uuid4)),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "follow_up",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="deliveries",
                                to="relationships.followup",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "delivery",
                        "verbose_name_plural": "deliveries",
                        "ordering": ["send_at", "id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "sent"), _negated=True),
                                fields=["send_at"],
                                name="delivery_waiting",
                            )
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("follow_up"),
                                models.F("user"),
                                models.F("channel"),
                                models.F("due_on"),
                                name="delivery_once_a_due_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientReport",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("period_from", models.DateField(verbose_name="from")),
                        ("period_to", models.DateField(verbose_name="to")),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("vi", "Vietnamese")],
                                max_length=5,
                                verbose_name="language",
                            ),
                        ),
                        ("content", models.JSONField(default=dict)),
                        (
                            "status",
                            models.CharField(
                                choices=[
                                    ("draft", "Draft"),
                                    ("pending", "Being sent"),
                                    ("sent", "Sent"),
                                    ("failed", "Failed"),
                                ],
                                default="draft",
                                max_length=10,
                                verbose_name="status",
                            ),
                        ),
                        ("sent_to", models.EmailField(blank=True, max_length=254, verbose_name="sent to")),
                        ("sent_at", models.DateTimeField(editable=False, null=True, verbose_name="sent")),
                        ("claimed_at", models.DateTimeField(editable=False, null=True)),
                        ("attempts", models.PositiveSmallIntegerField(default=0, editable=False)),
                        (
                            "error",
                            models.CharField(
                                blank=True, editable=False, max_length=500, verbose_name="error"
                            ),
                        ),
                        ("message_id", models.UUIDField(default=uuid.uuid4, editable=False)),
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
                                related_name="reports",
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
                                verbose_name="to",
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
                            "sent_by",
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
                        "verbose_name": "client report",
                        "verbose_name_plural": "client reports",
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("status", "pending")),
                                fields=["status"],
                                name="report_pending",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("period_to__gte", models.F("period_from"))),
                                name="report_period_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ExpectedValue",
                    fields=[
                        (
                            "client",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="expected_value",
                                serialize=False,
                                to="clients.client",
                            ),
                        ),
                        ("as_of", models.DateField()),
                        ("purchases_so_far", models.PositiveIntegerField()),
                        ("first_on", models.DateField()),
                        ("last_on", models.DateField()),
                        ("alive", models.FloatField()),
                        ("purchases", models.FloatField(verbose_name="purchases expected")),
                        (
                            "value",
                            models.DecimalField(
                                decimal_places=2, max_digits=18, null=True, verbose_name="value expected"
                            ),
                        ),
                        ("currency", models.CharField(max_length=3)),
                    ],
                    options={
                        "verbose_name": "expected value",
                        "verbose_name_plural": "expected values",
                    },
                ),
                migrations.CreateModel(
                    name="ValueFit",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("as_of", models.DateField(unique=True)),
                        ("fitted_at", models.DateTimeField(auto_now=True)),
                        ("purchases", models.JSONField(default=dict)),
                        ("values", models.JSONField(default=dict)),
                        ("note", models.CharField(blank=True, max_length=300)),
                    ],
                    options={
                        "verbose_name": "fit of expected value",
                        "ordering": ["-as_of"],
                    },
                ),
                migrations.CreateModel(
                    name="Backtest",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requested_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(editable=False, null=True)),
                        ("alive_at", models.DateTimeField(editable=False, null=True)),
                        ("ended_at", models.DateTimeField(editable=False, null=True)),
                        ("total", models.PositiveIntegerField(default=0, editable=False)),
                        ("done", models.PositiveIntegerField(default=0, editable=False)),
                        ("error", models.CharField(blank=True, editable=False, max_length=500)),
                        ("days", models.JSONField(default=list)),
                        ("horizon_days", models.PositiveSmallIntegerField(default=180)),
                        ("result", models.JSONField(default=dict, editable=False)),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="relationships.scoringmodel",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                    ],
                    options={
                        "verbose_name": "backtest",
                        "verbose_name_plural": "backtests",
                        "ordering": ["-requested_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=("ended_at",),
                                name="backtest_one_at_a_time",
                                nulls_distinct=False,
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="HealthOverride",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "score",
                            models.FloatField(
                                validators=[
                                    django.core.validators.MinValueValidator(0),
                                    django.core.validators.MaxValueValidator(100),
                                ],
                                verbose_name="health",
                            ),
                        ),
                        ("reason", models.CharField(max_length=500, verbose_name="why")),
                        ("made_at", models.DateTimeField()),
                        ("expires_on", models.DateField(verbose_name="until")),
                        ("ended_at", models.DateTimeField(editable=False, null=True)),
                        ("computed_score", models.FloatField(editable=False, null=True)),
                        ("computed_at_end", models.FloatField(editable=False, null=True)),
                        ("was_right", models.BooleanField(editable=False, null=True)),
                        (
                            "idempotency_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="overrides",
                                to="clients.client",
                            ),
                        ),
                        (
                            "ended_by",
                            models.ForeignKey(
                                editable=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "made_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "health override",
                        "verbose_name_plural": "health overrides",
                        "ordering": ["-made_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("client"),
                                condition=models.Q(("ended_at__isnull", True)),
                                name="override_one_runs",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("score__range", (0, 100))), name="override_in_range"
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    ("ended_at__isnull", True),
                                    ("ended_at__gte", models.F("made_at")),
                                    _connector="OR",
                                ),
                                name="override_ends_after_it_starts",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="OwnRating",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "value",
                            models.PositiveSmallIntegerField(
                                choices=[
                                    (1, "In danger"),
                                    (2, "Weak"),
                                    (3, "Fair"),
                                    (4, "Good"),
                                    (5, "Strong"),
                                ],
                                verbose_name="how the relationship stands",
                            ),
                        ),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="why")),
                        ("rated_at", models.DateTimeField()),
                        ("rated_on", models.DateField(editable=False)),
                        (
                            "source",
                            models.CharField(
                                choices=[("own", "Rated"), ("handover", "Set at the handover")],
                                default="own",
                                editable=False,
                                max_length=10,
                            ),
                        ),
                        (
                            "idempotency_key",
                            models.UUIDField(default=uuid.uuid4, editable=False, unique=True),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="own_ratings",
                                to="clients.client",
                            ),
                        ),
                        (
                            "rated_by",
                            models.ForeignKey(
                                db_index=False,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "own rating",
                        "verbose_name_plural": "own ratings",
                        "ordering": ["-rated_at", "-id"],
                        "indexes": [
                            models.Index(
                                fields=["client", "-rated_at"],
                                include=("rated_by", "value", "rated_on"),
                                name="rating_newest",
                            )
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("value__range", (1, 5))), name="rating_in_range"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoringDraft",
                    fields=[
                        (
                            "id",
                            models.PositiveSmallIntegerField(
                                default=1, editable=False, primary_key=True, serialize=False
                            ),
                        ),
                        ("spec", models.JSONField()),
                        ("note", models.CharField(blank=True, max_length=500, verbose_name="why")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("updated_at", models.DateTimeField(auto_now=True)),
                        (
                            "based_on",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="relationships.scoringmodel",
                            ),
                        ),
                        (
                            "updated_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "draft of the scoring model",
                        "constraints": [
                            models.CheckConstraint(condition=models.Q(("id", 1)), name="draft_is_one")
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoringPreview",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("requested_at", models.DateTimeField(auto_now_add=True)),
                        ("started_at", models.DateTimeField(editable=False, null=True)),
                        ("alive_at", models.DateTimeField(editable=False, null=True)),
                        ("ended_at", models.DateTimeField(editable=False, null=True)),
                        ("total", models.PositiveIntegerField(default=0, editable=False)),
                        ("done", models.PositiveIntegerField(default=0, editable=False)),
                        ("error", models.CharField(blank=True, editable=False, max_length=500)),
                        ("spec", models.JSONField()),
                        ("as_of", models.DateField(editable=False, null=True)),
                        ("result", models.JSONField(default=dict, editable=False)),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="relationships.scoringmodel",
                            ),
                        ),
                        (
                            "requested_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "preview of a scoring model",
                        "ordering": ["-requested_at", "-id"],
                    },
                ),
                migrations.CreateModel(
                    name="PreviewChange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "band_before",
                            models.CharField(
                                choices=[
                                    ("healthy", "Healthy"),
                                    ("watch", "Watch"),
                                    ("at_risk", "At risk"),
                                    ("unknown", "Unknown"),
                                ],
                                max_length=10,
                            ),
                        ),
                        (
                            "band_after",
                            models.CharField(
                                choices=[
                                    ("healthy", "Healthy"),
                                    ("watch", "Watch"),
                                    ("at_risk", "At risk"),
                                    ("unknown", "Unknown"),
                                ],
                                max_length=10,
                            ),
                        ),
                        ("score_before", models.FloatField(null=True)),
                        ("score_after", models.FloatField(null=True)),
                        (
                            "client",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="+",
                                to="clients.client",
                            ),
                        ),
                        (
                            "preview",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="changes",
                                to="relationships.scoringpreview",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["preview", "client"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("preview"), models.F("client"), name="preview_change_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoringRun",
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
                                choices=[("nightly", "All clients"), ("sweep", "Changed clients")],
                                max_length=10,
                                verbose_name="kind",
                            ),
                        ),
                        ("as_of", models.DateField(verbose_name="as of")),
                        ("started_at", models.DateTimeField(verbose_name="started")),
                        ("ended_at", models.DateTimeField(null=True, verbose_name="ended")),
                        ("clients", models.PositiveIntegerField(default=0, verbose_name="clients")),
                        ("written", models.PositiveIntegerField(default=0, verbose_name="scored")),
                        ("skipped", models.PositiveIntegerField(default=0, verbose_name="left to others")),
                        ("failed", models.PositiveIntegerField(default=0, verbose_name="failed")),
                        (
                            "model",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="+",
                                to="relationships.scoringmodel",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "scoring run",
                        "verbose_name_plural": "scoring runs",
                        "ordering": ["-started_at", "-id"],
                        "indexes": [models.Index(fields=["-started_at", "-id"], name="run_newest")],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("as_of"),
                                models.F("model"),
                                condition=models.Q(("kind", "nightly")),
                                name="run_once_a_night",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ScoringRange",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_id", models.BigIntegerField()),
                        ("last_id", models.BigIntegerField()),
                        ("started_at", models.DateTimeField(null=True)),
                        ("ended_at", models.DateTimeField(null=True)),
                        ("written", models.PositiveIntegerField(default=0)),
                        ("skipped", models.PositiveIntegerField(default=0)),
                        ("failed", models.PositiveIntegerField(default=0)),
                        (
                            "run",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="ranges",
                                to="relationships.scoringrun",
                            ),
                        ),
                    ],
                    options={
                        "ordering": ["run", "first_id"],
                        "constraints": [
                            models.UniqueConstraint(models.F("run"), models.F("first_id"), name="range_once")
                        ],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_followupevent" ("assignee_id", "client_id", "closed_at", "closed_by_id", "closed_by_interaction_id", "created_at", "created_by_id", "due_on", "facts", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "status", "subject_id") VALUES (OLD."assignee_id", OLD."client_id", OLD."closed_at", OLD."closed_by_id", OLD."closed_by_interaction_id", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."facts", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."rule", OLD."status", OLD."subject_id"); RETURN NULL;',
                            hash="d96a363736132df3b89537eb5f40d179c1024ef4",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e008a",
                            table="relationships_followup",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_interactionevent" ("author_id", "client_id", "created_at", "direction", "duration_minutes", "id", "idempotency_key", "kind", "next_step", "next_step_on", "occurred_at", "occurred_on", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "sentiment", "source", "summary") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."direction", OLD."duration_minutes", OLD."id", OLD."idempotency_key", OLD."kind", OLD."next_step", OLD."next_step_on", OLD."occurred_at", OLD."occurred_on", OLD."outcome", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reached", OLD."sentiment", OLD."source", OLD."summary"); RETURN NULL;',
                            hash="e8b68d7855a0ded0f2e2b3b5e8299841fb09ecd0",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_3e295",
                            table="relationships_interaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="interaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "relationships_interactionevent" ("author_id", "client_id", "created_at", "direction", "duration_minutes", "id", "idempotency_key", "kind", "next_step", "next_step_on", "occurred_at", "occurred_on", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "sentiment", "source", "summary") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."direction", OLD."duration_minutes", OLD."id", OLD."idempotency_key", OLD."kind", OLD."next_step", OLD."next_step_on", OLD."occurred_at", OLD."occurred_on", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reached", OLD."sentiment", OLD."source", OLD."summary"); RETURN NULL;',
                            hash="59c151f0ecc30eba0c49538689b6cc677dfc9628",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_490ca",
                            table="relationships_interaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="scoringmodel",
                    trigger=pgtrigger.compiler.Trigger(
                        name="published_stays",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func="RAISE EXCEPTION 'pgtrigger: Cannot update or delete rows from % table', TG_TABLE_NAME;",
                            hash="1df2fb00dac2c07b232bec993b3fe65f4b21f4ca",
                            operation="UPDATE OR DELETE",
                            pgid="pgtrigger_published_stays_00c94",
                            table="relationships_scoringmodel",
                            when="BEFORE",
                        ),
                    ),
                ),
            ],
        ),
        *(
            migrations.RunSQL(
                f"ALTER TABLE {table} SET (fillfactor = 50)", f"ALTER TABLE {table} RESET (fillfactor)"
            )
            for table in ROOM
        ),
        migrations.RunPython(publish, migrations.RunPython.noop),
    ]
