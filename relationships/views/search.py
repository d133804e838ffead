"""The search: as a page, and as the list that its dialog asks for while one types."""

from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe
from django_htmx.http import trigger_client_event

from accounts.web.htmx import uncached, wants_fragment
from relationships.forms_search import SearchForm
from relationships.search.finding import find


@require_safe
def search(request):
    """What has the words of `q`, or what was open lately. 422 for what makes no sense."""
    form = SearchForm(request.GET)
    if not form.is_valid():
        return _answer(request, {"form": form, "groups": [], "text": ""}, status=422)
    asked = form.cleaned_data
    groups = find(
        request.user,
        text=asked["q"],
        brief=asked["brief"],
        here=asked["client"],
        recent=asked["recent"],
    )
    context = {"form": form, "groups": groups, "text": asked["q"], "brief": asked["brief"]}
    response = _answer(request, context)
    if asked["q"] and wants_fragment(request):
        trigger_client_event(response, "announce", {"text": _spoken(groups)})
    return response


def _answer(request, context, status=200):
    part = wants_fragment(request)
    template = "relationships/search/_results.html" if part else "relationships/search/search.html"
    return uncached(render(request, template, context, status=status))


def _spoken(groups):
    """What a screen reader says of the list: how many there are and the first of them."""
    hits = [hit for group in groups for hit in group.hits]
    if not hits:
        return _("Nothing found.")
    found = ngettext("%(n)s found", "%(n)s found", len(hits)) % {"n": len(hits)}
    return f"{found}: {hits[0].title}"
