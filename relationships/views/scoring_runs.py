"""The runs of the scoring, for admins: what was scored when, and whether everyone has a score of today."""

from django import forms
from django.core.exceptions import PermissionDenied
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.web.forms import PlainForm
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from relationships import run_states
from relationships.models import ScoringRun
from relationships.models.scoring_run import RunKind

RUNS_SHOWN = 50


class RunsForm(PlainForm):
    """Which runs, and which page of them."""

    kind = forms.ChoiceField(choices=[("", _("All runs")), *RunKind.choices], required=False, label=_("Runs"))
    cursor = forms.CharField(max_length=2000, required=False)


@require_safe
def scoring_runs(request):
    """The runs, newest first; the fragment is the list with the sentence above it, which asks again while one runs."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    form, now = RunsForm(request.GET), timezone.now()
    valid = form.is_valid()
    chosen = form.cleaned_data if valid else {}
    page = _page(chosen.get("kind"), chosen.get("cursor", ""), now)
    standing = run_states.standing(now)
    context = {
        "here": "runs",
        "may_set_up": True,
        "valid": valid,
        "kind": chosen.get("kind", ""),
        "kinds": form.fields["kind"].choices,
        "page": page,
        "is_running": standing["open"] is not None and standing["open"].state.name == run_states.RUNNING,
    } | standing
    template = "_runs_answer.html" if wants_fragment(request) else "runs.html"
    answer = render(request, f"relationships/scoring/{template}", context, status=200 if valid else 422)
    return uncached(answer)


def _page(kind, cursor, now):
    runs = ScoringRun.objects.select_related("model")
    if kind:
        runs = runs.filter(kind=kind)
    page = keyset_page(runs, keys=["-started_at", "-id"], cursor=cursor, size=RUNS_SHOWN)
    run_states.with_states(page.rows, now)
    return page
