"""Touchpoints, follow-ups, reminders and health. Health snapshots are partitioned by month."""

import uuid

import django.contrib.postgres.fields
import django.core.validators
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

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
    PRIMARY KEY (client_id, taken_on)
) PARTITION BY RANGE (taken_on)
"""


class Migration(migrations.Migration):
    initial = True

    dependencies = [
        ("clients", "0001_initial"),
        ("pghistory", "0007_auto_20250421_0444"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
            ],
            options={
                "verbose_name": "follow-up",
                "verbose_name_plural": "follow-ups",
                "ordering": ["due_on", "id"],
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
                ("summary", models.TextField(blank=True, max_length=4000, verbose_name="what was said")),
                ("outcome", models.CharField(blank=True, max_length=500, verbose_name="outcome")),
                ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                ("next_step_on", models.DateField(blank=True, null=True, verbose_name="next step on")),
                (
                    "source",
                    models.CharField(
                        choices=[("web", "Typed"), ("import", "Imported"), ("demo", "Demo")],
                        default="web",
                        editable=False,
                        max_length=10,
                    ),
                ),
                ("idempotency_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
                ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="logged at")),
                (
                    "author",
                    models.ForeignKey(
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
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="interactions",
                        to="clients.client",
                        verbose_name="client",
                    ),
                ),
            ],
            options={
                "verbose_name": "interaction",
                "verbose_name_plural": "interactions",
                "ordering": ["-occurred_at", "-id"],
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
            ],
            options={
                "abstract": False,
            },
        ),
        migrations.AddField(
            model_name="followup",
            name="closed_by_interaction",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="closed_follow_ups",
                to="relationships.interaction",
            ),
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
                    models.ForeignKey(on_delete=django.db.models.deletion.CASCADE, to="clients.contact"),
                ),
                (
                    "interaction",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.CASCADE, to="relationships.interaction"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="interaction",
            name="contacts",
            field=models.ManyToManyField(
                blank=True,
                related_name="interactions",
                through="relationships.InteractionContact",
                to="clients.contact",
                verbose_name="contacts met",
            ),
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
                ("summary", models.TextField(blank=True, max_length=4000, verbose_name="what was said")),
                ("outcome", models.CharField(blank=True, max_length=500, verbose_name="outcome")),
                ("next_step", models.CharField(blank=True, max_length=300, verbose_name="next step")),
                ("next_step_on", models.DateField(blank=True, null=True, verbose_name="next step on")),
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
            database_operations=[migrations.RunSQL(SNAPSHOTS, "DROP TABLE relationships_healthsnapshot")],
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
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["assignee", "due_on"], name="follow_up_queue"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(
                condition=models.Q(("status", "open")), fields=["due_on"], name="follow_up_due"
            ),
        ),
        migrations.AddIndex(
            model_name="followup",
            index=models.Index(fields=["client", "-closed_at"], name="follow_up_of_client"),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                models.F("client"),
                models.F("rule"),
                models.F("reason"),
                condition=models.Q(("status", "open")),
                name="follow_up_open_once",
            ),
        ),
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("closed_at__isnull", True), ("status", "open")),
                    models.Q(models.Q(("status", "open"), _negated=True), ("closed_at__isnull", False)),
                    _connector="OR",
                ),
                name="follow_up_closed_has_a_time",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="followup",
            trigger=pgtrigger.compiler.Trigger(
                name="update_update",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                    func='INSERT INTO "relationships_followupevent" ("assignee_id", "client_id", "closed_at", "closed_by_id", "closed_by_interaction_id", "created_at", "created_by_id", "due_on", "facts", "id", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "status") VALUES (OLD."assignee_id", OLD."client_id", OLD."closed_at", OLD."closed_by_id", OLD."closed_by_interaction_id", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."facts", OLD."id", OLD."kind", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."rule", OLD."status"); RETURN NULL;',
                    hash="25ba771acd2f57bb0411e75c987fdc0130031305",
                    operation="UPDATE",
                    pgid="pgtrigger_update_update_e008a",
                    table="relationships_followup",
                    when="AFTER",
                ),
            ),
        ),
        migrations.AddConstraint(
            model_name="interactioncontact",
            constraint=models.UniqueConstraint(
                models.F("interaction"), models.F("contact"), name="interaction_contact_once"
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["client", "-occurred_at", "-id"], name="interaction_timeline"),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(
                fields=["client", "occurred_on"],
                include=("id", "reached", "sentiment"),
                name="interaction_signals",
            ),
        ),
        migrations.AddIndex(
            model_name="interaction",
            index=models.Index(fields=["author", "-occurred_at"], name="interaction_of_author"),
        ),
        migrations.AddConstraint(
            model_name="interaction",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sentiment__isnull", True), ("sentiment__range", (-2, 2)), _connector="OR"
                ),
                name="interaction_sentiment_in_range",
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
    ]
