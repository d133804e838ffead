"""Notes, the hour of a follow-up, the version of a touch."""

import django.contrib.postgres.functions
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

from accounts.schema import Together


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0011_client_lists"),
        ("pghistory", "0007_auto_20250421_0444"),
        ("relationships", "0013_mail_of_all"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Note",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("text", models.TextField(max_length=4000, verbose_name="note")),
                        ("pinned_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                        ("edited_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                            "client",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="notes",
                                to="clients.client",
                            ),
                        ),
                        (
                            "mentioned",
                            models.ManyToManyField(blank=True, related_name="+", to=settings.AUTH_USER_MODEL),
                        ),
                    ],
                    options={
                        "verbose_name": "note",
                        "verbose_name_plural": "notes",
                        "ordering": ["-created_at", "-id"],
                        "indexes": [
                            models.Index(fields=["client", "-created_at", "-id"], name="note_timeline"),
                            models.Index(
                                condition=models.Q(("pinned_at__isnull", False)),
                                fields=["client"],
                                name="note_pinned",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="NoteEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("text", models.TextField(max_length=4000, verbose_name="note")),
                        ("pinned_at", models.DateTimeField(blank=True, null=True)),
                        ("version", models.PositiveIntegerField(default=1, editable=False)),
                        ("created_at", models.DateTimeField(auto_now_add=True, verbose_name="written")),
                        ("edited_at", models.DateTimeField(blank=True, editable=False, null=True)),
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
                                to="relationships.note",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="followup",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="interaction",
                    name="update_update",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="interaction",
                    name="delete_delete",
                ),
                migrations.AddField(
                    model_name="followup",
                    name="due_time",
                    field=models.TimeField(blank=True, null=True, verbose_name="at"),
                ),
                migrations.AddField(
                    model_name="followupevent",
                    name="due_time",
                    field=models.TimeField(blank=True, null=True, verbose_name="at"),
                ),
                migrations.AddField(
                    model_name="interaction",
                    name="version",
                    field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
                ),
                migrations.AddField(
                    model_name="interactionevent",
                    name="version",
                    field=models.PositiveIntegerField(db_default=1, default=1, editable=False),
                ),
                migrations.AlterField(
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
                            ("mention", "You were mentioned"),
                        ],
                        db_default="follow_up",
                        default="follow_up",
                        max_length=12,
                        verbose_name="kind",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="followup",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_followupevent" ("assignee_id", "client_id", "closed_at", "closed_by_id", "closed_by_interaction_id", "created_at", "created_by_id", "due_on", "due_time", "facts", "id", "is_handed", "kind", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reason", "rule", "snoozes", "status", "subject_id") VALUES (OLD."assignee_id", OLD."client_id", OLD."closed_at", OLD."closed_by_id", OLD."closed_by_interaction_id", OLD."created_at", OLD."created_by_id", OLD."due_on", OLD."due_time", OLD."facts", OLD."id", OLD."is_handed", OLD."kind", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reason", OLD."rule", OLD."snoozes", OLD."status", OLD."subject_id"); RETURN NULL;',
                            hash="8ed675bbde535d9d4194f49f57acd471b3afe325",
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
                            func='INSERT INTO "relationships_interactionevent" ("author_id", "client_id", "created_at", "direction", "duration_minutes", "id", "idempotency_key", "kind", "next_step", "next_step_on", "occurred_at", "occurred_on", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "sentiment", "source", "summary", "version") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."direction", OLD."duration_minutes", OLD."id", OLD."idempotency_key", OLD."kind", OLD."next_step", OLD."next_step_on", OLD."occurred_at", OLD."occurred_on", OLD."outcome", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."reached", OLD."sentiment", OLD."source", OLD."summary", OLD."version"); RETURN NULL;',
                            hash="5a2483aedbcc42b3e9026843f78eaa05d63bd127",
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
                            func='INSERT INTO "relationships_interactionevent" ("author_id", "client_id", "created_at", "direction", "duration_minutes", "id", "idempotency_key", "kind", "next_step", "next_step_on", "occurred_at", "occurred_on", "outcome", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "reached", "sentiment", "source", "summary", "version") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."direction", OLD."duration_minutes", OLD."id", OLD."idempotency_key", OLD."kind", OLD."next_step", OLD."next_step_on", OLD."occurred_at", OLD."occurred_on", OLD."outcome", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."reached", OLD."sentiment", OLD."source", OLD."summary", OLD."version"); RETURN NULL;',
                            hash="d0b83530e34d0e928e04518497ff590619f912f5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_490ca",
                            table="relationships_interaction",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="note",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "relationships_noteevent" ("author_id", "client_id", "created_at", "edited_at", "id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinned_at", "text", "version") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."edited_at", OLD."id", OLD."idempotency_key", _pgh_attach_context(), NOW(), \'update\', OLD."id", OLD."pinned_at", OLD."text", OLD."version"); RETURN NULL;',
                            hash="b553498cd70d74387b27a9a4df30842ced08d2a5",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b4238",
                            table="relationships_note",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="note",
                    trigger=pgtrigger.compiler.Trigger(
                        name="delete_delete",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "relationships_noteevent" ("author_id", "client_id", "created_at", "edited_at", "id", "idempotency_key", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "pinned_at", "text", "version") VALUES (OLD."author_id", OLD."client_id", OLD."created_at", OLD."edited_at", OLD."id", OLD."idempotency_key", _pgh_attach_context(), NOW(), \'delete\', OLD."id", OLD."pinned_at", OLD."text", OLD."version"); RETURN NULL;',
                            hash="7565f59226a93a7a790b73c9fa1871b0bb03cdc5",
                            operation="DELETE",
                            pgid="pgtrigger_delete_delete_357f6",
                            table="relationships_note",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
