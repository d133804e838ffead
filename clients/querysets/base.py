"""Reads of client data. Every one starts at `visible_to(user)` or `changeable_by(user)`."""

from django.db import models
from django.db.models import Exists, OuterRef, Prefetch, Q, Subquery
from django.db.models.functions import Now
from django.utils import timezone

from accounts import access
from accounts.models import Absence

TREND_SHOWS_FROM = 5  # points of health in 30 days: a smaller change is no trend


class ClockTimestamp(models.Func):
    """PostgreSQL's clock now, not at the start of the transaction: two changes never carry the same time."""

    function = "clock_timestamp"
    output_field = models.DateTimeField()


def _through_client(queryset, scope, model):
    if scope.everyone:
        return queryset.all()
    clients = model._meta.get_field("client").related_model
    return queryset.filter(client__in=clients.objects.all()._in(scope).values("pk"))


class ScopedByClientQuerySet(models.QuerySet):
    """For rows that belong to a client: seen and changed by whoever sees and changes the client."""

    def visible_to(self, user):
        return _through_client(self, access.scope_to_see(user), self.model)

    def changeable_by(self, user):
        return _through_client(self, access.scope_to_change(user), self.model)


def _is_running():
    """An assignment that counts now: started and not ended."""
    return Q(Q(ended_at__isnull=True) | Q(ended_at__gt=Now()), started_at__lte=Now())


def _is_readable_handover_of(user_id):
    """A former lead's period whose handover still lets them read."""
    return Q(role="lead", user=user_id, ended_at__lte=Now(), read_until__gte=timezone.localdate())


class AssignmentQuerySet(ScopedByClientQuerySet):
    def running(self):
        """Those that count now: started and not ended."""
        return self.filter(_is_running())

    def leads(self):
        return self.filter(role="lead")

    def with_absence(self):
        """Adds `away_until`, the last day of the absence that runs for the assignment's person, and `stand_in`, who
        stands in; None for whoever is here. No query of its own."""
        away = Absence.objects.running(timezone.now()).filter(person=OuterRef("user"))[:1]
        return self.annotate(
            away_until=Subquery(away.values("last_day")), stand_in=Subquery(away.values("substitute__name"))
        )

    def current_leads(self):
        """Running leads of active clients: what counts against a tier's capacity."""
        return self.leads().filter(ended_at__isnull=True, client__status="active")


class ClientQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Clients that `user` may read; `accounts.access` says whose. One semi-join, so sums stay right."""
        return self._in(access.scope_to_see(user))

    def changeable_by(self, user):
        """Clients that `user` may write to: no former leads."""
        return self._in(access.scope_to_change(user))

    def _in(self, scope):
        if scope.everyone:
            return self.all()
        if not scope.people_ids:
            return self.none()
        assignments = self.model.assignments.rel.related_model.objects
        counts = _is_running()
        if scope.handovers_of:  # one of the people; a second IN joined by OR would scan every client
            counts |= _is_readable_handover_of(scope.handovers_of)
        return self.filter(pk__in=assignments.filter(counts, user__in=scope.people_ids).values("client"))

    def active(self):
        return self.filter(status="active")

    def led(self):
        """Clients with a running lead: only these are scored and fall due."""
        return self.filter(Exists(self._running_leads()))

    def without_lead(self):
        return self.filter(~Exists(self._running_leads()))

    def led_by(self, *user_ids):
        return self.filter(Exists(self._running_leads().filter(user__in=user_ids)))

    def _running_leads(self):
        assignments = self.model.assignments.rel.related_model.objects
        return assignments.leads().filter(client=OuterRef("pk"), ended_at__isnull=True)

    def going_silent(self, today):
        """Active clients whose longest accepted silence has passed by `today` (a date)."""
        return self.active().filter(contact_due_on__lt=today)

    def falling(self):
        """Clients whose health fell by enough in 30 days to call it a trend."""
        return self.filter(health_trend__lte=-TREND_SHOWS_FROM)

    def rising(self):
        """Clients whose health rose by enough in 30 days to call it a trend."""
        return self.filter(health_trend__gte=TREND_SHOWS_FROM)

    def with_lead(self):
        """Adds `running_leads` (a list of at most one assignment with its user). One more query."""
        assignments = self.model.assignments.rel.related_model.objects
        leads = assignments.leads().filter(ended_at__isnull=True).select_related("user__tier", "user__team")
        return self.prefetch_related(Prefetch("assignments", queryset=leads, to_attr="running_leads"))

    def mark_health_stale(self):
        """Says that something health rests on has changed; the sweep or a queued task scores anew.

        Call it in the transaction of the change. Each call sets a new time, so that scoring which
        began before the change cannot clear it.
        """
        return self.update(health_stale_since=ClockTimestamp())


class ContactQuerySet(ScopedByClientQuerySet):
    def here(self):
        """Contacts who have not left."""
        return self.filter(left_on__isnull=True)
