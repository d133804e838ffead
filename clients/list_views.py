"""The saved views around the client list: tabs, the menu of the others, and the columns of this reader."""

from dataclasses import dataclass
from functools import cached_property

from django.urls import reverse

from clients.list_columns import CHOICES, DEFAULT, MOST_COLUMNS
from clients.list_queries import columns_in, columns_of, normal_query
from clients.models import SavedView
from clients.querysets.saved_views import DEFAULT_NAME

ROOMY = 5


@dataclass
class ListViews:
    """`views` are those with a name, each with `is_pinned`; `own_columns` what the reader kept as theirs, () for none;
    `here` is the query on screen without its page, as a view would keep it."""

    views: list
    own_columns: tuple
    here: str
    most = MOST_COLUMNS

    @property
    def columns(self):
        """The columns on screen."""
        return columns_of(self.here) or self.usual_columns

    @property
    def usual_columns(self):
        """Those that are shown where no address says otherwise."""
        return self.own_columns or DEFAULT

    @cached_property
    def current(self):
        """The view that is on screen, one's own first; None for none."""
        same = [view for view in self.views if view.query == self.here]
        return next(iter(sorted(same, key=lambda view: not view.is_pinned)), None) if self.here else None

    @property
    def tabs(self):
        """The pinned views, and the one on screen where it is not pinned."""
        shown = [view for view in self.views if view.is_pinned or view is self.current]
        return [{"view": view, "url": address_of(view), "current": view is self.current} for view in shown]

    @property
    def others(self):
        """(view, address) of those that are no tab."""
        return [
            (view, address_of(view)) for view in self.views if not view.is_pinned and view is not self.current
        ]

    @property
    def may_be_saved(self):
        """Whether there is something on screen worth a name."""
        return bool(self.here) and self.current is None

    @property
    def choices(self):
        """(name, words, is shown) of every column."""
        return [(name, words, name in self.columns) for name, words in CHOICES]

    @property
    def are_many(self):
        """Whether the columns need to stand closer: more than five, unless they are the ones that were made to fit."""
        return len(self.columns) > ROOMY and set(self.columns) != set(DEFAULT)

    @property
    def are_usual(self):
        return set(self.columns) == set(self.usual_columns)


def list_views(user, query):
    """The `ListViews` of a reader who looks at `query` (a QueryDict). One query."""
    found = list(SavedView.objects.visible_to(user).with_pin(user))
    kept = next((view for view in found if view.name == DEFAULT_NAME), None)
    own = columns_of(kept.query) if kept else ()
    query = query.copy()
    if set(columns_in(query)) == set(own or DEFAULT):
        query.pop("cols", None)
    return ListViews([view for view in found if view.name != DEFAULT_NAME], own, normal_query(query))


def address_of(view):
    """The list as the view shows it."""
    return f"{reverse('clients:list')}?{view.query}" if view.query else reverse("clients:list")
