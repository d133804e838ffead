"""The scoring model: what is in force, its history, and the draft of the next version. Admins only."""

import datetime

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts import access
from accounts.web.pagination import keyset_page
from relationships.forms_scoring import DiscardForm, DraftForm, FromForm, ModelPageForm
from relationships.health import refresh
from relationships.health.spec import Spec
from relationships.models import ScoringModel, ScoringRun
from relationships.models.scoring_run import RunKind
from relationships.scoring_sheets import sheet_of, sheet_of_form
from relationships.scoring_words import changes, flat, in_words, note_in_words
from relationships.services.scoring_model import (
    DraftChanged,
    current_model,
    discard_draft,
    newest_preview,
    obstacle_of,
    save_draft,
    the_draft,
)

VERSIONS_SHOWN = 20
RUN_COMES_WITHIN_MINUTES = 60  # beat sends the run of all clients each hour


def admins_only(request):
    """Raises PermissionDenied for everyone else, before anything is read."""
    if not access.may_set_up(request.user):
        raise PermissionDenied


def spec_of(row):
    """The Spec of a ScoringModel or a draft."""
    return Spec.from_json(row.spec)


def scoring_model(request):
    """The version in force, the draft if there is one, and what every version changed."""
    admins_only(request)
    form = ModelPageForm(request.GET)
    valid = form.is_valid()
    cursor = form.cleaned_data["cursor"] if valid else ""
    current, draft = current_model(), the_draft()
    context = {
        "current": current,
        "sheet": sheet_of(spec_of(current)),
        "draft": draft,
        "draft_changes": changes(spec_of(current), spec_of(draft)) if draft else [],
        "run": _run_under_way(current),
        **_history(cursor),
    }
    status = 200 if valid else 422
    return render(request, "relationships/scoring/model.html", _about(context), status=status)


def scoring_version(request, version):
    """One published version in full, with what it changed."""
    admins_only(request)
    model = get_object_or_404(ScoringModel.objects.select_related("published_by"), version=version)
    before = ScoringModel.objects.filter(version__lt=version).order_by("-version").first()
    context = {
        "model": model,
        "note": note_in_words(model),
        "before": before,
        "current": current_model(),
        "draft": the_draft(),
        "sheet": sheet_of(spec_of(model), compared_with=spec_of(before) if before else None),
        "changes": changes(spec_of(before), spec_of(model)) if before else [],
    }
    return render(request, "relationships/scoring/model_version.html", _about(context))


def scoring_draft(request):
    """The draft as a form; saving makes it where there is none. 422 at the field, 409 where two admins collide."""
    admins_only(request)
    current, draft = current_model(), the_draft()
    if request.method != "POST":
        return _show_draft(request, _form_shown(request, draft, current), draft, current)
    form = DraftForm(request.POST)
    if not form.is_valid():
        return _show_draft(request, form, draft, current, status=422)
    values = {name: form.cleaned_data[name] for name in ("note", "version", "seen_model")}
    try:
        saved = save_draft(spec=form.as_spec(), by=request.user, **values)
    except DraftChanged as conflict:
        form = _explained(request, form, conflict.saved, current)
        return _show_draft(request, form, conflict.saved, current, status=409)
    if saved.spec == (draft.spec if draft else current.spec) and saved.note == (draft.note if draft else ""):
        messages.info(request, _("The draft is kept as it stands; no number differs from before."))
    else:
        messages.success(request, _("The draft is saved. Nothing counts until it is published."))
    return redirect(
        "relationships:scoring_preview" if "preview" in request.POST else "relationships:scoring_draft"
    )


def scoring_discard(request):
    """Asks whether the draft shall go, and deletes it. 409 where somebody saved it meanwhile."""
    admins_only(request)
    draft = the_draft()
    if draft is None:
        messages.info(request, _("There is no draft."))
        return redirect("relationships:scoring_model")
    status, current = 200, current_model()
    if request.method == "POST":
        form = DiscardForm(request.POST)
        if not form.is_valid():
            status = 422
        else:
            try:
                discard_draft(version=form.cleaned_data["version"])
            except DraftChanged as conflict:
                draft, status = conflict.saved, 409
            else:
                messages.success(request, _("The draft is discarded."))
                return redirect("relationships:scoring_model")
    context = {"draft": draft, "changes": changes(spec_of(current), spec_of(draft)), "moved": status == 409}
    return render(request, "relationships/scoring/model_discard.html", _about(context), status=status)


