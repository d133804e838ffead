"""Tags, and lists of clients that are kept under a name."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

import accounts.db
from accounts.schema import Together


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0010_contact_email"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        Together(
            operations=[
                migrations.CreateModel(
                    name="Tag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=40, verbose_name="tag")),
                        (
                            "name_fold",
                            models.GeneratedField(
                                db_persist=True,
                                expression=accounts.db.Fold("name"),
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
                    ],
                    options={
                        "verbose_name": "tag",
                        "verbose_name_plural": "tags",
                        "ordering": ["name_sort"],
                        "constraints": [models.UniqueConstraint(models.F("name_fold"), name="tag_once")],
                    },
                ),
                migrations.CreateModel(
                    name="SavedView",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("name", models.CharField(max_length=60, verbose_name="name")),
                        ("query", models.CharField(blank=True, max_length=2000)),
                        ("is_shared", models.BooleanField(default=False, verbose_name="for my team too")),
                        ("created_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "owner",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="saved_views",
                                to=settings.AUTH_USER_MODEL,
                            ),
                        ),
                        (
                            "pinned_by",
                            models.ManyToManyField(
                                blank=True, related_name="pinned_views", to=settings.AUTH_USER_MODEL
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "saved view",
                        "verbose_name_plural": "saved views",
                        "ordering": ["name", "id"],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("owner"), models.F("name"), name="saved_view_once"
                            )
                        ],
                    },
                ),
                migrations.CreateModel(
                    name="ClientTag",
                    fields=[
                        (
                            "id",
                            models.BigAutoField(
                                auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                            ),
                        ),
                        ("added_at", models.DateTimeField(auto_now_add=True)),
                        (
                            "added_by",
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
                                related_name="client_tags",
                                to="clients.client",
                            ),
                        ),
                        (
                            "tag",
                            models.ForeignKey(
                                db_index=False,
                                on_delete=django.db.models.deletion.CASCADE,
                                related_name="client_tags",
                                to="clients.tag",
                            ),
                        ),
                    ],
                    options={
                        "verbose_name": "tag of a client",
                        "verbose_name_plural": "tags of clients",
                        "ordering": ["tag__name_sort"],
                        "indexes": [models.Index(fields=["tag", "client"], name="client_tag_clients")],
                        "constraints": [
                            models.UniqueConstraint(
                                models.F("client"), models.F("tag"), name="client_tag_once"
                            )
                        ],
                    },
                ),
            ],
        ),
    ]
