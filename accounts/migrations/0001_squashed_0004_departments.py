"""Extensions, the functions that make search and order Vietnamese without ICU, people and departments.

It takes the place of the migrations up to 0004_departments: a database that has them all counts as having this one.
"""

from decimal import Decimal

import django.contrib.postgres.fields
import django.db.models.deletion
import django.db.models.functions.text
import django.utils.timezone
import pgtrigger.compiler
import pgtrigger.migrations
from django.conf import settings
from django.contrib.postgres.operations import BtreeGistExtension, TrigramExtension, UnaccentExtension
from django.db import migrations, models

import accounts.models.user
from accounts.schema import Together

FOLD = """
CREATE FUNCTION public.tend_fold(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT lower(public.unaccent('public.unaccent'::regdictionary, normalize(t, NFC)))
$$;
"""

# First the letters in alphabet order without tones (a ă â b c d đ …, as ascending ASCII), then, behind a
# space, the tones by position: huyền 1, hỏi 2, ngã 3, sắc 4, nặng 5. Compared byte by byte (COLLATE "C").
SORT = r"""
CREATE FUNCTION public.tend_sort(t text) RETURNS text
LANGUAGE sql IMMUTABLE STRICT PARALLEL SAFE AS $$
  SELECT translate(
           normalize(regexp_replace(d, E'[\u0300\u0309\u0303\u0301\u0323]', '', 'g'), NFC),
           'aăâbcdđeêfghijklmnoôơpqrstuưvwxyz',
           'ABCDEFGHIJKLMNOPQRSTUVWXYZ[\]^_`a')
         || ' ' ||
         translate(
           regexp_replace(d, E'[^ \u0300\u0309\u0303\u0301\u0323]', '', 'g'),
           E'\u0300\u0309\u0303\u0301\u0323', '12345')
  FROM (SELECT translate(lower(normalize(t, NFD)), 'Đ', 'đ') AS d) AS decomposed
$$;
"""

# The tiers and departments that every installation starts with. An admin edits them afterwards, and going back keeps
# them: people may already belong to one. A tier is code, name, fewest and most clients, hard maximum, segments,
# largest discount %, longest payment term in days.
TIERS = [
    ("am", "AM", 15, 20, False, ["standard", "major"], Decimal("5"), 30),
    ("kam", "KAM", 3, 5, True, ["key"], Decimal("15"), 60),
    ("senior", "Senior AM", 0, 10, False, ["standard", "major", "key"], Decimal("10"), 45),
    ("rm", "RM", 0, 30, False, ["standard", "major"], Decimal("3"), 30),
]

