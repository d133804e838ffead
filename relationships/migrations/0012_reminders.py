"""Rules as data, escalation, snoozes, plans, and deliveries of more than follow-ups."""

import datetime

import django.contrib.postgres.fields
import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from accounts.schema import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0005_absences"),
        ("clients", "0009_follow_up_events"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("relationships", "0011_timeline_with_its_day"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="CalendarFeed",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("token_hash", models.CharField(max_length=64, unique=True)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
                        ("revoked_at", models.DateTimeField(blank=True, null=True, verbose_name="revoked")),
                        (
                            "last_read_at",
                            models.DateTimeField(blank=True, null=True, verbose_name="last read"),
                        ),
                        (
                            "user",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="calendar_feeds",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "calendar feed",
                        "verbose_name_plural": "calendar feeds",
                        "ordering": ["-created_at", "-id"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("user"),
                                condition=models.Q(("revoked_at__isnull", True)),
                                name="feed_once_a_user",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Escalation",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        (
                            "step",
                            models.CharField(
                                choices=[
                                    ("snoozed", "Put off twice"),
                                    ("senior", "To the senior"),
                                    ("manager", "To the manager"),
                                    ("reassign", "Offer to reassign the client"),
                                ],
                                max_length=10,
                                verbose_name="step",
                            ),
                        ),
                        ("counted_from", models.DateField(verbose_name="counted from")),
                        ("at", models.DateTimeField(verbose_name="when")),
                        ("ended_at", models.DateTimeField(blank=True, null=True, verbose_name="over")),
                        (
                            "end",
                            models.CharField(
                                blank=True,
                                choices=[
                                    ("touched", "The client was reached"),
                                    ("settled", "The follow-up is settled"),
                                    ("moved", "The follow-up was put off or handed on"),
                                    ("kept", "The client stays with the lead"),
                                    ("reassigned", "The client has another lead"),
                                ],
                                max_length=10,
                                verbose_name="why it is over",
                            ),
                        ),
                        (
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to="clients.client",
                            ),
                        ),
                        (
                            "follow_up",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to="relationships.followup",
                            ),
                        ),
                        (
                            "to",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="escalations",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="to whom",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "escalation",
                        "verbose_name_plural": "escalations",
                        "ordering": ["-at", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("ended_at__isnull", True)),
                                fields=["to", "-at"],
                                name="escalation_running",
                            ),
                            models.Index(fields=["client", "-at"], name="escalation_of_client"),
                        ],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("follow_up"),
                                models.F("step"),
                                models.F("counted_from"),
                                name="escalation_once",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("end", ""), ("ended_at__isnull", True)),
                                    models.Q(
                                        ("ended_at__isnull", False), models.Q(("end", ""), _negated=True)
                                    ),
                                    _connector="OR",
                                ),
                                name="escalation_ends_for_a_reason",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanAction",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("what", models.CharField(max_length=300, verbose_name="what")),
                        ("goal", models.CharField(blank=True, max_length=300, verbose_name="what for")),
                        ("due_on", models.DateField(verbose_name="by")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
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
                                related_name="plan_actions",
                                to="clients.client",
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
                            "owner",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="plan_actions",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "action of the plan",
                        "verbose_name_plural": "actions of the plan",
                        "ordering": ["due_on", "id"],
                        "indexes": [
                            models.Index(fields=["client", "state", "due_on"], name="plan_action_of_client")
                        ],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("closed_on__isnull", True), ("state", "open")),
                                    models.Q(
                                        models.Q(("state", "open"), _negated=True),
                                        ("closed_on__isnull", False),
                                    ),
                                    _connector="OR",
                                ),
                                name="plan_action_closed_has_a_day",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="PlanActionEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("what", models.CharField(max_length=300, verbose_name="what")),
                        ("goal", models.CharField(blank=True, max_length=300, verbose_name="what for")),
                        ("due_on", models.DateField(verbose_name="by")),
                        (
                            "state",
                            models.CharField(
                                choices=[("open", "Open"), ("done", "Done"), ("dropped", "Dropped")],
                                default="open",
                                max_length=10,
                                verbose_name="state",
                            ),
                        ),
                        ("closed_on", models.DateField(blank=True, null=True, verbose_name="closed")),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="created")),
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
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "owner",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who",
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
                                to="relationships.planaction",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="ReminderSettings",
                    fields=[
                        (
                            "user",
                            models.OneToOneField(
                                on_delete=django.db.models.deletion.CASCADE,
                                primary_key=True,
                                related_name="reminder_settings",
                                serialize=False,
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "digest_at",
                            models.TimeField(default=datetime.time(8, 0), verbose_name="daily mail at"),
                        ),
                        (
                            "quiet_from",
                            models.TimeField(default=datetime.time(19, 0), verbose_name="quiet from"),
                        ),
                        (
                            "quiet_until",
                            models.TimeField(default=datetime.time(8, 0), verbose_name="quiet until"),
                        ),
                        (
                            "muted",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[
                                        ("digest", "Daily mail"),
                                        ("instant", "Key client at risk, at once"),
                                        ("weekly", "The team's overdue, each week"),
                                    ],
                                    max_length=10,
                                ),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="mails not wanted",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "reminder settings",
                        "verbose_name_plural": "reminder settings",
                    },
                ),
                migrations.CreateModel(
                    name="RuleSetting",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("rule", models.CharField(max_length=12, unique=True, verbose_name="rule")),
                        ("is_on", models.BooleanField(default=True, verbose_name="on")),
                        ("days", models.JSONField(default=dict)),
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
                                verbose_name="segments",
                            ),
                        ),
                        (
                            "tiers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="tiers",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                        (
                            "changed_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "rule",
                        "verbose_name_plural": "rules",
                        "ordering": ["rule"],
                    },
                ),
                migrations.CreateModel(
                    name="RuleSettingEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("rule", models.CharField(max_length=12, verbose_name="rule")),
                        ("is_on", models.BooleanField(default=True, verbose_name="on")),
                        ("days", models.JSONField(default=dict)),
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
                                verbose_name="segments",
                            ),
                        ),
                        (
                            "tiers",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(max_length=20),
                                blank=True,
                                default=list,
                                size=None,
                                verbose_name="tiers",
                            ),
                        ),
                        ("version", models.PositiveIntegerField(default=1)),
                        ("changed_at", models.DateTimeField(auto_now=True, verbose_name="changed")),
                        (
                            "changed_by",
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
                                to="relationships.rulesetting",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Snooze",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("from_day", models.DateField(verbose_name="from")),
                        ("to_day", models.DateField(verbose_name="to")),
                        ("reason", models.CharField(max_length=300, verbose_name="why")),
                        ("at", models.DateTimeField(auto_now_add=True)),
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
                            "follow_up",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="snoozed",
                                to="relationships.followup",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "snooze",
                        "verbose_name_plural": "snoozes",
                        "ordering": ["at", "id"],
                    },
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="followup",
                    name="update_update",
                ),
                migrations.RemoveConstraint(
                    model_name="delivery",
                    name="delivery_once_a_due_day",
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="client",
                    field=models.ForeignKey(
                        db_index=False,
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="+",
                        to="clients.client",
                    ),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="facts",
                    field=models.JSONField(db_default={}, default=dict),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="key",
                    field=models.CharField(default="", max_length=60),
                    preserve_default=False,
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="kind",
                    field=models.CharField(
                        choices=[
                            ("follow_up", "Follow-up due"),
                            ("escalation", "Escalated"),
                            ("key_red", "Key client at risk"),
                            ("cover", "You stand in"),
                            ("returned", "While you were away"),
                            ("weekly", "The team's overdue"),
                        ],
                        db_default="follow_up",
                        default="follow_up",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                migrations.AddField(
                    model_name="delivery",
                    name="read_at",
                    field=models.DateTimeField(blank=True, null=True, verbose_name="read"),
                ),
                migrations.AddField(
                    model_name="followup",
                    name="is_handed",
                    field=models.BooleanField(db_default=False, default=False, verbose_name="reassigned"),
                ),
                migrations.AddField(
                    model_name="followup",
                    name="snoozes",
                    field=models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="times snoozed"
                    ),
                ),
                migrations.AddField(
                    model_name="followupevent",
                    name="is_handed",
                    field=models.BooleanField(db_default=False, default=False, verbose_name="reassigned"),
                ),
                migrations.AddField(
                    model_name="followupevent",
                    name="snoozes",
                    field=models.PositiveSmallIntegerField(
                        db_default=0, default=0, verbose_name="times snoozed"
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="channel",
                    field=models.CharField(
                        choices=[
                            ("in_app", "In Tend"),
                            ("digest", "Daily mail"),
                            ("instant", "Mail at once"),
                        ],
                        max_length=10,
                        verbose_name="channel",
                    ),
                ),
                migrations.AlterField(
                    model_name="delivery",
                    name="follow_up",
                    field=models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="deliveries",
                        to="relationships.followup",
                    ),
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
                            ("band_dropped", "Health fell"),
                            ("no_next_step", "No next step"),
                            ("birthday", "Birthday"),
                            ("anniversary", "Anniversary"),
                            ("plan_action", "Action of the plan"),
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
                            ("band_dropped", "Health fell"),
                            ("no_next_step", "No next step"),
                            ("birthday", "Birthday"),
                            ("anniversary", "Anniversary"),
                            ("plan_action", "Action of the plan"),
                        ],
                        default="manual",
                        max_length=12,
                        verbose_name="source",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_followupevent" ("assignee_id", "client_id", "closed_at", "closed_by_id", "closed_by_interaction_id", "created_at", "created_by_id", "due_on", "facts", "id", "is_handed", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "snoozes", "status", "subject_id") VALUES (OLD."assignee_id", OLD."client_id", OLD."closed_at", OLD."closed_by_id", OLD."closed_by_interaction_id", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."facts", OLD."id", OLD."is_handed", OLD."kind", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."rule", OLD."snoozes", OLD."status", OLD."subject_id"); RETURN NULL;',
                            hash="bc021d439bb2b3365bc8ae98bdc40bc0b860429b",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_e008a",
                            table="relationships_followup",
                            when="AFTER",
                        ),
                    ),
                ),
                migrations.RunSQL(
                    """UPDATE relationships_delivery d
            SET key = d.follow_up_id || ':' || d.due_on, client_id = f.client_id, read_at = d.sent_at
            FROM relationships_followup f WHERE f.id = d.follow_up_id""",
                    migrations.RunSQL.noop,
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_planactionevent" ("client_id", "closed_on", "created_at", "created_by_id", "due_on", "goal", "id", "idempotency_key", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "version", "what") VALUES (OLD."client_id", OLD."closed_on", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."goal", OLD."id", OLD."idempotency_key", OLD."owner_id", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."state", OLD."version", OLD."what"); RETURN NULL;',
                            hash="497419f3045ffb4aeec8fc40b1f4aced25aa13f8",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_5e3c2",
                            table="relationships_planaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="planaction",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "relationships_planactionevent" ("client_id", "closed_on", "created_at", "created_by_id", "due_on", "goal", "id", "idempotency_key", "owner_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "state", "version", "what") VALUES (OLD."client_id", OLD."closed_on", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."goal", OLD."id", OLD."idempotency_key", OLD."owner_id", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."state", OLD."version", OLD."what"); RETURN NULL;',
                            hash="fd2034aee093863aa3a212b47b2c334b6cea8785",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_24506",
                            table="relationships_planaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="rulesetting",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_rulesettingevent" ("changed_at", "changed_by_id", "days", "id", "is_on", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "rule", "segments", "tiers", "version") VALUES (OLD."changed_at", OLD."changed_by_id", OLD."days", OLD."id", OLD."is_on", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."rule", OLD."segments", OLD."tiers", OLD."version"); RETURN NULL;',
                            hash="1845fec7a91ed43e0c7f94a45fdd5d59ca138ce2",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_cd167",
                            table="relationships_rulesetting",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        # A group of its own, since going back drops them with the columns still there.
        Together(
            operations=[
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(
                        condition=models.Q(("channel", "in_app"), ("read_at__isnull", True)),
                        fields=["user"],
                        name="delivery_unread",
                    ),
                ),
                migrations.AddIndex(
                    model_name="delivery",
                    index=models.Index(fields=["user", "channel", "-send_at"], name="delivery_of_user"),
                ),
                migrations.AddConstraint(
                    model_name="delivery",
                    constraint=models.UniqueConstraint(
                        models.F("user"),
                        models.F("channel"),
                        models.F("kind"),
                        models.F("key"),
                        name="delivery_once",
                    ),
                ),
            ],
        ),
    ]
