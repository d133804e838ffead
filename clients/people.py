"""Account managers as leads: who may lead what, and finding one by name."""

from django.db.models import Q, Value

from accounts.db import Fold
from accounts.models import User

SEARCH_WORDS = 5


def people_for_segment(segment):
    """Account managers whose tier may lead clients of this segment."""
    return User.objects.account_managers().filter(tier__allowed_segments__contains=[segment])


def found_by_words(people, text):
    """Those whose name, e-mail, team or region has each word of `text`, accents and case ignored."""
    people = people.alias(
        name_fold=Fold("name"), team_fold=Fold("team__name"), region_fold=Fold("team__region")
    )
    for word in text.split()[:SEARCH_WORDS]:
        wanted = Fold(Value(word))
        people = people.filter(
            Q(name_fold__contains=wanted)
            | Q(team_fold__contains=wanted)
            | Q(region_fold__contains=wanted)
            | Q(email__icontains=word)
        )
    return people
