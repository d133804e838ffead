"""Internal requests: what is asked of a department, its answers, and how each one ends."""

from django.db import transaction
from django.utils import timezone

from accounts import access
from clients.models import CareEventKind, InternalRequest, RequestAnswer, RequestState

from .changes import KeyUsedElsewhere, create_once, lock_client, record_change, tell_changed

# What may be done with a request, from which states, and the state it then has.
TAKE, DONE, DECLINE, WITHDRAW = "take", "done", "decline", "withdraw"
OPEN_STATES = (RequestState.OPEN, RequestState.TAKEN)
STATE_AFTER = {
    TAKE: RequestState.TAKEN,
    DONE: RequestState.DONE,
    DECLINE: RequestState.DECLINED,
    WITHDRAW: RequestState.WITHDRAWN,
}


class RequestClosed(Exception):
    """The request has ended meanwhile; nothing was written. `request` is the row as it is now."""

    def __init__(self, request):
        super().__init__(f"Request {request.pk} is {request.state}")
        self.request = request


class LinkedElsewhere(ValueError):
    """An issue, contract or deal of another client."""


@transaction.atomic
def ask_request(
    *, client, department, what, details, due_on, by, idempotency_key, issue=None, contract=None, deal=None
):
    """The request that `by` puts to `department` about `client`; sent twice with one key it exists once.

    Raises LinkedElsewhere when a link belongs to another client, KeyUsedElsewhere for a key of another client.
    Locks the client; writes a timeline entry.
    """
    lock_client(client.pk)
    if any(row is not None and row.client_id != client.pk for row in (issue, contract, deal)):
        raise LinkedElsewhere(client.pk)
    request, created = create_once(
        InternalRequest,
        idempotency_key=idempotency_key,
        client=client,
        department=department,
        what=what,
        details=details,
        due_on=due_on,
        issue=issue,
        contract=contract,
        deal=deal,
        asked_by=by,
    )
    if created:
        _record(request, CareEventKind.REQUEST_ASKED, by, day=due_on.isoformat())
    return request


@transaction.atomic
def answer_request(*, request, text, by, idempotency_key):
    """Add `text` to the thread and return the answer; sent twice with one key it stands there once.

    Raises RequestClosed for one that has ended. Locks the client. The department's words go into the timeline; those
    of who asked stay in the thread.
    """
    request = _locked(request)
    earlier = RequestAnswer.objects.filter(idempotency_key=idempotency_key).first()
    if earlier is not None:
        return _same(earlier, request)
    if request.state not in OPEN_STATES:
        raise RequestClosed(request)
    answer = _add_answer(request, text, by, idempotency_key)
    tell_changed([request.client_id])
    return answer


@transaction.atomic
def change_request(*, request, action, by, text=""):
    """Take, finish, decline or withdraw a request (`action`) and return it; `text` becomes the last answer.

    The same action sent twice counts once. Raises RequestClosed where it ended otherwise or was taken by a colleague.
    Locks the client; ends are written to the timeline.
    """
    request, state = _locked(request), STATE_AFTER[action]
    if request.state == state and (action != TAKE or request.taken_by_id == by.pk):
        return request
    if request.state not in OPEN_STATES or (action == TAKE and request.state == RequestState.TAKEN):
        raise RequestClosed(request)
    request.state = state
    if action == TAKE:
        request.taken_by = by
    else:
        request.closed_at = timezone.now()
    request.save(update_fields=["state", "taken_by", "closed_at"])
    if text:
        RequestAnswer.objects.create(request=request, author=by, text=text)
    if action == TAKE:
        tell_changed([request.client_id])
    else:
        _record(request, CareEventKind.REQUEST_CLOSED, by, state=state.value, reason=text[:500])
    return request


def _locked(request):
    """The request as it is now; whoever changes one holds its client first."""
    lock_client(request.client_id)
    return InternalRequest.objects.select_related("department").get(pk=request.pk)


def _add_answer(request, text, by, idempotency_key):
    answer = RequestAnswer.objects.create(
        request=request, author=by, text=text, idempotency_key=idempotency_key
    )
    if access.department_of(by) == request.department_id:
        _record(request, CareEventKind.REQUEST_ANSWERED, by, reason=text[:500])
    return answer


def _same(earlier, request):
    if earlier.request_id != request.pk:
        raise KeyUsedElsewhere(str(earlier.idempotency_key))
    return earlier


def _record(request, kind, by, **facts):
    department = request.department
    facts |= {"title": request.what, "department": department.name, "department_vi": department.name_vi}
    record_change(request.client_id, kind, by=by, subject_id=request.pk, who=by.name, **facts)
