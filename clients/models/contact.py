"""A person at a client."""

import pghistory
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from accounts.db import folded, ordered
from clients.querysets import ContactQuerySet

from .client import Client


class ContactRole(models.TextChoices):
    DECISION_MAKER = "decision_maker", _("Decision maker")
    INFLUENCER = "influencer", _("Influencer")
    CHAMPION = "champion", _("Champion")
    USER = "user", _("User")
    BLOCKER = "blocker", _("Blocker")
    PROCUREMENT = "procurement", _("Procurement")
    FINANCE = "finance", _("Finance")


@pghistory.track(exclude=["name_fold", "name_sort", "updated_at"])
class Contact(models.Model):
    """A person at a client, with a role in decisions. `left_on` marks someone who is gone."""

    client = models.ForeignKey(
        Client, verbose_name=_("client"), on_delete=models.CASCADE, related_name="contacts"
    )
    name = models.CharField(_("full name"), max_length=120)
    given_name = models.CharField(
        _("given name"), max_length=60, blank=True, help_text=_("How to address them, as in “anh Minh”.")
    )
    title = models.CharField(_("job title"), max_length=120, blank=True)
    role = models.CharField(_("role in decisions"), max_length=20, choices=ContactRole, blank=True)
    influence = models.PositiveSmallIntegerField(
        _("influence"), null=True, blank=True, validators=[MinValueValidator(1), MaxValueValidator(5)]
    )
    reports_to = models.ForeignKey(
        "self",
        verbose_name=_("reports to"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="reports",
    )
    email = models.EmailField(_("e-mail"), blank=True)
    phone = models.CharField(_("phone"), max_length=40, blank=True)
    birthday = models.DateField(_("birthday"), null=True, blank=True)
    left_on = models.DateField(_("left on"), null=True, blank=True)
    version = models.PositiveIntegerField(default=1, editable=False)
    created_at = models.DateTimeField(_("created"), auto_now_add=True)
    updated_at = models.DateTimeField(_("updated"), auto_now=True)
    name_fold = folded("name", "email")
    name_sort = ordered("name")

    objects = ContactQuerySet.as_manager()

    class Meta:
        ordering = ["name_sort", "id"]
        verbose_name, verbose_name_plural = _("contact"), _("contacts")
        indexes = [
            GinIndex(OpClass("name_fold", "gin_trgm_ops"), name="contact_name_search"),
            # reminders: whether an address is also that of a client
            models.Index(Lower("email"), condition=~Q(email=""), name="contact_email"),
        ]
        constraints = [
            models.CheckConstraint(condition=~Q(reports_to=F("id")), name="contact_not_their_own_boss"),
            models.CheckConstraint(
                condition=Q(influence__isnull=True) | Q(influence__range=(1, 5)),
                name="contact_influence_1_to_5",
            ),
        ]

    def __str__(self):
        return self.name

    def get_absolute_url(self):
        """The contact's page, which the relationships app serves: known here by its URL name only."""
        return reverse("relationships:contact_page", args=[self.pk])
