import uuid

import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0006_care"),
        ("relationships", "0005_fewer_indexes"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
                ("error", models.CharField(blank=True, editable=False, max_length=500, verbose_name="error")),
                ("message_id", models.UUIDField(default=uuid.uuid4, editable=False)),
                ("version", models.PositiveIntegerField(default=1, editable=False)),
                ("created_at", models.DateTimeField(auto_now_add=True)),
                ("updated_at", models.DateTimeField(auto_now=True)),
                (
                    "idempotency_key",
                    models.UUIDField(
                        db_default=django.contrib.postgres.functions.RandomUUID(), editable=False, unique=True
                    ),
                ),
            ],
            options={
                "verbose_name": "client report",
                "verbose_name_plural": "client reports",
                "ordering": ["-created_at", "-id"],
            },
        ),
        pgtrigger.migrations.RemoveTrigger(
            model_name="followup",
            name="update_update",
        ),
        migrations.RemoveConstraint(
            model_name="followup",
            name="follow_up_open_once",
        ),
        migrations.AddField(
            model_name="followup",
            name="subject_id",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AddField(
            model_name="followupevent",
            name="subject_id",
            field=models.BigIntegerField(default=0, editable=False),
        ),
        migrations.AlterField(
            model_name="followup",
            name="rule",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="followupevent",
            name="rule",
            field=models.CharField(
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
        migrations.AddConstraint(
            model_name="followup",
            constraint=models.UniqueConstraint(
                models.F("client"),
                models.F("rule"),
                models.F("reason"),
                models.F("subject_id"),
                condition=models.Q(("status", "open")),
                name="follow_up_open_once",
            ),
        ),
        migrations.AddField(
            model_name="clientreport",
            name="client",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.CASCADE, related_name="reports", to="clients.client"
            ),
        ),
        migrations.AddField(
            model_name="clientreport",
            name="contact",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="clients.contact",
                verbose_name="to",
            ),
        ),
        migrations.AddField(
            model_name="clientreport",
            name="created_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="clientreport",
            name="sent_by",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddIndex(
            model_name="clientreport",
            index=models.Index(
                condition=models.Q(("status", "pending")), fields=["status"], name="report_pending"
            ),
        ),
        migrations.AddConstraint(
            model_name="clientreport",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_to__gte", models.F("period_from"))), name="report_period_in_order"
            ),
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
    ]
