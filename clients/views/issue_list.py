"""Every issue that the reader sees: what is open first, by the moment it is due."""

from django.db.models import Case, Count, FloatField, Func, OuterRef, Q, Subquery, Value, When
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
ORDER = ["place", "moment", "id"]


class _Seconds(Func):
    """A moment as seconds since 1970, which an address can carry and compare without loss."""

    template = "extract(epoch FROM %(expressions)s)::double precision"
    output_field = FloatField()


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
        "page": _page(found, form.cleaned_data["cursor"], now) if valid else Page([]),
        "standing": _standing(found, now) if valid else None,
        "severities": [(str(value), label) for value, label in reversed(Severity.choices)],
        "categories": IssueCategory.choices,
        "statuses": IssueStatus.choices,
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
    return ClientFilter(data, Client.objects.all(), request=request)


def _one_client(user, client_id):
    """The client of `client=` for the words above the list; None when there is none to see. One query when given."""
    return Client.objects.visible_to(user).filter(pk=client_id).first() if client_id else None


def _found(user, chosen, clients, now):
    found = Issue.objects.visible_to(user)
    if any(clients.form.cleaned_data[name] for name in CLIENT_FILTERS):
        found = found.filter(client__in=clients.filter_queryset(clients.queryset).values("pk"))
    for name in ("severity", "category", "status", "client"):
        if chosen[name]:
            found = found.filter(**{name: chosen[name]})
    return found.past_sla(now) if chosen["late"] else found


def _page(issues, cursor, now):
    """In work by due moment, then what waits for clients, then what was resolved, the latest first. One query.

    Names of client and lead are subqueries, for the rows of the page alone.
    """
    lead = Assignment.objects.leads().filter(client=OuterRef("client"), ended_at__isnull=True).order_by()
    client = Client.objects.filter(pk=OuterRef("client")).order_by()
    place = Case(When(status="open", then=Value(0)), When(status="waiting", then=Value(1)), default=Value(2))
    moment = Case(
        When(status="open", then=_Seconds("resolution_due_at")),
        When(status="waiting", then=_Seconds("opened_at")),
        default=-_Seconds("resolved_at"),
    )
    issues = issues.defer("description", "resolution").annotate(
        place=place,
        moment=moment,
        client_name=Subquery(client.values("name")),
        lead_name=Subquery(lead.values("user__name")[:1]),
    )
    page = keyset_page(issues, keys=ORDER, cursor=cursor, size=ROWS_PER_PAGE)
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
