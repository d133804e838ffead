"""Advice to a client: giving it, and what the client answered."""

from django.db import transaction

from clients.models import Advice, AdviceAnswer, CareEventKind

from .changes import create_once, lock_client, record_change


class AnswerChanged(Exception):
    """Somebody else wrote down an answer meanwhile. `advice` is how it is now."""

    def __init__(self, advice):
        super().__init__(f"Advice {advice.pk} is {advice.answer}")
        self.advice = advice


@transaction.atomic
def give_advice(*, client, values, by, idempotency_key):
    """Keeps what was recommended to `client` and why; the same key keeps it once. Locks the client."""
    lock_client(client.pk)
    advice, created = create_once(Advice, idempotency_key=idempotency_key, client=client, author=by, **values)
    if created:
        _record(advice, CareEventKind.ADVICE_GIVEN, by, day=advice.given_on.isoformat())
    return advice


@transaction.atomic
def answer_advice(*, advice, answer, day, note, by, seen):
    """Writes what the client answered on `day` and returns the advice. An answer may be followed by another.

    `seen` is the answer that the form was opened with; raises `AnswerChanged` when another stands there by now.
    Locks the client.
    """
    lock_client(advice.client_id)
    saved = Advice.objects.select_related("product").get(pk=advice.pk)
    if (saved.answer, saved.answered_on, saved.answer_note) == (answer, day, note):
        return saved
    if saved.answer != seen:
        raise AnswerChanged(saved)
    saved.answer, saved.answered_on, saved.answer_note = answer, day, note
    saved.save(update_fields=["answer", "answered_on", "answer_note"])
    if answer != AdviceAnswer.WAITING:
        _record(saved, CareEventKind.ADVICE_ANSWERED, by, day=day.isoformat(), answer=answer, note=note)
    return saved


def _record(advice, kind, by, **facts):
    record_change(
        advice.client_id,
        kind,
        by=by,
        subject_id=advice.pk,
        title=advice.recommendation,
        reason=advice.reason,
        who=by.name if by else "",
        **facts,
    )
