"""A touchpoint: one contact with a client."""

import uuid

import pghistory
from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from clients.models import Client, Contact
from relationships.querysets import InteractionQuerySet


class InteractionKind(models.TextChoices):
    CALL = "call", _("Call")
    MEETING = "meeting", _("Meeting")
    VISIT = "visit", _("Visit")
    EMAIL = "email", _("E-mail")
    MESSAGE = "message", _("Message")
    EVENT = "event", _("Event")
    GIFT = "gift", _("Gift")
    REVIEW = "review", _("Review")


class Direction(models.TextChoices):
    OUT = "out", _("From us")
    IN = "in", _("From the client")


class InteractionSource(models.TextChoices):
    WEB = "web", _("Typed")
    IMPORT = "import", _("Imported")
    DEMO = "demo", _("Demo")


class Sentiment(models.IntegerChoices):
    VERY_BAD = -2, _("Very bad")
    BAD = -1, _("Bad")
    NEUTRAL = 0, _("Neutral")
    GOOD = 1, _("Good")
    VERY_GOOD = 2, _("Very good")


# Kinds that reach the client unless the user says otherwise. Mail and messages do when they come in.
REACHING_KINDS = frozenset(
    {
        InteractionKind.CALL,
        InteractionKind.MEETING,
        InteractionKind.VISIT,
        InteractionKind.EVENT,
        InteractionKind.REVIEW,
    }
)


def reaches_by_default(kind, direction):
    """Whether a touch of this kind counts as two-way before anyone says otherwise (HEALTH.md)."""
    written = kind in (InteractionKind.EMAIL, InteractionKind.MESSAGE)
    return kind in REACHING_KINDS or (written and direction == Direction.IN)


@pghistory.track(pghistory.UpdateEvent(row=pghistory.Old), pghistory.DeleteEvent())
class Interaction(models.Model):
    """One contact with a client, typed by an account manager.

    `occurred_at` is the moment; `occurred_on` the local day where it was logged, which health counts by.
    `reached` says whether it was two-way. `idempotency_key` makes a double click one row.
    """

    client = models.ForeignKey(
        Client,
        verbose_name=_("client"),
        on_delete=models.CASCADE,
        related_name="interactions",
        db_index=False,  # interaction_timeline begins with it
    )
    author = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("logged by"),
        null=True,
        on_delete=models.SET_NULL,
        related_name="interactions",
        db_index=False,  # interaction_of_author begins with it
    )
    kind = models.CharField(_("kind"), max_length=10, choices=InteractionKind, default=InteractionKind.CALL)
    direction = models.CharField(_("direction"), max_length=3, choices=Direction, default=Direction.OUT)
    reached = models.BooleanField(_("reached the client"), default=True)
    occurred_at = models.DateTimeField(_("when"))
    occurred_on = models.DateField(_("day"), editable=False)
    duration_minutes = models.PositiveSmallIntegerField(
        _("duration, minutes"), null=True, blank=True, validators=[MaxValueValidator(24 * 60)]
    )
    contacts = models.ManyToManyField(
        Contact,
        verbose_name=_("contacts met"),
        through="InteractionContact",
        related_name="interactions",
        blank=True,
    )
    sentiment = models.SmallIntegerField(
        _("sentiment"),
        choices=Sentiment,
        null=True,
        blank=True,
        validators=[MinValueValidator(-2), MaxValueValidator(2)],
    )
    summary = models.TextField(_("what was said"), max_length=4000, blank=True)
    outcome = models.CharField(_("outcome"), max_length=500, blank=True)
    next_step = models.CharField(_("next step"), max_length=300, blank=True)
    next_step_on = models.DateField(_("next step on"), null=True, blank=True)
    source = models.CharField(
        max_length=10, choices=InteractionSource, default=InteractionSource.WEB, editable=False
    )
    idempotency_key = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    version = models.PositiveIntegerField(default=1, db_default=1, editable=False)  # guards edits
    created_at = models.DateTimeField(_("logged at"), auto_now_add=True)

    objects = InteractionQuerySet.as_manager()

    class Meta:
        ordering = ["-occurred_at", "-id"]
        verbose_name, verbose_name_plural = _("interaction"), _("interactions")
        constraints = [
            models.CheckConstraint(
                condition=Q(sentiment__isnull=True) | Q(sentiment__range=(-2, 2)),
                name="interaction_sentiment_in_range",
            )
        ]
        indexes = [
            # with the day, so that scoring finds a client's newest touch without visiting the wide rows
            models.Index(
                fields=["client", "-occurred_at", "-id"], include=["occurred_on"], name="interaction_timeline"
            ),
            # health: reached and rated touches of a client by day, without visiting the wide rows
            models.Index(
                fields=["client", "occurred_on"],
                include=["id", "reached", "sentiment"],
                name="interaction_signals",
            ),
            # an account manager's own day and what they logged
            models.Index(fields=["author", "-occurred_at"], name="interaction_of_author"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.occurred_on}"


class InteractionContact(models.Model):
    """Who was met in a touch."""

    interaction = models.ForeignKey(Interaction, on_delete=models.CASCADE)
    contact = models.ForeignKey(Contact, on_delete=models.CASCADE)

    class Meta:
        constraints = [models.UniqueConstraint("interaction", "contact", name="interaction_contact_once")]

    def __str__(self):
        return f"{self.interaction_id}: {self.contact_id}"
