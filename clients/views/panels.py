"""The panels of a client: each loads by itself into the client page, checks its own scope, and is also a page."""

from django.shortcuts import render

from accounts.web.htmx import uncached, wants_fragment


def answer_panel(request, client, template, context, *, title):
    """The panel alone under htmx, else a page with it. `client` came from `fetch_visible`, so `may_change` is known."""
    context = context | {"client": client, "may_change": client.may_change}
    if not wants_fragment(request):
        context |= {"panel_template": template, "title": title}
        template = "clients/panel_page.html"
    return uncached(render(request, template, context))


def answer_form(request, form, template, context):
    """A form for the sheet (`…/_name.html`) or as a page of its own; 422 with what was typed when it is wrong.

    `template` names the fragment; the page wraps it, see clients/sheet_page.html.
    """
    context = context | {"form": form}
    if not wants_fragment(request):
        context |= {"sheet_template": template, "own_page": True}
        template = "clients/sheet_page.html"
    return uncached(render(request, template, context, status=422 if form.is_bound else 200))
