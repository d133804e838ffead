"""The columns of the client list: which there are, which are shown, what each needs and holds in a spreadsheet."""

from dataclasses import dataclass, replace

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import CharField, Count, IntegerField, Min, OuterRef, Subquery
from django.db.models.functions import Coalesce, JSONObject
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from clients.models import Assignment, Client, ClientTag, Contract, Issue

MOST_COLUMNS = 8
# For how many columns beside the name a screen has room, the most telling first: phone, tablet, laptop, desk.
ROOM = ((1, ""), (3, "from-tablet"), (4, "from-desktop"), (6, "from-wide"))
WIDEST = "from-full"


@dataclass(frozen=True)
class Column:
    """`sort` is the order a click on the head starts with, "" for none; `rank` says which stay on smaller screens, the
    lowest first; `fields` are columns of Client; `cells` are what a spreadsheet gets: (head, value of a client)."""

    name: str
    words: str
    rank: int
    cells: tuple
    sort: str = ""
    fields: tuple = ()
    css: str = ""


def _value(name):
    return lambda client: getattr(client, name)


def _day(name):
    """The day of a moment, for spreadsheets know no zones."""

    def day(client):
        moment = getattr(client, name)
        return timezone.localdate(moment) if moment else None

    return day


def _rounded(value, times=1):
    """A figure with one decimal, as numbers in a sheet are read."""
    return None if value is None else round(float(value) * times, 1)


def change_of(client):
    """Revenue against the 12 months before, as a share of those; None without any before."""
    before = client.revenue_12m_before
    return (client.revenue_12m - before) / before if before else None


_ALL = [
    Column(
        "health",
        _("Health"),
        1,
        (
            (_("Health"), lambda client: client.get_health_band_display()),
            (_("Score"), lambda client: None if client.health_score is None else int(client.health_score)),
            (_("Points in 30 days"), lambda client: _rounded(client.health_trend)),
        ),
        sort="health",
        fields=("health_band", "health_score", "health_trend"),
    ),
    Column(
        "segment",
        _("Segment"),
        4,
        ((_("Segment"), lambda client: client.get_segment_display()),),
        fields=("segment",),
    ),
    Column(
        "tags", _("Tags"), 7, ((_("Tags"), lambda client: ", ".join(tag["name"] for tag in client.tag_list)),)
    ),
    Column("lead", _("Lead"), 6, ((_("Lead"), _value("lead_name")),)),
    Column("group", _("Group"), 12, ((_("Group"), _value("group_name")),)),
    Column("industry", _("Industry"), 13, ((_("Industry"), _value("industry")),), fields=("industry",)),
    Column(
        "city",
        _("Town"),
        14,
        ((_("Town"), _value("city")), (_("Country"), _value("country"))),
        fields=("city", "country"),
    ),
    Column(
        "last",
        _("Last contact"),
        2,
        ((_("Last contact"), _day("last_interaction_at")),),
        sort="last",
        fields=("last_interaction_at", "contact_due_on"),
    ),
    Column(
        "due",
        _("Contact due"),
        8,
        ((_("Contact due"), _value("contact_due_on")),),
        sort="due",
        fields=("contact_due_on",),
    ),
    Column(
        "next",
        _("Next step"),
        5,
        ((_("Next step"), _value("next_follow_up_on")),),
        sort="next",
        fields=("next_follow_up_on",),
    ),
    Column("ends", _("Contract ends"), 9, ((_("Contract ends"), _value("contract_ends_on")),)),
    Column("issues", _("Open issues"), 10, ((_("Open issues"), _value("issues_open")),), css="num"),
    Column(
        "revenue",
        _("Revenue, 12 months"),
        3,
        ((_("Revenue, 12 months"), _value("revenue_12m")), (_("Currency"), _value("currency"))),
        sort="-revenue",
        fields=("revenue_12m", "currency"),
        css="num",
    ),
    Column(
        "change",
        _("Against the year before"),
        11,
        (
            (_("12 months before"), _value("revenue_12m_before")),
            (_("Change, %"), lambda client: _rounded(change_of(client), 100)),
        ),
        fields=("revenue_12m", "revenue_12m_before"),
        css="num",
    ),
]
COLUMNS = {column.name: column for column in _ALL}
CHOICES = [(column.name, column.words) for column in _ALL]
DEFAULT = ("health", "segment", "lead", "last", "next", "revenue")
NAME = Column("name", _("Client"), 0, (), sort="name")
# What a row shows whatever the columns: its name, and what stands below it.
ALWAYS = ("name", "name_sort", "status", "lost_on", "industry", "last_interaction_at")


def shown_columns(names):
    """{name: Column} of `names` in the list's own order, each with the classes by which narrow screens drop it."""
    chosen = [column for column in _ALL if column.name in names]
    shown = {}
    for place, column in enumerate(sorted(chosen, key=lambda column: column.rank)):
        width = next((css for room, css in ROOM if place < room), WIDEST)
        shown[column.name] = replace(column, css=f"{column.css} {width}".strip())
    return {column.name: shown[column.name] for column in chosen}


def column_heads(shown, sort):
    """Each head with its direction now and the order of the next click, for the template."""
    heads = []
    for column in (NAME, *shown.values()):
        name = column.sort.lstrip("-")
        current = bool(name) and sort.lstrip("-") == name
        turned = name if sort.startswith("-") else f"-{name}"
        heads.append(
            {
                "words": column.words,
                "css": column.css,
                "next_sort": turned if current else column.sort,
                "direction": ("descending" if sort.startswith("-") else "ascending") if current else "",
            }
        )
    return heads


def with_columns(clients, names, today, *, also=()):
    """`clients` with what the columns `names` need, the fields `also`, and nothing else of theirs; no query of its own.

    What other tables hold comes as subqueries, for the rows of the page alone: a join would have every client sorted
    in full.
    """
    fields = {*ALWAYS, *also, *(field for name in names for field in COLUMNS[name].fields)}
    found = {"group_name": _group()}
    if "lead" in names:
        lead = Assignment.objects.leads().filter(client=OuterRef("pk"), ended_at__isnull=True).order_by()
        found["lead_name"] = Subquery(lead.values("user__name")[:1])
        found["lead_away_until"] = Subquery(lead.with_absence().values("away_until")[:1])
    if "tags" in names:
        found["tag_list"] = tags_of_client()
    if "ends" in names:
        ends = Contract.objects.running(today).filter(client=OuterRef("pk"), ends_on__isnull=False).order_by()
        found["contract_ends_on"] = Subquery(ends.values("client").annotate(day=Min("ends_on")).values("day"))
    if "issues" in names:
        issues = Issue.objects.open().filter(client=OuterRef("pk")).order_by()
        counted = issues.values("client").annotate(n=Count("pk")).values("n")
        found["issues_open"] = Coalesce(Subquery(counted, output_field=IntegerField()), 0)
    return clients.only(*fields).annotate(**found)


def _group():
    return Subquery(
        Client.objects.filter(pk=OuterRef("parent")).order_by().values("name"), output_field=CharField()
    )


def tags_of_client():
    """The tags of the client of the row as [{"id", "name"}] in order; to annotate clients with as `tag_list`."""
    tags = ClientTag.objects.filter(client=OuterRef("pk")).order_by("tag__name_sort")
    return ArraySubquery(tags.values(json=JSONObject(id="tag_id", name="tag__name")))
