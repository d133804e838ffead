"""What ends in the next months: value at stake, forecast against what renewed, and the list behind every figure."""

from django import forms
from django.db.models import OuterRef, Subquery
from django.http import QueryDict
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_safe

from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients import renewals as book
from clients.filter_bar import FilterBar
from clients.filters import ANY_STATUS, ClientFilter, house_today
from clients.models import Assignment, Band, Client, Contract
from clients.models.client import CURRENCY

ROWS_PER_PAGE = 50
DAYS = [30, 60, 90, 180]
COMING, PAST = "coming", "past"
WHEN = [(COMING, _("Coming")), (PAST, pgettext_lazy("contracts", "Past"))]
STATES = [
    (book.AT_STAKE, _("At stake")),
    (book.UNDECIDED, _("Undecided")),
    (book.NONE, _("Not begun")),
    (book.OPEN, _("Renewal prepared")),
    (book.BY_ITSELF, _("Renews by itself")),
    (book.RENEWED, _("Renewed")),
    (book.LOST, pgettext_lazy("renewal", "Not renewed")),
]
# Which clients: checked by the client list's own filter, against the reader's scope.
OF_CLIENTS = ("lead", "segment", "region")
SHOWN_AS_CHIPS = ("state", "band", "currency")
FIELDS = ["number", "title", "ends_on", "value", "currency", "state", "auto_renews", "notice_given_on"]
FIELDS += [
    "client__name",
    "client__health_band",
    "client__health_score",
    "client__health_trend",
    "client__segment",
]


class RenewalsForm(PlainForm):
    """Which window, and which of its contracts the list shows."""

    days = forms.TypedChoiceField(choices=[(n, n) for n in DAYS], coerce=int, required=False, empty_value=90)
    when = forms.ChoiceField(choices=WHEN, required=False)
    state = forms.ChoiceField(choices=STATES, required=False)
    band = forms.ChoiceField(choices=Band.choices, required=False)
    currency = forms.CharField(max_length=3, required=False, validators=[CURRENCY])
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def renewals(request):
    """Figures and list for one window; 422 without them for a filter that makes no sense. Six queries at most
    beside session and scope."""
    form, filters = RenewalsForm(request.GET), _client_filter(request)
    valid = form.is_valid() and filters.form.is_valid()
    context = {"form": form, "filters": filters, "bar": FilterBar(filters), "valid": valid}
    if valid:
        context |= _context(request, form.cleaned_data, filters)
    template = "clients/renewals/_work.html" if wants_fragment(request) else "clients/renewals/page.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def _client_filter(request):
    """Lost clients count as well: their contracts end like any other."""
    chosen = QueryDict(mutable=True)
    chosen.update({name: request.GET[name] for name in OF_CLIENTS if request.GET.get(name)})
    chosen["status"] = ANY_STATUS
    filters = ClientFilter(chosen, Client.objects.all(), request=request)
    filters.form.is_valid()
    return filters


def _context(request, chosen, filters):
    today, days = house_today(), chosen["days"]
    coming = chosen["when"] != PAST
    contracts = Contract.objects.visible_to(request.user)
    if any(filters.form.data.get(name) for name in OF_CLIENTS):
        contracts = contracts.filter(client__in=filters.filter_queryset(filters.queryset).values("pk"))
    figures = book.Book(contracts, today, days)
    narrowed = {"outcomes": book.GROUPS.get(chosen["state"]), "band": chosen["band"]}
    return {
        "today": today,
        "days": days,
        "coming": coming,
        "page": _page(contracts, chosen, today, coming),
        "listed": figures.figure(coming=coming, currency=chosen["currency"], **narrowed),
        "stake": figures.figure(coming=True, outcomes=book.GROUPS[book.AT_STAKE]),
        "all_coming": figures.figure(coming=True),
        "tiles": _tiles(request, figures),
        "forecast": _forecast(request, figures),
        "past": _past(request, figures),
        "expected_percent": book.EXPECTED_PERCENT,
        "day_chips": [(n, n == days, _address(request, days=n)) for n in DAYS],
        "when_tabs": [
            (label, (name == COMING) == coming, _address(request, when=name, state=""))
            for name, label in WHEN
        ],
        "applied": _applied(request, chosen),
        "states": dict(STATES),
    }


def _page(contracts, chosen, today, coming):
    """One page of the list with the lead of each; the statement of the figures, narrowed."""
    rows = book.ending(contracts, *book.window(today, chosen["days"], coming=coming))
    if chosen["state"]:
        rows = rows.filter(outcome__in=book.GROUPS[chosen["state"]])
    if chosen["band"]:
        rows = rows.filter(client__health_band=chosen["band"])
    if chosen["currency"]:
        rows = rows.filter(currency=chosen["currency"])
    leads = Assignment.objects.leads().filter(client=OuterRef("client"), ended_at__isnull=True).order_by()
    rows = (
        rows.select_related("client")
        .only(*FIELDS)
        .annotate(lead_name=Subquery(leads.values("user__name")[:1]))
    )
    keys = ["ends_on", "id"] if coming else ["-ends_on", "-id"]
    return keyset_page(rows, keys=keys, cursor=chosen["cursor"], size=ROWS_PER_PAGE)


# --- Figures with their addresses -----------------------------------------------------------------------------


def _tiles(request, figures):
    """Value at stake by band of health."""
    found = []
    for band, label in Band.choices:
        figure = figures.figure(coming=True, outcomes=book.GROUPS[book.AT_STAKE], band=band)
        url = _list_address(request, when=COMING, state=book.AT_STAKE, band=band, currency="")
        found.append({"band": band, "label": label, "figure": figure, "url": url})
    return found


def _forecast(request, figures):
    whole = figures.figure(coming=True)
    lines = [
        (_("Ends"), None),
        (_("Renewed already"), book.RENEWED),
        (_("Renews by itself"), book.BY_ITSELF),
        (_("At stake"), book.AT_STAKE),
        (pgettext_lazy("renewal", "Not renewed"), book.LOST),
    ]
    rows = [_line(request, figures, whole, COMING, label, state) for label, state in lines]
    expected = figures.expected()
    return {"rows": rows, "expected": expected.shares_of(whole)}


def _past(request, figures):
    whole = figures.figure(coming=False)
    lines = [
        (_("Was up for renewal"), None),
        (_("Renewed"), book.RENEWED),
        (pgettext_lazy("renewal", "Not renewed"), book.LOST),
        (_("Undecided"), book.UNDECIDED),
    ]
    return {"rows": [_line(request, figures, whole, PAST, label, state) for label, state in lines]}


def _line(request, figures, whole, when, label, state):
    figure = figures.figure(coming=when == COMING, outcomes=book.GROUPS.get(state))
    return {
        "label": label,
        "contracts": figure.contracts,
        "amounts": figure.shares_of(whole),
        "is_whole": state is None,
        "url": _list_address(request, when=when, state=state or "", band="", currency=""),
    }


def _address(request, **changes):
    """This page with other choices; page one, and nothing empty in it."""
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        query[name] = str(value)
    for name in [name for name, value in query.items() if not value]:
        del query[name]
    return f"{reverse('clients:renewals')}?{query.urlencode()}"


def _list_address(request, **changes):
    return f"{_address(request, **changes)}#renewals-list"


def _applied(request, chosen):
    """(words, address without it) of what narrows the list below the figures."""
    words = dict(STATES) | dict(Band.choices)
    return [
        (words.get(chosen[name], chosen[name]), _address(request, **{name: ""}))
        for name in SHOWN_AS_CHIPS
        if chosen[name]
    ]
