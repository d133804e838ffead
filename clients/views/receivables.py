"""/receivables/: what clients owe, by client and by account manager, the oldest first; and the same as CSV."""

from django.conf import settings
from django.db.models.expressions import RawSQL
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.models import Segment, User
from accounts.web.csv_export import csv_response
from accounts.web.htmx import uncached, wants_fragment
from clients.filter_bar import FilterBar
from clients.filters import house_today
from clients.forms.receivable import BUCKET_LABELS, BoardFilter
from clients.models import Assignment, Client
from clients.receivable_board import (
    BUCKETS,
    BY_CLIENT,
    BY_LEAD,
    DISPUTED,
    NO_DUE_DAY,
    Board,
    figures,
    receivables_board,
)

TILES = ["outstanding", *BUCKETS, DISPUTED]


@require_safe
def receivables(request):
    """The clients that owe and that the reader may see; 422 with a message when a filter makes no sense.

    At most twelve queries: the board is one, the rates one, names of the page one or two, the filters' choices three.
    """
    filters, board, asked = _asked(request)
    today, valid = house_today(), board is not None
    board, by = board or Board([]), asked.get("by", BY_CLIENT)
    found, missing = figures(board.totals, today)
    context = {
        "form": filters.form,
        "bar": FilterBar(filters),
        "valid": valid,
        "board": board,
        "by": by,
        "rows": _rows(board, by, today),
        "tabs": _tabs(request, by),
        "tiles": _tiles(request, found, asked.get("bucket", "")),
        "missing": missing,
        "several_currencies": len(board.totals) > 1,
        "house_currency": settings.HOUSE_CURRENCY,
        "bucket_choices": BUCKET_LABELS.items(),
        "today": today,
    }
    template = "_board.html" if wants_fragment(request) else "receivables.html"
    answer = render(request, f"clients/receivables/{template}", context, status=200 if valid else 422)
    return uncached(answer)


@require_safe
def receivables_export(request):
    """Every row that the filters let through, as CSV in which no cell is a formula. Senseless filters give no row."""
    _filters, board, asked = _asked(request, size=None)
    board, by, today = board or Board([]), asked.get("by", BY_CLIENT), house_today()
    rows = (
        [row["name"], row["lead"], row["segment"], row["line"].currency, row["oldest"], row["late"]]
        + [row["line"].invoices]
        + [getattr(row["line"], name) for name in TILES]
        for row in _rows(board, by, today)
    )
    name = _("Client") if by == BY_CLIENT else _("Account manager")
    header = [
        name,
        _("Lead"),
        _("Segment"),
        _("Currency"),
        _("Oldest due"),
        _("Days late"),
        _("Open invoices"),
    ]
    header += [_("Outstanding"), *(BUCKET_LABELS[bucket] for bucket in (*BUCKETS, DISPUTED))]
    return csv_response(f"receivables-{today.isoformat()}.csv", header, rows)


def _asked(request, **options):
    """(filters, board or None where the filters make no sense, what was asked for)."""
    filters = BoardFilter(request.GET, Client.objects.visible_to(request.user), request=request)
    if not filters.form.is_valid():
        return filters, None, {}
    asked = filters.form.cleaned_data
    clients = filters.filter_queryset(filters.queryset)
    choice = {"by": asked["by"], "bucket": asked["bucket"], "cursor": asked["cursor"]}
    return filters, receivables_board(clients, today=house_today(), **choice, **options), asked


def _rows(board, by, today):
    """Lines with names and how late the oldest is. Two queries at most."""
    names = _clients_of(board) if by == BY_CLIENT else _people_of(board)
    rows = []
    for line in board:
        oldest = None if line.oldest.isoformat() == NO_DUE_DAY else line.oldest
        late = (today - oldest).days if oldest else None
        words = {"name": "", "lead": "", "segment": ""} | names.get(line.id, {})
        rows.append(words | {"line": line, "oldest": oldest, "late": late})
    return rows


def _clients_of(board):
    """Names of clients and leads, a query each: the export has thousands of them."""
    ids = RawSQL("SELECT unnest(%s::bigint[])", [[line.id for line in board]])  # one parameter for thousands
    running = Assignment.objects.leads().filter(client__in=ids, ended_at__isnull=True).order_by()
    leads = dict(running.values_list("client_id", "user__name"))
    segments = {value: str(label) for value, label in Segment.choices}
    address = reverse("relationships:client_page", args=[0])
    return {
        pk: {
            "name": name,
            "lead": leads.get(pk, ""),
            "segment": segments[segment],
            "url": f"{address.replace('0', str(pk))}?tab=receivables",
        }
        for pk, name, segment in Client.objects.filter(pk__in=ids).values_list("pk", "name", "segment")
    }


def _people_of(board):
    """Account managers by id; nobody (NO_LEAD) is said in words and leads nowhere."""
    people = User.objects.filter(pk__in={line.id for line in board}).values_list("pk", "name")
    address = reverse("clients:receivables")
    found = {pk: {"name": name, "lead": name, "url": f"{address}?lead={pk}"} for pk, name in people}
    return {0: {"name": _("Without a lead"), "url": f"{address}?unassigned=1"}} | found


def _tabs(request, current):
    """By account manager is for those who answer for more than their own clients."""
    if not access.may_see_portfolio(request.user):
        return []
    labels = {BY_CLIENT: _("By client"), BY_LEAD: _("By account manager")}
    return [
        {"label": label, "url": _query(request, by=name), "current": name == current}
        for name, label in labels.items()
    ]


def _tiles(request, found, chosen):
    """What is outstanding and each bucket of it, in the house currency where there are several."""
    labels = {"outstanding": _("Outstanding")} | BUCKET_LABELS | {DISPUTED: _("Of which disputed")}
    return [
        {
            "label": labels[name],
            "total": found[name][0],
            "amounts": found[name][1],
            "in_others": [code for code, _amount in found[name][1] if code != settings.HOUSE_CURRENCY],
            "url": _query(request, bucket="" if name in ("outstanding", chosen) else name),
            "current": name == chosen,
        }
        for name in TILES
    ]


def _query(request, **changes):
    query = request.GET.copy()
    query.pop("cursor", None)
    for name, value in changes.items():
        if value:
            query[name] = value
        else:
            query.pop(name, None)
    return f"{reverse('clients:receivables')}?{query.urlencode()}"
