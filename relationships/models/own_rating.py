"""How the account manager sees the relationship, apart from the score."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client
from relationships.querysets import OwnRatingQuerySet


class RatingValue(models.IntegerChoices):
    RED = 1, _("In danger")
    WEAK = 2, _("Weak")
    FAIR = 3, _("Fair")
    GOOD = 4, _("Good")
    STRONG = 5, _("Strong")


class RatingSource(models.TextChoices):
    OWN = "own", _("Rated")
    HANDOVER = "handover", _("Set at the handover")


class OwnRating(models.Model):
    """One rating, 1 (red) to 5. `rated_by` is the lead it stands for; the current lead's newest one counts.

    A handover writes one of 2 for the new lead, which waits to be replaced by their own. Rows are never changed.
    """

    client = models.ForeignKey(Client, on_delete=models.CASCADE, related_name="own_ratings", db_index=False)
    value = models.PositiveSmallIntegerField(_("how the relationship stands"), choices=RatingValue)
    note = models.CharField(_("why"), max_length=500, blank=True)
    rated_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+", db_index=False
    )
    rated_at = models.DateTimeField()
    rated_on = models.DateField(editable=False)  # the local day in the house zone
    source = models.CharField(max_length=10, choices=RatingSource, default=RatingSource.OWN, editable=False)
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)

    objects = OwnRatingQuerySet.as_manager()

    class Meta:
        ordering = ["-rated_at", "-id"]
        verbose_name, verbose_name_plural = _("own rating"), _("own ratings")
        constraints = [models.CheckConstraint(condition=Q(value__range=(1, 5)), name="rating_in_range")]
        # the newest of a client; scoring reads value and rater from the index
        indexes = [
            models.Index(
                fields=["client", "-rated_at"],
                include=["rated_by", "value", "rated_on"],
                name="rating_newest",
            )
        ]

    def __str__(self):
        return f"{self.client_id}: {self.value}"
