"""Days on which a person is away, and who stands in for them."""

import pghistory
from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q
from django.utils.translation import gettext_lazy as _


class DayRange(Func):
    """Both ends included."""

    function = "DATERANGE"
    template = "%(function)s(%(expressions)s, '[]')"
    output_field = DateRangeField()


class AbsenceQuerySet(models.QuerySet):
    def standing(self):
        """Those that were not called off."""
        return self.filter(cancelled_at__isnull=True)

    def running(self, now):
        """Those whose days it is at `now` (aware), in the zone of who is away."""
        day = Func(
            models.Value(now),
            F("person__time_zone"),
            template="(%(expressions)s)::date",
            arg_joiner=" AT TIME ZONE ",
            output_field=models.DateField(),
        )
        return self.standing().filter(first_day__lte=day, last_day__gte=day)


@pghistory.track(pghistory.InsertEvent(), pghistory.UpdateEvent())
class Absence(models.Model):
    """`substitute` sees and works the queue and the clients of `person` on these days, both ends included.

    Days are those of the person's own zone. Nobody is away twice on one day: a constraint says so.
    """

    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who is away"),
        on_delete=models.CASCADE,
        related_name="absences",
    )
    substitute = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name=_("who stands in"),
        on_delete=models.PROTECT,
        related_name="covers",
    )
    first_day = models.DateField(_("first day away"))
    last_day = models.DateField(_("last day away"))
    note = models.CharField(_("what the substitute should know"), max_length=500, blank=True)
    entered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, on_delete=models.SET_NULL, related_name="+"
    )
    entered_at = models.DateTimeField(auto_now_add=True)
    cancelled_at = models.DateTimeField(null=True, blank=True)

    objects = AbsenceQuerySet.as_manager()

    class Meta:
        ordering = ["-first_day", "-id"]
        verbose_name, verbose_name_plural = _("absence"), _("absences")
        constraints = [
            ExclusionConstraint(
                name="absence_once_a_day",
                expressions=[
                    ("person", RangeOperators.EQUAL),
                    (DayRange("first_day", "last_day"), RangeOperators.OVERLAPS),
                ],
                condition=Q(cancelled_at__isnull=True),
            ),
            models.CheckConstraint(
                condition=Q(last_day__gte=F("first_day")), name="absence_ends_after_it_starts"
            ),
            models.CheckConstraint(
                condition=~Q(person=F("substitute")), name="absence_is_covered_by_another"
            ),
        ]
        indexes = [
            models.Index(
                fields=["substitute", "last_day"],
                condition=Q(cancelled_at__isnull=True),
                name="absence_of_substitute",
            ),
        ]

    def __str__(self):
        return f"{self.first_day} – {self.last_day}"
