"""What the edit views of clients and contacts share, the answer to a conflict above all."""

from dataclasses import dataclass

from django.shortcuts import render
from django.utils.translation import gettext as _

from accounts.db import is_lock_timeout
from accounts.models import User
from clients.forms import differences


def posted(request):
    """A form's data, None for a form to be shown: an empty POST is a wrong form and not a fresh one."""
    return request.POST if request.method == "POST" else None


def refuse_busy(form, error):
    """Says on the form that somebody else holds the row for longer than we wait. Raises any other `error`."""
    if not is_lock_timeout(error):
        raise error
    form.add_error(None, _("Somebody else is saving this right now. Nothing was written; try again."))


@dataclass(frozen=True)
class Conflict:
    """Both versions of a row, for the second editor to choose from. `by` and `at` tell the other's save."""

    differences: list
    by: str
    at: object


def find_conflict(form, saved):
    """The `Conflict` between a valid form and the row as saved now. Three queries on the row's history."""
    events = saved.events.order_by("-pgh_id")
    opened = events.filter(version=form.cleaned_data["version"]).first()
    last = events.select_related("pgh_context").first()
    metadata = last.pgh_context.metadata if last and last.pgh_context else {}
    by = User.objects.filter(pk=metadata.get("user")).values_list("name", flat=True).first()
    return Conflict(differences(form, saved, opened), by or "", last.pgh_created_at if last else None)


def answer_conflict(request, template, context, form, saved):
    """409 with both versions and everything that was typed; saving again saves the choice."""
    form.data = form.data.copy()
    form.data["version"] = saved.version
    conflict = find_conflict(form, saved)
    hidden = [field.as_hidden() for field in form if not field.is_hidden]
    context |= {"form": form, "conflict": conflict, "hidden": hidden}
    return render(request, template, context, status=409)
