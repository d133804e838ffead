"""The organisation we serve: one client is one account."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, RegexValidator
from django.db import models
from django.db.models import F, Q
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.db import folded, ordered
from accounts.models import Segment
from clients.querysets import ClientQuerySet

CURRENCY = RegexValidator(r"^[A-Z]{3}\Z", _("A currency is three capital letters, such as VND."))
COUNTRY = RegexValidator(r"^[A-Z]{2}\Z", _("A country is two capital letters, such as VN."))

# Kept by the relationships app, in bulk; never shown in a form and not part of the edit history.
MAINTAINED = [
    "health_score",
    "health_band",
    "health_trend",
    "health_as_of",
    "health_stale_since",
    "last_interaction_at",
    "last_reached_on",
    "contact_due_on",
    "next_follow_up_on",
    "revenue_12m",
    "revenue_12m_before",
    "updated_at",
    "name_fold",
    "name_sort",
]


class ClientStatus(models.TextChoices):
    ACTIVE = "active", _("Active")
    LOST = "lost", _("Lost")


class LostReason(models.TextChoices):
    PRICE = "price", _("Price")
    SERVICE = "service", _("Service or quality")
    COMPETITOR = "competitor", _("Went to a competitor")
    CLOSED = "closed", _("Closed or merged")
    OTHER = "other", _("Other")


class Band(models.TextChoices):
    """Health in words. Lives here because the client list filters by it; only relationships writes it."""

    HEALTHY = "healthy", _("Healthy")
    WATCH = "watch", _("Watch")
    AT_RISK = "at_risk", _("At risk")
    UNKNOWN = "unknown", _("Unknown")


@pghistory.track(
    pghistory.InsertEvent(),
    pghistory.UpdateEvent(condition=pghistory.AnyChange(exclude=MAINTAINED)),
    pghistory.DeleteEvent(),
    exclude=MAINTAINED,
)
class Client(models.Model):
    """A client organisation. May belong to a parent group, which only adds its members up.

    `version` guards edits: a form that was opened before another's save gets a conflict, not the last word.
    Money is in `currency`; `revenue_12m` covers the last 12 complete calendar months.
    """

    name = models.CharField(_("name"), max_length=200)
    parent = models.ForeignKey(
        "self",
        verbose_name=_("parent group"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )
    industry = models.CharField(_("industry"), max_length=80, blank=True)
    employees = models.PositiveIntegerField(_("employees"), null=True, blank=True)
    city = models.CharField(_("city"), max_length=80, blank=True)
    country = models.CharField(_("country"), max_length=2, blank=True, validators=[COUNTRY])
    tax_code = models.CharField(_("tax code"), max_length=30, blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    website = models.URLField(_("website"), blank=True)
    segment = models.CharField(_("segment"), max_length=10, choices=Segment, default=Segment.STANDARD)
    demanding = models.BooleanField(_("demanding"), default=False)
    prestige = models.PositiveSmallIntegerField(
        _("prestige"),
        default=0,
        validators=[MaxValueValidator(5)],
        help_text=_("0 to 5: how much their name opens doors."),
    )
    currency = models.CharField(_("currency"), max_length=3, default="VND", validators=[CURRENCY])
    status = models.CharField(_("status"), max_length=10, choices=ClientStatus, default=ClientStatus.ACTIVE)
    lost_on = models.DateField(_("lost on"), null=True, blank=True)
    lost_reason = models.CharField(_("reason of the loss"), max_length=20, choices=LostReason, blank=True)
    note = models.TextField(_("note"), max_length=4000, blank=True)
    # Where an import found it, so that the same file read twice changes nothing.
    source = models.CharField(max_length=20, blank=True, editable=False)
    source_ref = models.CharField(max_length=200, blank=True, editable=False)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    name_fold = folded("name", "tax_code")
    name_sort = ordered("name")

    revenue_12m = models.DecimalField(
        _("revenue, 12 months"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    revenue_12m_before = models.DecimalField(
        _("revenue, 12 months before"), max_digits=18, decimal_places=2, default=0, editable=False
    )
    health_score = models.FloatField(null=True, editable=False)
    health_band = models.CharField(
        _("health"), max_length=10, choices=Band, default=Band.UNKNOWN, editable=False
    )
    health_trend = models.FloatField(null=True, editable=False)  # points in 30 days
    health_as_of = models.DateTimeField(null=True, editable=False)
    health_stale_since = models.DateTimeField(null=True, editable=False)
    last_interaction_at = models.DateTimeField(null=True, editable=False)
    last_reached_on = models.DateField(null=True, editable=False)
    contact_due_on = models.DateField(null=True, editable=False)
    next_follow_up_on = models.DateField(null=True, editable=False)

    objects = ClientQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        verbose_name, verbose_name_plural = _("client"), _("clients")
        indexes = [
            models.Index(fields=["name_sort", "id"], name="client_by_name"),  # the client list and its pages
            models.Index(F("revenue_12m").desc(), "id", name="client_by_revenue"),  # the client list's order
            models.Index(  # key candidates and the 80 % line, read in order from the index alone
                "currency",
                F("revenue_12m").desc(),
                "id",
                condition=Q(status="active"),
                name="client_ranking",
            ),
            GinIndex(OpClass("name_fold", "gin_trgm_ops"), name="client_name_search"),
            models.Index(  # the minute's sweep
                fields=["health_stale_since"],
                condition=Q(health_stale_since__isnull=False),
                name="client_stale",
            ),
            models.Index(fields=["contact_due_on"], condition=Q(status="active"), name="client_silent"),
            models.Index(  # the few key clients among the many: counts and their list
                fields=["name_sort", "id"], condition=Q(status="active", segment="key"), name="client_key"
            ),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(status=ClientStatus.ACTIVE, lost_on__isnull=True)
                | Q(status=ClientStatus.LOST, lost_on__isnull=False),
                name="client_lost_has_a_date",
            ),
            models.CheckConstraint(condition=~Q(parent=F("id")), name="client_not_its_own_parent"),
            models.UniqueConstraint(
                "source", "source_ref", condition=~Q(source_ref=""), name="client_once_per_source"
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The client page, which the relationships app serves: known here by its URL name only."""
        return reverse("relationships:client_page", args=[self.pk])
