"""The client list: one address for the page, its filters, its order and its pages."""

from django.db.models import Count, Q, Sum
from django.shortcuts import render
from django.utils import timezone

from accounts.templatetags.tend import short_money
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page, keyset_page
from clients.filter_bar import FilterBar
from clients.filters import ClientFilter, house_today, sorted_keys
from clients.list_columns import change_of, column_heads, shown_columns, with_columns
from clients.list_views import list_views
from clients.models import Band, Client

ROWS_PER_PAGE = 50


def client_list(request):
    """The clients that the reader may see, filtered and sorted; 422 with a message when a filter makes no sense."""
    filters = ClientFilter(request.GET, Client.objects.visible_to(request.user), request=request)
    valid = filters.form.is_valid()
    found = filters.filter_queryset(filters.queryset) if valid else filters.queryset.none()
    sort = filters.form.cleaned_data.get("sort", "name")
    views = list_views(request.user, request.GET)
    shown = shown_columns(views.columns)
    context = {
        "form": filters.form,
        "bar": FilterBar(filters),
        "views": views,
        "page": _page(found, filters.form.cleaned_data, shown) if valid else Page([]),
        "sort": sort,
        "shown": shown,
        "columns": column_heads(shown, sort),
        "standing": standing(found) if valid else None,
        "today": house_today(),
    }
    template = "clients/_client_list.html" if wants_fragment(request) else "clients/client_list.html"
    return uncached(render(request, template, context, status=200 if valid else 422))


def client_filters(request):
    """The filters needed less often: fetched into the filter bar when its menu opens, or a page of its own."""
    filters = ClientFilter({}, Client.objects.none(), request=request)
    filters.form.is_valid()
    template = "clients/_more_filters.html" if wants_fragment(request) else "clients/client_filters.html"
    return uncached(render(request, template, {"form": filters.form, "bar": FilterBar(filters)}))


def standing(clients):
    """How things stand with `clients`, in one query: how many, at risk, silent, without next step, and worth.

    `worth` is the revenue of 12 months as (currency, amount) pairs, what most clients pay in first: nothing
    converts currencies here.
    """
    rows = (
        clients.order_by()
        .values("currency")
        .annotate(
            clients=Count("pk"),
            at_risk=Count("pk", filter=Q(health_band=Band.AT_RISK)),
            silent=Count("pk", filter=Q(status="active", contact_due_on__lt=house_today())),
            no_next=Count("pk", filter=Q(next_follow_up_on__isnull=True)),
            worth=Sum("revenue_12m"),
        )
    )
    rows = sorted(rows, key=lambda row: (-row["clients"], row["currency"]))
    figures = {name: sum(row[name] for row in rows) for name in ("clients", "at_risk", "silent", "no_next")}
    worth = [(row["currency"], row["worth"]) for row in rows if row["worth"]]
    in_words = " + ".join(short_money(amount, currency) for currency, amount in worth)
    return figures | {"worth": worth, "worth_in_words": in_words}


def _page(clients, chosen, names):
    clients, keys = sorted_keys(clients, chosen["sort"])
    fields = {field.name for field in Client._meta.concrete_fields}
    also = fields & {key.lstrip("-") for key in keys}
    clients = with_columns(clients, names, house_today(), also=also)
    page = keyset_page(clients, keys=keys, cursor=chosen["cursor"], size=ROWS_PER_PAGE)
    if "next" in names:
        today = timezone.localdate()
        for client in page:
            due_on = client.next_follow_up_on
            client.next_in_days = (due_on - today).days if due_on else None
    if "change" in names:
        for client in page:
            client.change = change_of(client)
    return page
