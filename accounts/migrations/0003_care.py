import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("accounts", "0002_tiers"),
    ]

    operations = [
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
                ("name_vi", models.CharField(blank=True, max_length=60, verbose_name="name in Vietnamese")),
                ("is_active", models.BooleanField(default=True, verbose_name="active")),
            ],
            options={
                "verbose_name": "department",
                "verbose_name_plural": "departments",
                "ordering": ["id"],
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
        migrations.AlterField(
            model_name="user",
            name="role",
            field=models.CharField(
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
        migrations.AlterField(
            model_name="userevent",
            name="role",
            field=models.CharField(
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
        migrations.AddField(
            model_name="user",
            name="department",
            field=models.ForeignKey(
                blank=True,
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="accounts.department",
                verbose_name="department",
            ),
        ),
        migrations.AddField(
            model_name="userevent",
            name="department",
            field=models.ForeignKey(
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
        migrations.AddConstraint(
            model_name="user",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("department__isnull", False), ("role", "department")),
                    models.Q(models.Q(("role", "department"), _negated=True), ("department__isnull", True)),
                    _connector="OR",
                ),
                name="user_department_goes_with_the_role",
            ),
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
    ]
