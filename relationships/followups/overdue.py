"""What is late in a senior's team and goes nowhere else: their weekly list."""

from django.db.models import Exists, F, OuterRef, Q
from django.utils import timezone

from accounts import access
from accounts.models import Absence, Team, User
from relationships.models import Escalation, FollowUp


def overdue_of_team(user, today):
    """Late open follow-ups of the people right below `user` that nobody above was told of, the longest late first.

    Right below a senior are the people of the teams they lead; below a manager those of their regions whom no senior
    stands above, the seniors among them; below an admin those whom neither does. Not those of people who are away
    today: their substitute has the queue. A queryset, ordered by due day and id.
    """
    away = Absence.objects.running(timezone.now()).values("person")
    escalated = Escalation.objects.running().filter(follow_up=OuterRef("pk"))
    people = people_below(user).exclude(pk__in=away).values("pk")
    late = FollowUp.objects.visible_to(user).open().filter(due_on__lt=today, assignee__in=people)
    return late.filter(~Exists(escalated)).order_by("due_on", "id")


def people_below(user):
    """The people whose late work nobody sees before `user` does, see `overdue_of_team`. A queryset."""
    no_senior = Q(team__lead__isnull=True) | Q(team__lead__is_active=False) | Q(team__lead=F("pk"))
    below = Q(team__lead=user.pk) | Q(team__region__in=_regions(manager=user.pk)) & no_senior
    if access.may_assign(user):
        managed = Q(team__region__in=_regions(manager__is_active=True))
        below |= Q(team__isnull=True) | no_senior & ~managed
    return User.objects.filter(below).exclude(pk=user.pk)


def _regions(**of):
    return Team.objects.filter(**of).values("region")
