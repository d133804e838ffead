"""Days away with a substitute, and the calendar of each person."""

import django.contrib.postgres.constraints
import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.db import migrations, models

import accounts.models.absence
import accounts.models.user
from accounts.schema import Together


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0004_departments"),
        ("pghistory", "0007_auto_20250421_0444"),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Absence",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("first_day", models.DateField(verbose_name="first day away")),
                        ("last_day", models.DateField(verbose_name="last day away")),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what the substitute should know"
                            ),
                        ),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "entered_by",
                            models.ForeignKey(
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="+",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "person",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="absences",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who is away",
                            ),
                        ),
                        (
                            "substitute",
                            models.ForeignKey(
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="covers",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who stands in",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "absence",
                        "verbose_name_plural": "absences",
                        "ordering": ["-first_day", "-id"],
                        "indexes": [
                            models.Index(
                                condition=models.Q(("cancelled_at__isnull", True)),
                                fields=["substitute", "last_day"],
                                name="absence_of_substitute",
                            )
                        ],
                        "constraints": [
                            django.contrib.postgres.constraints.ExclusionConstraint(
                                condition=models.Q(("cancelled_at__isnull", True)),
                                expressions=[
                                    ("person", "="),
                                    (accounts.models.absence.DayRange("first_day", "last_day"), "&&"),
                                ],
                                name="absence_once_a_day",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("last_day__gte", models.F("first_day"))),
                                name="absence_ends_after_it_starts",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(("person", models.F("substitute")), _negated=True),
                                name="absence_is_covered_by_another",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="AbsenceEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("first_day", models.DateField(verbose_name="first day away")),
                        ("last_day", models.DateField(verbose_name="last day away")),
                        (
                            "note",
                            models.CharField(
                                blank=True, max_length=500, verbose_name="what the substitute should know"
                            ),
                        ),
                        ("entered_at", models.DateTimeField(auto_now_add=True)),
                        ("cancelled_at", models.DateTimeField(blank=True, null=True)),
                        (
                            "entered_by",
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
                            "person",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who is away",
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
                                to="accounts.absence",
                            ),
                        ),
                        (
                            "substitute",
                            models.ForeignKey(
                                db_constraint=False,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="who stands in",
                            ),
                        ),
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="user",
                    name="insert_insert",
                ),
                pgtrigger.migrations.RemoveTrigger(
                    model_name="user",
                    name="update_update",
                ),
                migrations.AddField(
                    model_name="user",
                    name="calendar",
                    field=models.CharField(
                        default="VN",
                        help_text="Whose weekends and public holidays are days off: no daily mail comes on them.",
                        max_length=2,
                        validators=[accounts.models.user.validate_calendar],
                        verbose_name="working calendar",
                    ),
                ),
                migrations.AddField(
                    model_name="userevent",
                    name="calendar",
                    field=models.CharField(
                        default="VN",
                        help_text="Whose weekends and public holidays are days off: no daily mail comes on them.",
                        max_length=2,
                        validators=[accounts.models.user.validate_calendar],
                        verbose_name="working calendar",
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_userevent" ("calendar", "department_id", "email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "tier_id", "time_zone") VALUES (NEW."calendar", NEW."department_id", NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."team_id", NEW."tier_id", NEW."time_zone"); RETURN NULL;',
                            hash="a30aabbd3910bb7446439383ab119d98507e9452",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_3867c",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition='WHEN (OLD."calendar" IS DISTINCT FROM (NEW."calendar") OR OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."tier_id" IS DISTINCT FROM (NEW."tier_id") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "accounts_userevent" ("calendar", "department_id", "email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "tier_id", "time_zone") VALUES (NEW."calendar", NEW."department_id", NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."team_id", NEW."tier_id", NEW."time_zone"); RETURN NULL;',
                            hash="68e58b031207afab5c904a623c4fad76f74c16f9",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0e890",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="absence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_absenceevent" ("cancelled_at", "entered_at", "entered_by_id", "first_day", "id", "last_day", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "substitute_id") VALUES (NEW."cancelled_at", NEW."entered_at", NEW."entered_by_id", NEW."first_day", NEW."id", NEW."last_day", NEW."note", NEW."person_id", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."substitute_id"); RETURN NULL;',
                            hash="94af63d4b25d7ba76603992f0cc31a14ad0dfa25",
                            operation="INSERT",
                            pgid="pgtrigger_insert_insert_b9041",
                            table="accounts_absence",
                            when="AFTER",
                        ),
                    ),
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="absence",
                    trigger=pgtrigger.compiler.Trigger(
                        name="update_update",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            condition="WHEN (OLD.* IS DISTINCT FROM NEW.*)",
                            func='INSERT INTO "accounts_absenceevent" ("cancelled_at", "entered_at", "entered_by_id", "first_day", "id", "last_day", "note", "person_id", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "substitute_id") VALUES (NEW."cancelled_at", NEW."entered_at", NEW."entered_by_id", NEW."first_day", NEW."id", NEW."last_day", NEW."note", NEW."person_id", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."substitute_id"); RETURN NULL;',
                            hash="49822d4c98bc7ff4cea60521a63265531b298191",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_b558a",
                            table="accounts_absence",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
    ]
