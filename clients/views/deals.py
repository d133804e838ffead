"""Deals of a portfolio: as a board of the open stages, and as a list of all."""

import datetime
from decimal import Decimal

from django.db.models import Count, DateField, DecimalField, ExpressionWrapper, F, Q, Sum, Value, Window
from django.db.models.functions import Coalesce, RowNumber
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page, keyset_page
from clients.filter_bar import FilterBar
from clients.filters import ClientFilter, house_today
from clients.forms.deal import BOARD, KINDS, LIST, OPEN_STAGE_CHOICES, DealListForm
from clients.models import Client, Deal, DealStage
from clients.querysets.deals import OPEN_STAGES

ROWS_PER_PAGE = 50
CARDS_SHOWN = 10
_NO_DAY = datetime.date(9999, 1, 1)
_LONG_AGO = datetime.date(1900, 1, 1)
_WEIGHTED = ExpressionWrapper(
    F("amount") * F("probability") / Value(Decimal(100)),
    output_field=DecimalField(max_digits=30, decimal_places=2),
)


@require_safe
def deals(request):
    """Deals of the clients that the reader may see; 422 where the filters make no sense. Up to ten queries."""
    filters = ClientFilter(request.GET, Client.objects.visible_to(request.user), request=request)
    form = DealListForm(request.GET)
    valid = filters.form.is_valid() & form.is_valid()
    chosen = form.cleaned_data if valid else {}
    view = _view(chosen)
    found = _found(filters, chosen) if valid else Deal.objects.none()
    figures = _figures(found)
    context = {
        "form": form,
        "filters": filters.form,
        "valid": valid,
        "bar": FilterBar(filters),
        "kinds": KINDS,
        "stages": DealStage.choices,
        "view": view,
        "tabs": _tabs(request, view),
        "standing": _standing(figures),
        "today": house_today(),
    }
    if view == BOARD:
        context["columns"] = _columns(found, figures)
    else:
        cursor = filters.form.cleaned_data["cursor"] if valid else ""
        context["page"] = _page(found, chosen.get("stage"), cursor) if valid else Page([])
    template = "clients/growth/_deals.html" if wants_fragment(request) else "clients/growth/deals.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def _view(chosen):
    """What is closed has no column on the board."""
    closed = chosen.get("stage") in (DealStage.WON, DealStage.LOST)
    return LIST if closed or chosen.get("view") == LIST else BOARD


def _found(filters, chosen):
    """The deals asked for; without a stage the open ones."""
    deals = Deal.objects.filter(client__in=filters.filter_queryset(filters.queryset).order_by().values("pk"))
    deals = deals.filter(stage=chosen["stage"]) if chosen["stage"] else deals.open()
    if chosen["kind"]:
        deals = deals.filter(kind=chosen["kind"])
    if chosen["overdue"]:
        deals = deals.filter(stage__in=OPEN_STAGES, expected_on__lt=house_today())
    return deals


def _figures(deals):
    """One row for each stage and currency: how many, worth, weighted worth, overdue. One query."""
    overdue = Q(stage__in=OPEN_STAGES, expected_on__lt=house_today())
    rows = deals.order_by().values("stage", "currency")
    return list(
        rows.annotate(
            deals=Count("pk"),
            worth=Sum("amount"),
            weighted=Sum(_WEIGHTED),
            overdue=Count("pk", filter=overdue),
        )
    )


def _standing(figures):
    """How things stand with the deals found: counts, and sums as (currency, amount) pairs, most deals first."""
    return {
        "deals": sum(row["deals"] for row in figures),
        "overdue": sum(row["overdue"] for row in figures),
        "worth": _by_currency(figures, "worth"),
        "weighted": _by_currency(figures, "weighted"),
    }


def _by_currency(rows, name):
    counts, sums = {}, {}
    for row in rows:
        currency = row["currency"]
        counts[currency] = counts.get(currency, 0) + row["deals"]
        sums[currency] = sums.get(currency, 0) + (row[name] or 0)
    order = sorted(sums, key=lambda currency: (-counts[currency], currency))
    return [(currency, sums[currency]) for currency in order if sums[currency]]


def _columns(deals, figures):
    """Each open stage with its figures, which count every deal, and its first cards. Two queries."""
    order = [F("expected_on").asc(nulls_last=True), F("id")]
    place = Window(RowNumber(), partition_by="stage", order_by=order)
    # Ranked by their ids alone: joined first, thousands of wide rows would be sorted for a few cards.
    ranked = deals.order_by().annotate(place=place).filter(place__lte=CARDS_SHOWN)
    cards = (
        Deal.objects.filter(pk__in=list(ranked.values_list("pk", flat=True)))
        .select_related("client", "product")
        .only(*_SHOWN)
    )
    shown = {}
    for deal in cards.order_by(*order):
        shown.setdefault(deal.stage, []).append(deal)
    columns = []
    for stage, label in OPEN_STAGE_CHOICES:
        rows = [row for row in figures if row["stage"] == stage]
        column = _standing(rows) | {"stage": stage, "label": label, "cards": shown.get(stage, [])}
        columns.append(column | {"hidden": column["deals"] - len(column["cards"])})
    return columns


_SHOWN = ["stage", "kind", "title", "amount", "currency", "probability", "next_step", "expected_on"]
_SHOWN += ["closed_on", "version", "lost_reason", "client__name", "product__name"]


def _page(deals, stage, cursor):
    """Open deals by the day expected, those without one last; closed ones the newest first. One query."""
    if stage in (DealStage.WON, DealStage.LOST):
        keys, day = ["-day_key", "-id"], Coalesce("closed_on", Value(_LONG_AGO), output_field=DateField())
    else:
        keys, day = ["day_key", "id"], Coalesce("expected_on", Value(_NO_DAY), output_field=DateField())
    rows = deals.select_related("client", "product").only(*_SHOWN).annotate(day_key=day)
    return keyset_page(rows, keys=keys, cursor=cursor, size=ROWS_PER_PAGE)


def _tabs(request, view):
    """Board and list of the same deals."""
    query = request.GET.copy()
    query.pop("cursor", None)
    tabs = []
    for name, label in ((BOARD, _("Board")), (LIST, _("List"))):
        query["view"] = name
        if name == BOARD and query.get("stage") in (DealStage.WON, DealStage.LOST):
            del query["stage"]
        url = f"{reverse('clients:deals')}?{query.urlencode()}"
        tabs.append({"label": label, "url": url, "current": name == view})
    return tabs
