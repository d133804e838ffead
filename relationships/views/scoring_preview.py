"""The preview of a draft on the whole book, and publishing it. Admins only."""

from django.contrib import messages
from django.db.models import F
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.models import Band
from relationships.forms_scoring import ChangesForm, PublishForm
from relationships.health import preview
from relationships.models import PreviewChange
from relationships.scoring_words import changes
from relationships.services import scoring_model as services
from relationships.views.scoring_model import admins_only, spec_of

CHANGES_SHOWN = 50


def scoring_preview(request):
    """The preview of the draft: how far it is, or what came out. POST asks for one; htmx asks how far it is."""
    admins_only(request)
    draft = services.the_draft()
    if draft is None:
        messages.info(request, _("There is no draft to preview."))
        return redirect("relationships:scoring_model")
    if request.method == "POST":
        services.start_preview(by=request.user)
        return redirect("relationships:scoring_preview")
    return uncached(_show(request, draft))


def scoring_publish(request):
    """Publishes the draft as a new version. 422 without a reason or while it is not ready, 409 where it has changed."""
    admins_only(request)
    if request.method != "POST":
        return HttpResponseNotAllowed(["POST"])
    draft = services.the_draft()
    form = PublishForm(request.POST)
    if draft is None:
        return _gone(request)
    if not form.is_valid():
        return _show(request, draft, form, status=422)
    try:
        model = services.publish_draft(by=request.user, **form.cleaned_data)
    except services.DraftChanged as conflict:
        if conflict.saved is None:
            return _gone(request)
        return _show(request, conflict.saved, _anew(request, conflict.saved), conflict="draft", status=409)
    except services.ModelMoved:
        return _show(request, draft, form, conflict="model", status=409)
    except services.NotReady:
        return _show(request, draft, form, status=422)
    messages.success(request, _("Version %(version)s is published.") % {"version": model.version})
    return redirect("relationships:scoring_model")


def _gone(request):
    """A second click, or somebody else was first: what became of the draft stands in the history."""
    messages.info(request, _("There is no draft any more: it was published or discarded."))
    return redirect("relationships:scoring_model")


def _anew(request, draft):
    data = request.POST.copy()
    data["version"] = draft.version
    return PublishForm(data)


def _show(request, draft, form=None, *, conflict="", status=200):
    current, found = services.current_model(), services.newest_preview()
    is_of_draft = bool(found) and services.is_of(found, draft, current)
    context = {
        "draft": draft,
        "current": current,
        "changes": changes(spec_of(current), spec_of(draft)),
        "found": found,
        "is_of_draft": is_of_draft,
        "is_dead": bool(found) and preview.is_dead(found),
        "obstacle": services.obstacle_of(draft, current, found),
        "moved": current if draft.based_on_id != current.pk else None,
        "conflict": conflict,
        "form": form or PublishForm(initial={"note": draft.note, "version": draft.version}),
        "here": "model",
        "may_set_up": True,
    }
    if found and found.ended_at and not found.error:
        asked = ChangesForm(request.GET)
        status = status if asked.is_valid() else 422
        context |= _result(request, found, asked)
    if wants_fragment(request) and request.method == "GET":
        return render(request, "relationships/scoring/_model_preview.html", context, status=status)
    return render(request, "relationships/scoring/model_preview.html", context, status=status)


# --- What came out --------------------------------------------------------------------------------------------


def _result(request, found, asked):
    """The figures of a finished preview and the page of clients that change band which `asked` names. One query."""
    outcome = preview.outcome(found)
    chosen = asked.cleaned_data if asked.is_valid() else {}
    before, after = chosen.get("before", ""), chosen.get("after", "")
    rows = PreviewChange.objects.visible_to(request.user).filter(preview=found)
    rows = rows.filter(
        **({"band_before": before} if before else {}), **({"band_after": after} if after else {})
    )
    page = keyset_page(
        rows.select_related("client").annotate(revenue=F("client__revenue_12m")),
        keys=["-revenue", "client_id"],
        cursor=chosen.get("cursor", ""),
        size=CHANGES_SHOWN,
    )
    bands = [band for band in Band if outcome.before[band].clients or outcome.after[band].clients]
    return {
        "outcome": outcome,
        "page": page,
        "bands": [(band, band.label, outcome.before[band], outcome.after[band]) for band in bands],
        "matrix": _matrix(outcome, bands, before, after),
        "chosen": {
            "before": Band(before).label if before else "",
            "after": Band(after).label if after else "",
        },
    }


def _matrix(outcome, bands, before, after):
    """[(band, label, cells)], a row for each band before and a cell for each band after."""
    return [
        (
            old,
            old.label,
            [
                {
                    "after": new,
                    "clients": outcome.moves[old, new].clients if (old, new) in outcome.moves else 0,
                    "stays": old == new,
                    "chosen": (old, new) == (before, after),
                }
                for new in bands
            ],
        )
        for old in bands
    ]
