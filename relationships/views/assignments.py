"""The assignments page: candidates for key client, clients without a lead, and how full everybody is. Admins only."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.core.validators import RegexValidator
from django.db.models import Case, F, IntegerField, Value, When
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import Segment, Tier, User
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients import candidates
from clients.filters import house_today
from clients.history import latest_leads
from clients.loads import load_page
from clients.models import Assignment, Client
from clients.people import found_by_words

ROWS_PER_PAGE = 50
KAMS_SHOWN = 8
LATELY_SHOWN = 6
CANDIDATES, UNASSIGNED, PEOPLE = "candidates", "unassigned", "people"
TABS = [(CANDIDATES, _("Candidates for key")), (UNASSIGNED, _("Without a lead")), (PEOPLE, _("Loads"))]
ORDERS = [("revenue", _("Revenue")), ("prestige", _("Prestige")), ("growth", _("Growth"))]
_SEGMENT_RANKS = [
    When(segment=segment, then=Value(place)) for place, segment in enumerate([Segment.KEY, Segment.MAJOR])
]


class AssignmentsForm(PlainForm):
    """Which tab, order and page of it."""

    tab = forms.ChoiceField(choices=TABS, required=False)
    order = forms.ChoiceField(choices=ORDERS, required=False)
    currency = forms.CharField(
        max_length=3, required=False, validators=[RegexValidator(r"^[A-Z]{3}\Z", _("No such currency."))]
    )
    tier = forms.SlugField(max_length=20, required=False)
    q = forms.CharField(max_length=100, required=False)
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def assignments(request):
    """One tab of the board, with what every tab shows beside it; 422 with the first tab for senseless filters."""
    if not access.may_assign(request.user):
        raise PermissionDenied
    form = AssignmentsForm(request.GET)
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {}
    context = {"form": form, "valid": valid, "tab": chosen.get("tab") or CANDIDATES} | _standing()
    context |= _TAB_CONTEXTS[context["tab"]](chosen, context["lines"])
    context["tabs"] = _tabs(context["tab"], context["counts"])
    template = (
        "relationships/_assignments.html" if wants_fragment(request) else "relationships/assignments.html"
    )
    return uncached(render(request, template, context, status=200 if valid else 422))


def _standing():
    """What stands beside every tab: the 80 % lines, counts, room of the key account managers, and what was decided
    lately. Five queries: both counts in one statement took twice as long as the two."""
    active = Client.objects.active()
    counts = {
        "key": active.filter(segment=Segment.KEY).count(),
        "unassigned": active.without_lead().count(),
    }
    kams = User.objects.account_managers().filter(tier__code=Tier.KAM)
    return {
        "lines": candidates.eighty_percent_lines(active, whole_book=True),
        "counts": counts,
        "kams": load_page(kams, today=house_today(), size=KAMS_SHOWN, fullest_first=False),
        "lately": latest_leads(LATELY_SHOWN),
    }


def _tabs(current, counts):
    address = reverse("relationships:assignments")
    shown = {UNASSIGNED: counts["unassigned"]}
    return [
        {
            "label": label,
            "url": f"{address}?tab={name}",
            "current": name == current,
            "count": shown.get(name),
        }
        for name, label in TABS
    ]


# --- Candidates for key ---------------------------------------------------------------------------------------


def _candidates(chosen, lines):
    """A page of one currency's clients in the order asked for, with their place and the line. Three or four queries."""
    line = _line_of(chosen.get("currency"), lines)
    order = chosen.get("order") or ORDERS[0][0]
    context = {"line": line, "order": order, "orders": ORDERS}
    if line is None:
        return context | {"page": None, "rows": []}
    ranked = candidates.candidates(line.currency)
    shown = ranked.only("name", "segment", "prestige", "currency", "revenue_12m")
    page = keyset_page(
        shown, keys=candidates.ORDERS[order], cursor=chosen.get("cursor", ""), size=ROWS_PER_PAGE
    )
    rows = _by_revenue(ranked, page, line) if order == ORDERS[0][0] else _by_other(ranked, page, line)
    return context | {"page": page, "rows": rows}


def _line_of(currency, lines):
    """The line of the currency asked for, else of the first; None in an empty book."""
    return next((line for line in lines if line.currency == currency), lines[0] if lines else None)


def _by_revenue(ranked, page, line):
    """Rows with their place and how much of the revenue they and all before them make together."""
    place, together = candidates.standing(ranked, page.rows[0]) if page.rows else (0, 0)
    rows, leads = [], _leads_of(page)
    for client in page:
        place, together = place + 1, together + client.revenue_12m
        row = _row(client, leads, within=place <= line.within)
        if line.revenue > 0:
            row["together"] = (
                int(1000 * together / line.revenue) / 10
            )  # cut, so that 79.97 stays under the line
        rows.append(row | {"place": place})
    return rows


def _by_other(ranked, page, line):
    last, leads = candidates.last_within(ranked, line), _leads_of(page)
    return [
        _row(client, leads, within=last is not None and candidates.place_of(client) <= last)
        for client in page
    ]


def _leads_of(page):
    """{client id: name, tier and allowed segments of the running lead}. One query."""
    leads = Assignment.objects.leads().filter(client__in=[row.pk for row in page], ended_at__isnull=True)
    found = leads.values(
        "client_id",
        name=F("user__name"),
        tier=F("user__tier__name"),
        segments=F("user__tier__allowed_segments"),
    )
    return {lead["client_id"]: lead for lead in found}


def _row(client, leads, *, within):
    lead = leads.get(client.pk)
    return {
        "id": str(client.pk),
        "client": client,
        "lead": lead,
        "lead_fits": bool(lead and client.segment in (lead["segments"] or [])),
        "within": within,
    }


# --- Without a lead, and loads --------------------------------------------------------------------------------


def _unassigned(chosen, lines):
    """Clients nobody leads, key ones first, then by name. One query."""
    rank = Case(*_SEGMENT_RANKS, default=Value(len(_SEGMENT_RANKS)), output_field=IntegerField())
    clients = Client.objects.active().without_lead().annotate(segment_rank=rank)
    clients = clients.only("name", "name_sort", "segment", "industry", "city", "currency", "revenue_12m")
    keys = ["segment_rank", "name_sort", "id"]
    return {"page": keyset_page(clients, keys=keys, cursor=chosen.get("cursor", ""), size=ROWS_PER_PAGE)}


def _people(chosen, lines):
    """Everyone who may lead clients, the fullest first. Two queries."""
    people = User.objects.account_managers()
    if chosen.get("tier"):
        people = people.filter(tier__code=chosen["tier"])
    if chosen.get("q"):
        people = found_by_words(people, chosen["q"])
    loads = load_page(people, today=house_today(), cursor=chosen.get("cursor", ""), size=ROWS_PER_PAGE)
    list_address = reverse("clients:list")
    rows = [{"load": load, "url": f"{list_address}?lead={load.id}"} for load in loads]
    return {"loads": loads, "load_rows": rows, "tiers": Tier.objects.all()}


_TAB_CONTEXTS = {CANDIDATES: _candidates, UNASSIGNED: _unassigned, PEOPLE: _people}
