"""The client list's filters. Every figure elsewhere that leads to the list builds its address from these names."""

import datetime
import re
from functools import cached_property

import django_filters
from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.db.models import Case, Exists, F, OuterRef, Value, When
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from accounts import access
from accounts.db import Fold
from accounts.models import Segment, Team
from accounts.web.forms import PlainForm
from clients.list_columns import CHOICES, MOST_COLUMNS
from clients.models import Assignment, Band, Client, ClientStatus, ClientTag
from clients.places import countries

SEARCH_WORDS = 5
PEOPLE_OFFERED = 60
ANY_STATUS = "all"
LARGEST_ID = 2**63 - 1

# Rows without a value come last in both directions: each direction fills the gap with its own end.
_LAST_DAY, _FIRST_DAY = datetime.date(9999, 1, 1), datetime.date(1, 1, 2)
_LAST_MOMENT, _FIRST_MOMENT = (
    datetime.datetime.combine(day, datetime.time(), datetime.UTC) for day in (_LAST_DAY, _FIRST_DAY)
)
SORTS = {
    "name": ["name_sort", "id"],
    "-name": ["-name_sort", "-id"],
    # Nothing converts currencies here, so each is in order by itself, the house's own first.
    "revenue": ["sort_currency", "revenue_12m", "id"],
    "-revenue": ["sort_currency", "-revenue_12m", "id"],
    "health": ["sort_value", "id"],
    "-health": ["-sort_value", "id"],
    "last": ["sort_value", "id"],
    "-last": ["-sort_value", "id"],
    "next": ["sort_value", "id"],
    "-next": ["-sort_value", "id"],
    "due": ["sort_value", "id"],
    "-due": ["-sort_value", "id"],
}
_SORT_VALUES = {
    "health": ("health_score", 101.0),
    "-health": ("health_score", -1.0),
    "last": ("last_interaction_at", _LAST_MOMENT),
    "-last": ("last_interaction_at", _FIRST_MOMENT),
    "next": ("next_follow_up_on", _LAST_DAY),
    "-next": ("next_follow_up_on", _FIRST_DAY),
    "due": ("contact_due_on", _LAST_DAY),
    "-due": ("contact_due_on", _FIRST_DAY),
}


def house_today():
    """The day it is for the house: "going silent" means the same for every reader."""
    return timezone.localdate(timezone=timezone.get_default_timezone())


def sorted_keys(queryset, sort):
    """`queryset` with what `sort` needs, and the keys for `keyset_page`."""
    if sort in _SORT_VALUES:
        field, gap = _SORT_VALUES[sort]
        output_field = Client._meta.get_field(field).__class__()
        queryset = queryset.annotate(sort_value=Coalesce(F(field), Value(gap), output_field=output_field))
    if "sort_currency" in SORTS[sort]:
        at_home = When(currency=settings.HOUSE_CURRENCY, then=Value(""))
        queryset = queryset.annotate(sort_currency=Case(at_home, default=F("currency")))
    return queryset, SORTS[sort]


def matching(queryset, text):
    """Clients whose name or tax code has each word of `text`, accents and case ignored.

    The folded parameter is a constant to the planner, so the trigram index is used.
    """
    for word in text.split()[:SEARCH_WORDS]:
        queryset = queryset.filter(name_fold__contains=Fold(Value(word)))
    return queryset


def column_names(values):
    """The names in `values`, which an address repeats or joins by dots or commas, each once."""
    return list(dict.fromkeys(name for value in values for name in re.split("[.,]", value) if name))


class ColumnNames(forms.SelectMultiple):
    def value_from_datadict(self, data, files, name):
        return column_names(data.getlist(name) if hasattr(data, "getlist") else data.get(name, ()))


class ClientListForm(PlainForm):
    """What django-filter's fields do not cover: order, columns and page."""

    sort = forms.ChoiceField(choices=[(name, name) for name in SORTS], required=False)
    cols = forms.MultipleChoiceField(label=_("Columns"), choices=CHOICES, required=False, widget=ColumnNames)
    cursor = forms.CharField(max_length=2000, required=False)

    def clean_sort(self):
        return self.cleaned_data["sort"] or "name"

    def clean_cols(self):
        names = self.cleaned_data["cols"]
        if len(names) > MOST_COLUMNS:
            raise ValidationError(
                _("At most %(most)s columns fit. Leave some out."), params={"most": MOST_COLUMNS}
            )
        return names


def _flag(method, label):
    return django_filters.ChoiceFilter(choices=[("1", _("Yes"))], method=method, label=label)


