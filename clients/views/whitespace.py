"""Whitespace of a portfolio: clients by product series, with what is owned, on its way, missing, and suggested."""

from django import forms
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts import access
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page, keyset_page
from clients.filter_bar import FilterBar
from clients.filters import ClientFilter
from clients.models import Client
from clients.whitespace import State, read_catalogue, whitespace_of

ROWS_PER_PAGE = 20
SERIES_SHOWN = 6


class SeriesForm(PlainForm):
    """From which series on the columns start, where there are more than fit."""

    series_from = forms.IntegerField(min_value=0, max_value=10_000, required=False)


@require_safe
def whitespace(request):
    """A page of clients in order of their names; 422 where the filters make no sense. Up to eleven queries."""
    filters = ClientFilter(request.GET, Client.objects.visible_to(request.user), request=request)
    columns = SeriesForm(request.GET)
    valid = filters.form.is_valid() & columns.is_valid()
    catalogue = read_catalogue()
    start = (columns.cleaned_data.get("series_from") or 0) if valid else 0
    series = catalogue.series[start : start + SERIES_SHOWN]
    page = _page(filters) if valid else Page([])
    rows = _rows(page, catalogue, series)
    context = {
        "filters": filters.form,
        "valid": valid,
        "bar": FilterBar(filters),
        "page": page,
        "rows": rows,
        "series": series,
        "span": _span(start, len(series), len(catalogue.series)),
        "standing": _standing(rows),
        "may_set_up": access.may_set_up(request.user),
    }
    template = (
        "clients/growth/_whitespace.html" if wants_fragment(request) else "clients/growth/whitespace.html"
    )
    return uncached(render(request, template, context, status=200 if valid else 422))


def _page(filters):
    clients = filters.filter_queryset(filters.queryset)
    clients = clients.only("name", "name_sort", "segment", "industry", "currency")
    cursor = filters.form.cleaned_data["cursor"]
    return keyset_page(clients, keys=["name_sort", "id"], cursor=cursor, size=ROWS_PER_PAGE)


def _rows(page, catalogue, series):
    if not page.rows or not series:
        return []
    cells = whitespace_of(page.rows, catalogue, series)
    return [{"client": client, "cells": cells[client.pk]} | _summary(cells[client.pk]) for client in page]


def _summary(cells):
    """The row in few words, for a narrow screen."""
    return {
        "owned": sum(cell.state == State.OWNED for cell in cells),
        "eligible": sum(cell.state != State.NOT_ELIGIBLE for cell in cells),
        "suggested": [cell for cell in cells if cell.suggestion],
        "offered": [cell for cell in cells if cell.state == State.OPEN],
    }


def _standing(rows):
    """What this page holds: counts, and what the suggestions are worth by currency."""
    cells = [cell for row in rows for cell in row["cells"]]
    worth = {}
    for cell in cells:
        if cell.suggestion and cell.suggestion.amount is not None:
            suggestion = cell.suggestion
            worth[suggestion.currency] = worth.get(suggestion.currency, 0) + suggestion.amount
    return {
        "clients": len(rows),
        "gaps": sum(cell.state == State.GAP for cell in cells),
        "suggested": sum(cell.suggestion is not None for cell in cells),
        "worth": sorted(worth.items()),
    }


def _span(start, shown, total):
    """Which columns stand here, and where the others begin; None where all fit."""
    if total <= SERIES_SHOWN:
        return None
    after = start + SERIES_SHOWN
    return {
        "first": start + 1,
        "last": start + shown,
        "total": total,
        "before": max(0, start - SERIES_SHOWN) if start else None,
        "after": after if after < total else None,
    }
