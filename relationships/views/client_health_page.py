"""A client's health in full: its history, what changed since a day, what it is made of, what would raise it."""

import datetime

from babel import Locale
from django import forms
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from accounts.templatetags.tend import short_day
from accounts.web.forms import PlainForm
from clients.views.panels import answer_panel
from relationships.change_words import change_in_words
from relationships.client_gains import actions_of
from relationships.client_health import contacts_of, health_context, lines_of
from relationships.client_overview import fetch_client
from relationships.health import chart
from relationships.health.change import change_between
from relationships.health.history import history_of, snapshots_of
from relationships.models import Interaction, InteractionKind
from relationships.timeline import address_of_touch

WEEKS = (12, 26, 52)
USUAL_WEEKS = 26
USUAL_DAYS_BACK = 30


class HistoryForm(PlainForm):
    """How many weeks the chart shows, and the day that the change is counted from."""

    weeks = forms.TypedChoiceField(
        choices=[(weeks, weeks) for weeks in WEEKS], coerce=int, empty_value=USUAL_WEEKS, required=False
    )
    since = forms.DateField(required=False)


def client_health_page(request, client_id):
    """The panel of the tab, and a page of its own without htmx. 422 where the weeks or the day make no sense."""
    client = fetch_client(request.user, client_id)
    form = HistoryForm(request.GET)
    valid = form.is_valid()
    asked = form.cleaned_data if valid else {"weeks": USUAL_WEEKS, "since": None}
    contacts = contacts_of(client)
    context = health_context(client, contacts)
    context |= {"form": form, "asked_weeks": asked["weeks"], "weeks_offered": WEEKS}
    if context["health"]:
        context |= _in_full(client, context, contacts, asked)
    response = answer_panel(request, client, "relationships/health/_panel.html", context, title=_("Health"))
    response.status_code = 200 if valid else 422
    return response


def _in_full(client, context, contacts, asked):
    """What the panel shows of a client with a score. Six queries."""
    health = context["health"]
    snapshots = snapshots_of(client, health.as_of)
    history = history_of(client, health, snapshots, weeks=asked["weeks"])
    locale = Locale.parse(get_language() or "en", sep="-")
    here = [contact for contact in contacts if contact.left_on is None]
    earlier = [row for row in snapshots if row.taken_on < health.as_of]
    then = _chosen(earlier, asked["since"], health.as_of)
    return {
        "history": history,
        "charts": [chart.draw(history, size, locale) for size in (chart.WIDE, chart.NARROW)],
        "rows": _rows(history),
        "days": [row.taken_on for row in reversed(earlier)],
        "since": then.taken_on if then else None,
        "change": change_in_words(change_between(then, health)) if then else None,
        "panel_selector": f"#client-{client.pk}-health-full",
        "cap_off": -context["explained"].cap_effect,
        "all_actions": actions_of(client, health, here)[0],
        "lines": lines_of(context["explained"], client, contacts, _touches(client, context["explained"])),
    }


def _chosen(earlier, day, as_of):
    """The snapshot that held on `day` (by default 30 days back), else the oldest; None without any."""
    day = day or as_of - datetime.timedelta(days=USUAL_DAYS_BACK)
    return next((row for row in reversed(earlier) if row.taken_on <= day), earlier[0] if earlier else None)


def _rows(history):
    """The history's points, newest first, each with whether the change since then can be asked for."""
    return [(point, point.day < history.last) for point in reversed(history.points)]


def _touches(client, explained):
    """{id: ("Call, Wed, 4 Nov", where it stands)} of the touches that the score rests on. One query."""
    ids = {pk for component in explained.components for pk in component.evidence.get("interactions", ())}
    rows = Interaction.objects.filter(client=client, pk__in=ids).values_list(
        "pk", "kind", "occurred_on", "occurred_at"
    )
    return {
        pk: (f"{InteractionKind(kind).label}, {short_day(day)}", address_of_touch(client, pk, at))
        for pk, kind, day, at in rows
    }
