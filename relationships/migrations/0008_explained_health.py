import uuid

import django.core.validators
import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("clients", "0008_health_trend"),
        ("relationships", "0007_second_scoring_model"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
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
        migrations.AddField(
            model_name="healthscore",
            name="shown_band",
            field=models.CharField(
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
        migrations.AddField(
            model_name="healthscore",
            name="shown_score",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="healthscore",
            name="trend",
            field=models.FloatField(null=True),
        ),
        migrations.AddField(
            model_name="healthsnapshot",
            name="computed_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="healthsnapshot",
            name="shown_band",
            field=models.CharField(
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
        migrations.AddField(
            model_name="healthsnapshot",
            name="shown_score",
            field=models.FloatField(null=True),
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
            ],
            options={
                "verbose_name": "backtest",
                "verbose_name_plural": "backtests",
                "ordering": ["-requested_at", "-id"],
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
                ("idempotency_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
            },
        ),
        migrations.AddField(
            model_name="healthscore",
            name="override",
            field=models.ForeignKey(
                db_index=False,
                null=True,
                on_delete=django.db.models.deletion.SET_NULL,
                related_name="+",
                to="relationships.healthoverride",
            ),
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
                        choices=[(1, "In danger"), (2, "Weak"), (3, "Fair"), (4, "Good"), (5, "Strong")],
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
                ("idempotency_key", models.UUIDField(default=uuid.uuid4, editable=False, unique=True)),
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
                        on_delete=django.db.models.deletion.CASCADE, related_name="+", to="clients.client"
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
            },
        ),
        migrations.AddConstraint(
            model_name="healthoverride",
            constraint=models.UniqueConstraint(
                models.F("client"), condition=models.Q(("ended_at__isnull", True)), name="override_one_runs"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(("score__range", (0, 100))), name="override_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="healthoverride",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ended_at__isnull", True), ("ended_at__gte", models.F("made_at")), _connector="OR"
                ),
                name="override_ends_after_it_starts",
            ),
        ),
        migrations.AddIndex(
            model_name="ownrating",
            index=models.Index(
                fields=["client", "-rated_at"],
                include=("rated_by", "value", "rated_on"),
                name="rating_newest",
            ),
        ),
        migrations.AddConstraint(
            model_name="ownrating",
            constraint=models.CheckConstraint(
                condition=models.Q(("value__range", (1, 5))), name="rating_in_range"
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringdraft",
            constraint=models.CheckConstraint(condition=models.Q(("id", 1)), name="draft_is_one"),
        ),
        migrations.AddConstraint(
            model_name="previewchange",
            constraint=models.UniqueConstraint(
                models.F("preview"), models.F("client"), name="preview_change_once"
            ),
        ),
        migrations.AddIndex(
            model_name="scoringrun",
            index=models.Index(fields=["-started_at", "-id"], name="run_newest"),
        ),
        migrations.AddConstraint(
            model_name="scoringrun",
            constraint=models.UniqueConstraint(
                models.F("as_of"),
                models.F("model"),
                condition=models.Q(("kind", "nightly")),
                name="run_once_a_night",
            ),
        ),
        migrations.AddConstraint(
            model_name="scoringrange",
            constraint=models.UniqueConstraint(models.F("run"), models.F("first_id"), name="range_once"),
        ),
    ]