DEPARTMENTS = [
    ("technical", "Technical", "Kỹ thuật"),
    ("production", "Production", "Sản xuất"),
    ("marketing", "Marketing", "Tiếp thị"),
    ("finance", "Finance", "Tài chính"),
    ("legal", "Legal", "Pháp chế"),
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


def create_departments(apps, schema_editor):
    departments = apps.get_model("accounts", "Department").objects
    for code, name, name_vi in DEPARTMENTS:
        departments.get_or_create(code=code, defaults={"name": name, "name_vi": name_vi})


class Migration(migrations.Migration):
    initial = True

    dependencies = [("pghistory", "0007_auto_20250421_0444")]

    replaces = [
        ("accounts", "0001_initial"),
        ("accounts", "0002_tiers"),
        ("accounts", "0003_care"),
        ("accounts", "0004_departments"),
    ]

    operations = [
        UnaccentExtension(),
        TrigramExtension(),
        BtreeGistExtension(),
        migrations.RunSQL(FOLD, "DROP FUNCTION public.tend_fold(text)"),
        migrations.RunSQL(SORT, "DROP FUNCTION public.tend_sort(text)"),
        Together(
            operations=[
                migrations.CreateModel(
                    name="User",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("password", models.CharField(max_length=128, verbose_name="password")),
                        (
                            "last_login",
                            models.DateTimeField(blank=True, null=True, verbose_name="last login"),
                        ),
                        ("email", models.EmailField(max_length=254, unique=True, verbose_name="e-mail")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("account_manager", "Account manager"),
                                    ("manager", "Manager"),
                                    ("admin", "Admin"),
                                    ("department", "Department member"),
                                ],
                                default="account_manager",
                                max_length=20,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="Asia/Ho_Chi_Minh",
                                max_length=64,
                                validators=[accounts.models.user.validate_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("vi", "Vietnamese")],
                                default="en",
                                max_length=5,
                                verbose_name="language",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "joined_at",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="joined"),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="members",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="people",
                                to="accounts.tier",
                                verbose_name="tier",
                            ),
                        ),
                        (
                            "department",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.PROTECT,
                                related_name="members",
                                to="accounts.department",
                                verbose_name="department",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "person",
                        "verbose_name_plural": "people",
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                django.db.models.functions.text.Lower("email"),
                                name="user_email_once_in_any_case",
                            ),
                            models.CheckConstraint(
                                condition=models.Q(
                                    models.Q(("department__isnull", False), ("role", "department")),
                                    models.Q(
                                        models.Q(("role", "department"), _negated=True),
                                        ("department__isnull", True),
                                    ),
                                    _connector="OR",
                                ),
                                name="user_department_goes_with_the_role",
                            ),
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="Team",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=80, unique=True, verbose_name="name")),
                        ("region", models.CharField(db_index=True, max_length=80, verbose_name="region")),
                        (
                            "lead",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="teams_led",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="senior lead",
                            ),
                        ),
                        (
                            "manager",
                            models.ForeignKey(
                                blank=True,
                                null=True,
                                on_delete=django.db.models.deletion.SET_NULL,
                                related_name="teams_managed",
                                to=settings.AUTH_USER_MODEL,
                                verbose_name="manager",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "team",
                        "verbose_name_plural": "teams",
                        "ordering": ["region", "name"],
                    },
                ),
                migrations.CreateModel(
                    name="Tier",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "capacity_min",
                            models.PositiveSmallIntegerField(default=0, verbose_name="fewest clients"),
                        ),
                        ("capacity_max", models.PositiveSmallIntegerField(verbose_name="most clients")),
                        (
                            "capacity_is_hard",
                            models.BooleanField(
                                default=False,
                                help_text="Going over it needs an admin's written reason.",
                                verbose_name="the maximum is hard",
                            ),
                        ),
                        (
                            "allowed_segments",
                            django.contrib.postgres.fields.ArrayField(
                                base_field=models.CharField(
                                    choices=[("standard", "Standard"), ("major", "Major"), ("key", "Key")],
                                    max_length=10,
                                ),
                                size=None,
                                verbose_name="segments it may lead",
                            ),
                        ),
                        (
                            "max_discount_percent",
                            models.DecimalField(
                                decimal_places=2, default=0, max_digits=5, verbose_name="largest discount, %"
                            ),
                        ),
                        (
                            "max_payment_days",
                            models.PositiveSmallIntegerField(
                                default=30, verbose_name="longest payment term, days"
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tier",
                        "verbose_name_plural": "tiers",
                        "ordering": ["id"],
                        "constraints": [
                            models.CheckConstraint(
                                condition=models.Q(("capacity_min__lte", models.F("capacity_max"))),
                                name="tier_capacity_in_order",
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="UserEvent",
                    fields=[
                        ("pgh_id", models.AutoField(primary_key=True, serialize=False)),
                        ("pgh_created_at", models.DateTimeField(auto_now_add=True)),
                        ("pgh_label", models.TextField(help_text="The event label.")),
                        ("id", models.BigIntegerField()),
                        ("email", models.EmailField(max_length=254, verbose_name="e-mail")),
                        ("name", models.CharField(max_length=120, verbose_name="name")),
                        (
                            "role",
                            models.CharField(
                                choices=[
                                    ("account_manager", "Account manager"),
                                    ("manager", "Manager"),
                                    ("admin", "Admin"),
                                    ("department", "Department member"),
                                ],
                                default="account_manager",
                                max_length=20,
                                verbose_name="role",
                            ),
                        ),
                        (
                            "time_zone",
                            models.CharField(
                                default="Asia/Ho_Chi_Minh",
                                max_length=64,
                                validators=[accounts.models.user.validate_zone],
                                verbose_name="time zone",
                            ),
                        ),
                        (
                            "language",
                            models.CharField(
                                choices=[("en", "English"), ("vi", "Vietnamese")],
                                default="en",
                                max_length=5,
                                verbose_name="language",
                            ),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                        (
                            "joined_at",
                            models.DateTimeField(default=django.utils.timezone.now, verbose_name="joined"),
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
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "team",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.team",
                                verbose_name="team",
                            ),
                        ),
                        (
                            "tier",
                            models.ForeignKey(
                                blank=True,
                                db_constraint=False,
                                null=True,
                                on_delete=django.db.models.deletion.DO_NOTHING,
                                related_name="+",
                                related_query_name="+",
                                to="accounts.tier",
                                verbose_name="tier",
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
                    ],
                    options={
                        "abstract": False,
                    },
                ),
                migrations.CreateModel(
                    name="Department",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("code", models.SlugField(max_length=20, unique=True, verbose_name="code")),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        (
                            "name_vi",
                            models.CharField(blank=True, max_length=60, verbose_name="name in Vietnamese"),
                        ),
                        ("is_active", models.BooleanField(default=True, verbose_name="active")),
                    ],
                    options={
                        "verbose_name": "department",
                        "verbose_name_plural": "departments",
                        "ordering": ["id"],
                    },
                ),
                pgtrigger.migrations.AddTrigger(
                    model_name="user",
                    trigger=pgtrigger.compiler.Trigger(
                        name="insert_insert",
                        sql=pgtrigger.compiler.UpsertTriggerSql(
                            func='INSERT INTO "accounts_userevent" ("department_id", "email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "tier_id", "time_zone") VALUES (NEW."department_id", NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'insert\', NEW."id", NEW."role", NEW."team_id", NEW."tier_id", NEW."time_zone"); RETURN NULL;',
                            hash="df2c1d442534749646e5905585502011ccca5b75",
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
                            condition='WHEN (OLD."department_id" IS DISTINCT FROM (NEW."department_id") OR OLD."email" IS DISTINCT FROM (NEW."email") OR OLD."id" IS DISTINCT FROM (NEW."id") OR OLD."is_active" IS DISTINCT FROM (NEW."is_active") OR OLD."joined_at" IS DISTINCT FROM (NEW."joined_at") OR OLD."language" IS DISTINCT FROM (NEW."language") OR OLD."name" IS DISTINCT FROM (NEW."name") OR OLD."role" IS DISTINCT FROM (NEW."role") OR OLD."team_id" IS DISTINCT FROM (NEW."team_id") OR OLD."tier_id" IS DISTINCT FROM (NEW."tier_id") OR OLD."time_zone" IS DISTINCT FROM (NEW."time_zone"))',
                            func='INSERT INTO "accounts_userevent" ("department_id", "email", "id", "is_active", "joined_at", "language", "name", "pgh_context_id", "pgh_created_at", "pgh_label", "pgh_obj_id", "role", "team_id", "tier_id", "time_zone") VALUES (NEW."department_id", NEW."email", NEW."id", NEW."is_active", NEW."joined_at", NEW."language", NEW."name", _pgh_attach_context(), NOW(), \'update\', NEW."id", NEW."role", NEW."team_id", NEW."tier_id", NEW."time_zone"); RETURN NULL;',
                            hash="9158a8575486650ab495f560b30837c2f044e79f",
                            operation="UPDATE",
                            pgid="pgtrigger_update_update_0e890",
                            table="accounts_user",
                            when="AFTER",
                        ),
                    ),
                ),
            ],
        ),
        migrations.RunPython(create_tiers, migrations.RunPython.noop),
        migrations.RunPython(create_departments, migrations.RunPython.noop),
    ]
