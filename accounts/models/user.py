"""The people who log in."""

import zoneinfo

import pghistory
from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.contrib.postgres.expressions import ArraySubquery
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Exists, OuterRef
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import working_time
from accounts.db import ordered

from .department import Department
from .team import Team
from .tier import Tier


class Role(models.TextChoices):
    ACCOUNT_MANAGER = "account_manager", _("Account manager")
    MANAGER = "manager", _("Manager")
    ADMIN = "admin", _("Admin")
    DEPARTMENT = "department", _("Department member")


class UserQuerySet(models.QuerySet):
    def active(self):
        return self.filter(is_active=True)

    def account_managers(self):
        """People who may lead clients: active, with a tier."""
        return self.active().filter(role=Role.ACCOUNT_MANAGER, tier__isnull=False)

    def in_regions_of(self, manager):
        """Everyone in a team of the regions that `manager` answers for."""
        return self.filter(team__region__in=Team.objects.filter(manager=manager).values("region"))

    def in_teams_led_by(self, senior):
        return self.filter(team__lead=senior)

    def with_reach(self):
        """Adds what `accounts.access` asks of each request: `_leads_team`, and `_covered_ids`, whom they stand in for
        today. It comes with the user, so that no page pays a query for it."""
        teams = Team.objects.filter(lead=OuterRef("pk"))
        covers = self.model.covers.rel.related_model.objects.running(timezone.now())
        covered = covers.filter(substitute=OuterRef("pk")).order_by().values("person")
        return self.annotate(_leads_team=Exists(teams), _covered_ids=ArraySubquery(covered))


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):
    def create_user(self, *, email, password=None, **fields):
        user = self.model(email=self.normalize_email(email).lower(), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user

    def get_by_natural_key(self, email):
        return self.get(email__iexact=email)


def validate_zone(value):
    """A name of the IANA zone database, such as Asia/Ho_Chi_Minh."""
    if value not in zoneinfo.available_timezones():
        raise ValidationError(_("There is no time zone called “%(value)s”."), params={"value": value})


def validate_calendar(value):
    """A two-letter code of a country whose public holidays are known."""
    if value not in working_time.known_countries():
        raise ValidationError(_("There is no working calendar for “%(value)s”."), params={"value": value})


@pghistory.track(
    pghistory.InsertEvent(), pghistory.UpdateEvent(), exclude=["password", "last_login", "name_sort"]
)
class User(AbstractBaseUser):
    """Logs in by e-mail. Role says what they do, tier how many clients of which segments they may lead.

    What a user may see or do is asked of `accounts.access`, never worked out from these fields elsewhere.
    """

    email = models.EmailField(_("e-mail"), unique=True)
    name = models.CharField(_("name"), max_length=120)
    role = models.CharField(_("role"), max_length=20, choices=Role, default=Role.ACCOUNT_MANAGER)
    tier = models.ForeignKey(
        Tier, verbose_name=_("tier"), null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    team = models.ForeignKey(
        Team, verbose_name=_("team"), null=True, blank=True, on_delete=models.SET_NULL, related_name="members"
    )
    department = models.ForeignKey(
        Department,
        verbose_name=_("department"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="members",
    )
    time_zone = models.CharField(
        _("time zone"), max_length=64, default=settings.TIME_ZONE, validators=[validate_zone]
    )
    calendar = models.CharField(
        _("working calendar"),
        max_length=2,
        default=working_time.COUNTRY,
        validators=[validate_calendar],
        help_text=_("Whose weekends and public holidays are days off: no daily mail comes on them."),
    )
    language = models.CharField(_("language"), max_length=5, choices=settings.LANGUAGES, default="en")
    is_active = models.BooleanField(_("active"), default=True)
    joined_at = models.DateTimeField(_("joined"), default=timezone.now)

    name_sort = ordered("name")

    objects = UserManager()

    USERNAME_FIELD = EMAIL_FIELD = "email"
    REQUIRED_FIELDS = ["name"]

    class Meta:
        ordering = ["name_sort", "id"]
        verbose_name, verbose_name_plural = _("person"), _("people")
        constraints = [
            models.UniqueConstraint(Lower("email"), name="user_email_once_in_any_case"),
            models.CheckConstraint(
                condition=models.Q(role=Role.DEPARTMENT, department__isnull=False)
                | (~models.Q(role=Role.DEPARTMENT) & models.Q(department__isnull=True)),
                name="user_department_goes_with_the_role",
            ),
        ]

    def __str__(self):
        return self.name

    @property
    def zone(self):
        return zoneinfo.ZoneInfo(self.time_zone)

    @property
    def initials(self):
        words = self.name.split()
        return (words[0][0] + (words[-1][0] if len(words) > 1 else "")).upper() if words else "?"
