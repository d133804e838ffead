"""Why a follow-up stands where it does, in the reader's language. No query."""

from dataclasses import dataclass

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from accounts.templatetags.tend import number as number_text
from accounts.templatetags.tend import short_money
from relationships.followups.ranking import KEY_CLIENT, MOST_DAYS_LATE


@dataclass(frozen=True)
class Line:
    """One factor: its name, its size (a float), and in words what it was made of."""

    name: str
    size: float
    inputs: list


def lines_of(factors, follow_up):
    """The three `Line`s of `ranking.Factors`."""
    return [
        Line(_("Value at stake"), factors.value, _value(factors, follow_up.client)),
        Line(_("Urgency"), factors.urgency, _urgency(factors, follow_up)),
        Line(_("Health trend"), factors.trend, _trend(factors)),
    ]


def _value(factors, client):
    named = {
        "revenue": short_money(client.revenue_12m, client.currency),
        "share": round(100 * factors.share),
        "currency": client.currency,
    }
    yield _("%(revenue)s in 12 months.") % named
    if factors.share >= 1:
        yield _("Nothing you have due in %(currency)s is for a larger client.") % named
    else:
        yield (
            _("%(share)s%% of what you have due in %(currency)s is for clients of this size or smaller.")
            % named
        )
    if factors.is_key:
        yield _("A key client counts %(times)s times.") % {"times": _plain(KEY_CLIENT)}


def _urgency(factors, follow_up):
    named = {"rule": follow_up.get_rule_display(), "weight": _plain(factors.weight)}
    if factors.missed:
        yield _("“%(rule)s” past its service level weighs %(weight)s.") % named
    else:
        yield _("“%(rule)s” weighs %(weight)s.") % named
    late = factors.days_late
    if late:
        text = ngettext("%(days)d day late: times %(growth)s.", "%(days)d days late: times %(growth)s.", late)
        yield text % {"days": late, "growth": _plain(factors.growth)}
    if late > MOST_DAYS_LATE:
        yield _("It grows no more after %(days)d days.") % {"days": MOST_DAYS_LATE}


def _trend(factors):
    points = factors.trend_points
    if points is None:
        yield _("How the health moved is not known yet.")
    elif round(points) < 0:
        yield _("The health fell by %(points)s points in 30 days.") % {"points": round(-points)}
    elif round(points) > 0:
        yield _("The health rose by %(points)s points in 30 days.") % {"points": round(points)}
    else:
        yield _("The health stands still.")
    if factors.is_at_risk:
        yield _("The client is at risk.")


def _plain(value):
    return number_text(round(value, 2))
