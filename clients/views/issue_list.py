"""The issues that the reader sees: what is open by the moment it is due; what was resolved when asked for."""

import datetime

from django.db.models import (
    Case,
    Count,
    DateTimeField,
    DurationField,
    ExpressionWrapper,
    F,
    OuterRef,
    Q,
    Subquery,
    Value,
    When,
)
from django.http import QueryDict
from django.shortcuts import render
from django.utils import timezone

from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import Page, keyset_page
from clients.filter_bar import FilterBar
from clients.filters import ANY_STATUS, ClientFilter
from clients.forms.issue import IssueListForm
from clients.issue_clocks import with_clocks
from clients.models import Assignment, Client, Issue, IssueCategory, IssueStatus, Severity

ROWS_PER_PAGE = 50
CLIENT_FILTERS = ("lead", "region", "segment")
# What was resolved alone is in the order of opening, the latest first: by its key, for there are ten times as many.
OPEN_FIRST, LATEST_FIRST = ["place", "moment", "id"], ["-id"]


# What was resolved latest comes first in the same ascending order as the rest: its moment mirrored at this one.
_MIRROR = Value(datetime.datetime(2050, 1, 1, tzinfo=datetime.UTC))
_MIRRORED = ExpressionWrapper(
    _MIRROR + ExpressionWrapper(_MIRROR - F("resolved_at"), DurationField()), DateTimeField()
)
_PLACE = Case(When(status="open", then=Value(0)), When(status="waiting", then=Value(1)), default=Value(2))
_MOMENT = Case(
    When(status="open", then=F("resolution_due_at")),
    When(status="waiting", then=F("opened_at")),
    default=_MIRRORED,
)


def issue_list(request):
    """One page of the issues that the filters let through; 422 with a message when a filter makes no sense."""
    form, clients = IssueListForm(request.GET), _client_filter(request)
    valid = form.is_valid() & clients.form.is_valid()
    now = timezone.now()
    found = _found(request.user, form.cleaned_data, clients, now) if valid else Issue.objects.none()
    context = {
        "form": form,
        "client_form": clients.form,
        "bar": FilterBar(clients),
        "valid": valid,
        "page": _page(found, form.cleaned_data, now) if valid else Page([]),
        "standing": _standing(found, now) if valid else None,
        "severities": [(str(value), label) for value, label in reversed(Severity.choices)],
        "categories": IssueCategory.choices,
        "statuses": form.fields["status"].choices[1:],
        "is_filtered": any(value for name, value in request.GET.items() if name != "cursor"),
        "one_client": _one_client(request.user, form.cleaned_data.get("client")),
    }
    template = (
        "clients/issues/_issue_list.html" if wants_fragment(request) else "clients/issues/issue_list.html"
    )
    return uncached(render(request, template, context, status=200 if valid else 422))


def _client_filter(request):
    """The client list's filters for who looks after the client; they check what the reader may ask for."""
    data = QueryDict(mutable=True)
    for name in CLIENT_FILTERS:
        data[name] = request.GET.get(name, "")
    data["status"] = ANY_STATUS
    return ClientFilter(data, Client.objects.visible_to(request.user), request=request)


def _one_client(user, client_id):
    """The client of `client=` for the words above the list; None when there is none to see. One query when given."""
    return Client.objects.visible_to(user).filter(pk=client_id).first() if client_id else None


def _found(user, chosen, clients, now):
    """Issues of visible clients. With filters on the clients their scope is that of those: once is enough."""
    if any(clients.form.cleaned_data[name] for name in CLIENT_FILTERS):
        found = Issue.objects.filter(client__in=clients.filter_queryset(clients.queryset).values("pk"))
    else:
        found = Issue.objects.visible_to(user)
    for name in ("severity", "category", "client"):
        if chosen[name]:
            found = found.filter(**{name: chosen[name]})
    if not chosen["status"]:
        found = found.open()
    elif chosen["status"] != IssueListForm.ALL:
        found = found.filter(status=chosen["status"])
    return found.past_sla(now) if chosen["late"] else found


def _page(issues, chosen, now):
    """In work by due moment, then what waits for clients, then what was resolved, the latest first. One query.

    Names of client and lead are subqueries, for the rows of the page alone.
    """
    lead = Assignment.objects.leads().filter(client=OuterRef("client"), ended_at__isnull=True).order_by()
    client = Client.objects.filter(pk=OuterRef("client")).order_by()
    shown = issues.defer("description", "resolution").annotate(
        client_name=Subquery(client.values("name")), lead_name=Subquery(lead.values("user__name")[:1])
    )
    keys = LATEST_FIRST if chosen["status"] == IssueStatus.RESOLVED else OPEN_FIRST
    if keys == OPEN_FIRST:
        shown = shown.annotate(place=_PLACE, moment=_MOMENT)
    page = keyset_page(shown, keys=keys, cursor=chosen["cursor"], size=ROWS_PER_PAGE)
    with_clocks(page.rows, now)
    return page


def _standing(issues, now):
    """How many there are, are open, wait, and are late. One query."""
    late = Q(first_responded_at__isnull=True, response_due_at__lt=now) | Q(resolution_due_at__lt=now)
    return issues.order_by().aggregate(
        issues=Count("pk"),
        open=Count("pk", filter=Q(status__in=["open", "waiting"])),
        waiting=Count("pk", filter=Q(status="waiting")),
        late=Count("pk", filter=late & Q(status="open")),
    )
