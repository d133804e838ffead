"""The portfolio: how the clients stand that somebody answers for."""

from urllib.parse import urlencode

from django import forms
from django.conf import settings
from django.core.validators import RegexValidator
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from clients.candidates import eighty_percent_lines
from clients.filters import ClientFilter, house_today
from clients.loads import load_page
from clients.models import Client
from clients.rates import rates_on
from relationships.dashboards import queries

SCOPE_FILTERS = ("region", "team")
MATRIX_HEADS = [(band, band.label) for band in queries.BANDS]


class PortfolioForm(PlainForm):
    """What belongs to the page itself; region and team are the client list's own filters."""

    currency = forms.CharField(
        max_length=3, required=False, validators=[RegexValidator(r"^[A-Z]{3}\Z", _("No such currency."))]
    )
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def portfolio(request):
    """The figures of the reader's clients, by region or team where chosen; a fragment is a page of the loads."""
    filters, form = _filters(request), PortfolioForm(request.GET)
    context = {"filters": filters, "valid": all([filters.form.is_valid(), form.is_valid()])}
    if not context["valid"]:
        return uncached(render(request, "relationships/portfolio.html", context, status=422))
    chosen, today = filters.form.cleaned_data | form.cleaned_data, house_today()
    context |= {"chosen": chosen, "today": today} | _loads(request.user, chosen, today)
    if wants_fragment(request):
        return uncached(render(request, "relationships/_portfolio_loads.html", context))
    context |= _figures(request.user, filters.filter_queryset(filters.queryset), chosen, today)
    return uncached(render(request, "relationships/portfolio.html", context))


class ListAddress:
    """Addresses of the client list behind the figures of one page: its own region and team, and what is wanted."""

    def __init__(self, chosen):
        self.path = reverse("clients:list")
        self.kept = urlencode({name: str(chosen[name]) for name in SCOPE_FILTERS if chosen.get(name)})

    def __call__(self, **wanted):
        query = "&".join(
            [*([self.kept] if self.kept else []), *(f"{name}={wanted[name]}" for name in wanted)]
        )
        return f"{self.path}?{query}" if query else self.path


def _filters(request):
    """The client list's own filter, so that a figure and the list behind it can only agree."""
    data = {name: request.GET[name] for name in SCOPE_FILTERS if name in request.GET}
    return ClientFilter(data, Client.objects.visible_to(request.user), request=request)


def _figures(user, clients, chosen, today):
    book = queries.book_of(clients, today=today)
    whole_book = access.may_assign(user) and not any(chosen.get(name) for name in SCOPE_FILTERS)
    lines = eighty_percent_lines(clients, whole_book=whole_book)
    currency, address = _currency(book, chosen), ListAddress(chosen)
    unassigned = queries.without_lead(clients) if whole_book else None
    rates = rates_on(today, book.currencies)
    return {
        "as_of": timezone.now(),
        "book": book,
        "currency": currency,
        "lines": [(line, address(currency=line.currency, sort="-revenue")) for line in lines],
        "curve": curve_of(next((line for line in lines if line.currency == currency), None)),
        "tiles": _tiles(book, unassigned, rates, address),
        "house": {"currency": settings.HOUSE_CURRENCY, "total": book.total.in_house(rates), "rates": rates},
        "heads": MATRIX_HEADS,
        "matrix": _matrix(book, currency, address),
        "totals": _row(list(book.bands.values()), book.total, currency, address),
        "silent": queries.silent_clients(clients, rates=rates, today=today),
        "silent_url": address(silent=1, sort="-revenue"),
        "all_url": address(),
        "risk_url": address(band="at_risk"),
        "unassigned": unassigned,
    }


def _currency(book, chosen):
    """The currency that rankings and shares are in: the one asked for, else the first."""
    if chosen.get("currency") in book.currencies:
        return chosen["currency"]
    return book.currencies[0] if book.currencies else ""


def _tiles(book, unassigned, rates, address):
    tiles = [{"label": _("Clients"), "figure": book.total, "url": address()}]
    for band in queries.BANDS:
        url = address(band=band.value)
        tiles.append({"label": band.label, "band": band.value, "figure": book.bands[band], "url": url})
    tiles.append({"label": _("Falling"), "figure": book.falling, "url": address(trend="falling")})
    tiles.append({"label": _("Going silent"), "figure": book.silent, "url": address(silent=1)})
    if unassigned is not None:
        url = address(unassigned=1)
        tiles.append({"label": _("Without a lead"), "figure": unassigned, "url": url})
    for tile in tiles:
        tile["house"] = tile["figure"].in_house(rates)
    return tiles


def _matrix(book, currency, address):
    """A row for each segment."""
    return [
        _row(
            [book.cells[segment, band] for band in queries.BANDS],
            book.segments[segment],
            currency,
            address,
            segment=segment.value,
        )
        | {"label": segment.label}
        for segment in queries.SEGMENTS
    ]


def _row(cells, figure, currency, address, **wanted):
    linked = [
        {"figure": cell, "url": address(**wanted, band=band.value)}
        for band, cell in zip(queries.BANDS, cells, strict=True)
    ]
    shares = shares_of(cells, currency)
    return {"cells": linked, "figure": figure, "url": address(**wanted), "shares": shares}


def shares_of(cells, currency):
    """Whole per cent of the revenue in one currency for each band, as pieces of a bar that fill it: {band, start,
    width}. Empty where nothing was earned."""
    amounts = [max(cell.revenue.get(currency, 0), 0) for cell in cells]
    whole = sum(amounts)
    if not whole:
        return []
    edges = [round(100 * sum(amounts[:place]) / whole) for place in range(len(amounts) + 1)]
    return [
        {"band": band.value, "label": band.label, "start": start, "width": end - start}
        for band, start, end in zip(queries.BANDS, edges, edges[1:], strict=False)
        if end > start
    ]


def curve_of(line):
    """The 80/20 curve as SVG points in a box of 100 by 100, where it passes 80 %, and the same in about ten rows
    (clients, per cent of the revenue); None where nothing was earned."""
    if line is None or not line.within:
        return None
    points = [(0, 0), *line.curve, (100, 100)]
    read = line.curve[:: max(1, len(line.curve) // 10)]
    return {
        "rows": [(round(x * line.clients / 100), int(min(y, 100))) for x, y in read],
        "points": " ".join(f"{x:.1f},{100 - min(y, 100):.1f}" for x, y in points),
        "within": f"{100 * line.within / line.clients:.1f}",
        "line": line,
    }


def _loads(user, chosen, today):
    """The loads of the people whose work the reader may look at, fullest first."""
    people = access.people_in_scope(user)
    if chosen.get("region"):
        people = people.filter(team__region=chosen["region"])
    if chosen.get("team"):
        people = people.filter(team=chosen["team"])
    loads = load_page(people, today=today, cursor=chosen.get("cursor", ""))
    address = ListAddress({})
    rows = [
        {
            "load": load,
            "url": address(lead=load.id),
            "at_risk_url": address(lead=load.id, band="at_risk"),
            "silent_url": address(lead=load.id, silent=1),
        }
        for load in loads
    ]
    return {"loads": loads, "load_rows": rows}