class ClientFilter(django_filters.FilterSet):
    """Filters over the clients a user may see. Without `status` only active clients are listed."""

    q = django_filters.CharFilter(method="by_words", label=_("Search"), max_length=100)
    band = django_filters.ChoiceFilter(
        field_name="health_band", choices=Band.choices, label=_("Health"), empty_label=_("Any health")
    )
    trend = django_filters.ChoiceFilter(
        choices=[("falling", _("Falling")), ("rising", _("Rising"))],
        method="by_trend",
        label=_("Health in 30 days"),
        empty_label=_("Any change of health"),
    )
    segment = django_filters.ChoiceFilter(
        choices=Segment.choices, label=_("Segment"), empty_label=_("Any segment")
    )
    tag = django_filters.NumberFilter(
        method="by_tag", label=_("Tag"), min_value=1, max_value=LARGEST_ID, decimal_places=0
    )
    lead = django_filters.NumberFilter(method="by_lead", label=_("Lead"))
    team = django_filters.NumberFilter(method="by_team", label=_("Team"))
    region = django_filters.CharFilter(method="by_region", label=_("Region"), max_length=80)
    status = django_filters.ChoiceFilter(
        choices=[*ClientStatus.choices, (ANY_STATUS, _("Active and lost"))],
        method="by_status",
        label=_("Status"),
        empty_label=None,
    )
    country = django_filters.ChoiceFilter(choices=countries, label=_("Country"), empty_label=_("Any country"))
    industry = django_filters.CharFilter(label=_("Industry"), max_length=80)
    currency = django_filters.CharFilter(label=_("Currency"), max_length=3)
    key = _flag("by_key", _("Key clients"))
    silent = _flag("by_silence", _("Going silent"))
    unassigned = _flag("by_no_lead", _("Without a lead"))
    no_next = _flag("by_no_next_step", _("Without a next step"))

    class Meta:
        model = Client
        fields = []
        form = ClientListForm

    def get_form_class(self):
        """Lead, team and region are checked against the reader's own scope."""
        checks = {f"clean_{name}": _checked(self, name) for name in ("lead", "team", "region")}
        return type("ClientFilterForm", (super().get_form_class(),), checks)

    def filter_queryset(self, queryset):
        """As django-filter does, but for the form's fields that are no filters. Lost clients only when asked for."""
        for name, one in self.filters.items():
            queryset = one.filter(queryset, self.form.cleaned_data[name])
        return queryset if self.form.cleaned_data["status"] else queryset.active()

    def by_words(self, queryset, name, value):
        return matching(queryset, value)

    def by_tag(self, queryset, name, value):
        """A tag that none of the reader's clients has finds none, as one that is gone does."""
        return queryset.filter(Exists(ClientTag.objects.filter(client=OuterRef("pk"), tag=int(value))))

    def by_lead(self, queryset, name, value):
        return queryset.led_by(value)

    def by_team(self, queryset, name, value):
        return queryset.filter(pk__in=_led(user__team=value))

    def by_region(self, queryset, name, value):
        return queryset.filter(pk__in=_led(user__team__region=value))

    def by_status(self, queryset, name, value):
        return queryset if value == ANY_STATUS else queryset.filter(status=value)

    def by_trend(self, queryset, name, value):
        return queryset.falling() if value == "falling" else queryset.rising()

    def by_key(self, queryset, name, value):
        return queryset.filter(segment=Segment.KEY)

    def by_silence(self, queryset, name, value):
        return queryset.going_silent(house_today())

    def by_no_lead(self, queryset, name, value):
        return queryset.without_lead()

    def by_no_next_step(self, queryset, name, value):
        return queryset.filter(next_follow_up_on__isnull=True)

    @cached_property
    def teams(self):
        """The teams of the people this reader answers for. One query."""
        people = access.people_in_scope(self.request.user)
        return list(Team.objects.filter(pk__in=people.values("team")))

    @cached_property
    def people(self):
        """Leads to choose from; None when they are too many to offer, until a team or region is chosen. One query."""
        people, chosen = access.people_in_scope(self.request.user), self.form.cleaned_data
        if chosen.get("team"):
            people = people.filter(team=chosen["team"])
        if chosen.get("region"):
            people = people.filter(team__region=chosen["region"])
        found = list(people[: PEOPLE_OFFERED + 1])
        return found if len(found) <= PEOPLE_OFFERED else None

    @cached_property
    def chosen_lead(self):
        """The person of `lead=`, or None. One query when given."""
        lead = self.form.data.get("lead", "")
        if not lead.isdecimal() or len(lead) > 18:
            return None
        return access.people_in_scope(self.request.user).filter(pk=lead).first()

    def allows(self, name, value):
        if name == "lead":
            return self.chosen_lead is not None
        if name == "team":
            return any(team.pk == value for team in self.teams)
        return any(team.region == value for team in self.teams)


def _led(**conditions):
    running = Assignment.objects.leads().filter(ended_at__isnull=True)
    return running.filter(**conditions).values("client")


def _checked(filters, name):
    """A form's clean method: the value belongs to people that the reader answers for."""

    def clean(form):
        value = form.cleaned_data[name]
        if value in (None, "") or filters.allows(name, value):
            return value
        raise ValidationError(_("Choose one of the people and teams whose clients you may see."))

    return clean
