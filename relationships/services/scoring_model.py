"""The scoring model from draft to published version: saved, discarded, previewed, published."""

from django.db import transaction
from django.utils import timezone

from accounts.web.publishing import publish_on_commit
from relationships.health import preview, refresh
from relationships.health.spec import Spec
from relationships.models import ScoringDraft, ScoringModel, ScoringPreview
from relationships.tasks import preview_scoring, score_all_clients

# What stands in the way of publishing, in the order in which it is told.
SAME_AS_NOW, NO_PREVIEW, PREVIEW_RUNS, PREVIEW_FAILED, PREVIEW_OLD, PREVIEW_OF_YESTERDAY = (
    "same_as_now",
    "no_preview",
    "preview_runs",
    "preview_failed",
    "preview_old",
    "preview_of_yesterday",
)


class DraftChanged(Exception):
    """The draft is at another version than was seen; nothing was written. `saved` is it now, None where it is gone."""

    def __init__(self, saved):
        super().__init__("The draft was changed meanwhile")
        self.saved = saved


class ModelMoved(Exception):
    """A version was published after the one that the draft rests on; nothing was written. `current` is that version."""

    def __init__(self, current):
        super().__init__(f"Version {current.version} was published meanwhile")
        self.current = current


class NotReady(Exception):
    """The draft cannot be published yet; `obstacle` says why."""

    def __init__(self, obstacle):
        super().__init__(obstacle)
        self.obstacle = obstacle


def current_model():
    """The version in force, with who published it. One query."""
    return ScoringModel.objects.select_related("published_by").order_by("-version")[:1].get()


def the_draft():
    """The house's draft with what it is based on and who saved it last, or None. One query."""
    return ScoringDraft.objects.select_related("based_on", "updated_by").first()


@transaction.atomic
def save_draft(*, spec, note, version, seen_model, by):
    """Writes `spec` (checked JSON) and `note` as the draft and returns it. It rests on the version `seen_model`, which
    was in force when the form was opened.

    `version` is that of the draft as it was shown, 0 where there was none: then it is made. The same sent twice changes
    nothing. Raises DraftChanged where somebody else saved, published or discarded meanwhile. Locks the row.
    """
    model = ScoringModel.objects.filter(version=seen_model).first() or ScoringModel.objects.current()
    values = {"spec": spec, "note": note, "based_on": model, "updated_by": by}
    if version == 0:
        draft, is_new = ScoringDraft.objects.get_or_create(pk=1, defaults=values)
        if is_new:
            return draft
    draft = ScoringDraft.objects.select_for_update(no_key=True).filter(pk=1).first()
    if draft is None:
        raise DraftChanged(None)
    if (draft.spec, draft.note, draft.based_on_id) == (spec, note, model.pk):
        return draft
    if draft.version != version:
        raise DraftChanged(the_draft())
    for name, value in values.items():
        setattr(draft, name, value)
    draft.version += 1
    draft.save()
    return draft


@transaction.atomic
def discard_draft(*, version):
    """Deletes the draft as it was seen at `version`. One that is gone already is fine. Raises DraftChanged."""
    draft = ScoringDraft.objects.select_for_update().filter(pk=1).first()
    if draft is None:
        return
    if draft.version != version:
        raise DraftChanged(the_draft())
    draft.delete()


@transaction.atomic
def start_preview(*, by):
    """Asks for a preview of the draft and returns it; one of the same draft that is under way is returned instead.

    One of an older draft, or one that nobody works on, is ended. Raises DraftChanged(None) without a draft.
    """
    draft = ScoringDraft.objects.select_for_update(no_key=True).filter(pk=1).first()
    if draft is None:
        raise DraftChanged(None)
    model = ScoringModel.objects.current()
    for running in ScoringPreview.objects.filter(ended_at__isnull=True):
        if running.spec == draft.spec and running.model_id == model.pk and not preview.is_dead(running):
            return running
        ScoringPreview.objects.filter(pk=running.pk, ended_at__isnull=True).update(
            ended_at=timezone.now(), error=preview.REPLACED
        )
    row = ScoringPreview.objects.create(spec=draft.spec, model=model, requested_by=by)
    publish_on_commit(preview_scoring)
    return row


def newest_preview():
    """The preview asked for last, with who asked, or None. One query."""
    return ScoringPreview.objects.select_related("requested_by", "model").first()


def is_of(found, draft, current):
    """Whether a preview is of exactly this draft against the version in force."""
    return found.spec == draft.spec and found.model_id == current.pk


def obstacle_of(draft, current, found):
    """Why the draft cannot be published yet, or "". `found` is the newest preview or None. No query."""
    if Spec.from_json(draft.spec) == Spec.from_json(current.spec):
        return SAME_AS_NOW
    if found is None:
        return NO_PREVIEW
    if not is_of(found, draft, current):
        return PREVIEW_OLD
    if found.ended_at is None:
        return PREVIEW_RUNS
    if found.error:
        return PREVIEW_FAILED
    return PREVIEW_OF_YESTERDAY if found.as_of != refresh.as_of_today() else ""


@transaction.atomic
def publish_draft(*, version, note, by):
    """Publishes the draft as it was seen at `version` and returns the new ScoringModel; the draft is deleted, and every
    client is scored by the new version as soon as workers come to it.

    Raises DraftChanged (None: somebody published or discarded it first), ModelMoved and NotReady. Locks the draft, so
    of two at once one publishes and the other finds no draft.
    """
    draft = ScoringDraft.objects.select_for_update().filter(pk=1).first()
    if draft is None or draft.version != version:
        raise DraftChanged(draft and the_draft())
    current = current_model()
    if draft.based_on_id != current.pk:
        raise ModelMoved(current)
    if obstacle := obstacle_of(draft, current, newest_preview()):
        raise NotReady(obstacle)
    model = ScoringModel.objects.create(
        version=current.version + 1,
        spec=draft.spec,
        note=note,
        published_at=timezone.now(),
        published_by=by,
    )
    draft.delete()
    publish_on_commit(score_all_clients)
    return model
