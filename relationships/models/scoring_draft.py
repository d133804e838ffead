"""The next version of the scoring model while it is thought about, and what it would do to the book."""

from django.conf import settings
from django.db import models
from django.utils.translation import gettext_lazy as _

from clients.models import Band, Client
from clients.querysets import ScopedByClientQuerySet

from .health import ScoringModel
from .long_work import LongWork


class ScoringDraft(models.Model):
    """The house has one draft. `version` guards edits; `based_on` is the model it started from."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    spec = models.JSONField()
    based_on = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")
    note = models.CharField(_("why"), max_length=500, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    updated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    updated_at = models.DateTimeField(auto_now=True)

    class Meta:
        verbose_name = _("draft of the scoring model")
        constraints = [models.CheckConstraint(condition=models.Q(id=1), name="draft_is_one")]

    def __str__(self):
        return f"draft on {self.based_on}"


class ScoringPreview(LongWork):
    """What a draft would do to the whole book on the day `as_of`, computed without writing any score.

    `result` (written and read by health.preview): {"moves": {"healthy>watch": {"clients": n, "revenue": {currency:
    amount as text}}}, "failed": n, "last_id": n}; clients that keep their band are there as "healthy>healthy". `error`
    is one of the words of health.preview.
    """

    spec = models.JSONField()
    model = models.ForeignKey(ScoringModel, on_delete=models.PROTECT, related_name="+")
    as_of = models.DateField(null=True, editable=False)
    result = models.JSONField(default=dict, editable=False)

    class Meta:
        ordering = ["-requested_at", "-id"]
        verbose_name = _("preview of a scoring model")

    def __str__(self):
        return f"preview {self.pk}"


class PreviewChange(models.Model):
    """A client that would change band."""

    preview = models.ForeignKey(ScoringPreview, on_delete=models.CASCADE, related_name="changes")
    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="+")
    band_before = models.CharField(max_length=10, choices=Band)
    band_after = models.CharField(max_length=10, choices=Band)
    score_before = models.FloatField(null=True)
    score_after = models.FloatField(null=True)

    objects = ScopedByClientQuerySet.as_manager()

    class Meta:
        ordering = ["preview", "client"]
        constraints = [models.UniqueConstraint("preview", "client", name="preview_change_once")]

    def __str__(self):
        return f"{self.client_id}: {self.band_before} → {self.band_after}"