# --- Reading --------------------------------------------------------------------------------------------------


def _about(context):
    return context | {"here": "model", "may_set_up": True}


def _history(cursor):
    """{"page", "versions"}: each version with what it changed against the one before. Two queries."""
    models = ScoringModel.objects.select_related("published_by")
    page = keyset_page(models, keys=["-version"], cursor=cursor, size=VERSIONS_SHOWN)
    rows = list(page)
    older = models.filter(version__lt=rows[-1].version).order_by("-version").first() if rows else None
    specs = [spec_of(row) for row in (*rows, *([older] if older else []))]
    versions = [
        {
            "model": row,
            "note": note_in_words(row),
            "changes": changes(specs[at + 1], specs[at]) if at + 1 < len(specs) else None,
        }
        for at, row in enumerate(rows)
    ]
    return {"page": page, "versions": versions}


def _run_under_way(current):
    """{"row"}: the run of all clients by the version in force while it is not over; "row" is None while it has yet to
    begin. None when there is nothing to tell."""
    row = ScoringRun.objects.filter(kind=RunKind.NIGHTLY, model=current, as_of=refresh.as_of_today()).first()
    if row is None:
        fresh = timezone.now() - current.published_at < datetime.timedelta(minutes=RUN_COMES_WITHIN_MINUTES)
        return {"row": None} if fresh and current.published_by_id else None
    return {"row": row} if row.ended_at is None else None


# --- The draft ------------------------------------------------------------------------------------------------


def _form_shown(request, draft, current):
    """The form of the draft; without one, of the version that `start` names, or of the one in force."""
    if draft:
        seen = {"version": draft.version, "seen_model": current.version}
        return DraftForm.of(spec_of(draft), note=draft.note, **seen)
    asked = FromForm(request.GET)
    version = asked.cleaned_data["start"] if asked.is_valid() else None
    model = current
    if version and version != current.version:
        model = ScoringModel.objects.filter(version=version).first()
        if model is None:
            raise Http404
    note = "" if model == current else _("Back to version %(version)s.") % {"version": model.version}
    return DraftForm.of(spec_of(model), note=note, version=0, seen_model=current.version)


def _show_draft(request, form, draft, current, status=200):
    found = newest_preview() if draft else None
    context = {
        "form": form,
        "draft": draft,
        "current": current,
        "sheet": sheet_of_form(form, spec_of(current)),
        "moved": current if draft and draft.based_on_id != current.pk else None,
        "obstacle": obstacle_of(draft, current, found) if draft else "",
        "asked_for": request.GET.get("start") if draft else None,
    }
    return render(request, "relationships/scoring/model_draft.html", _about(context), status=status)


def _explained(request, form, saved, current):
    """The form with what was typed, and at each field what somebody else saved. Saving once more replaces it."""
    data = request.POST.copy()
    data["version"], data["seen_model"] = saved.version if saved else 0, current.version
    typed, form = form, DraftForm(data)
    form.full_clean()
    if saved is None:
        form.add_error(
            None,
            _(
                "Somebody published or discarded the draft meanwhile. What you typed is still here; "
                "save again to begin a new draft with it."
            ),
        )
        return form
    who = {"who": saved.updated_by or _("Somebody")}
    text = _("%(who)s saved the draft meanwhile. Save again to replace what differs, or open the page anew.")
    form.add_error(None, text % who)
    text = _("Saved meanwhile: %(value)s.")
    for name, value in (flat(spec_of(saved)) | {"note": saved.note}).items():
        if typed.cleaned_data[name] != value:
            form.add_error(name, text % {"value": value if name == "note" else in_words(value)})
    return form
