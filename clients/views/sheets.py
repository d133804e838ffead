"""Answers of forms in the sheet that go beyond `answer_form`: a conflict between two editors, and another status."""

from accounts.web.htmx import uncached, wants_fragment

from .edit import answer_conflict


def answer_conflict_sheet(request, form, saved, context):
    """409 with both versions, in the sheet or as a page. `context`: title, note, action (where the choice goes)."""
    template = "clients/_conflict_sheet.html"
    if not wants_fragment(request):
        context = context | {"sheet_template": template, "own_page": True}
        template = "clients/sheet_page.html"
    return uncached(answer_conflict(request, template, context, form, saved))


def with_status(answer, status):
    """The same answer with another status; None leaves it as it is."""
    answer.status_code = status or answer.status_code
    return answer
