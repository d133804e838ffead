"""How views that write answer: htmx gets an event for the page's panels and a toast, others a redirect."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.http import url_has_allowed_host_and_scheme
from django_htmx.http import trigger_client_event

from accounts.web.htmx import wants_fragment


def written(request, text, *, events, back, client=None, undo=None, card=None):
    """204 with `events` about the client, if it is about one, which also closes the sheet; without htmx back to the
    page, with a message.

    `back` is where to go unless the form named a page of ours in `next`. `undo` is (words, address) of a button in the
    toast, which posts there; `card` the address of what the toast shows below its words as soon as it is there.
    """
    if not wants_fragment(request):
        messages.success(request, text)
        return redirect(safe_next(request) or back)
    response = HttpResponse(status=204)
    for event in events:
        trigger_client_event(response, event, {"client": client.pk} if client else {})
    toast = {"text": text, "kind": "success"}
    if undo:
        toast |= {"action": str(undo[0]), "url": undo[1]}
    if card:
        toast["card"] = card
    return trigger_client_event(response, "toast", toast)


def refused(request, text, *, back, status=409):
    """Says why nothing was written: a toast and `status` under htmx, else back to the page with the message."""
    if not wants_fragment(request):
        messages.error(request, text)
        return redirect(safe_next(request) or back)
    return trigger_client_event(HttpResponse(status=status), "toast", {"text": text, "kind": "error"})


def safe_next(request):
    """The page of ours that the form named in `next`, or ""."""
    target = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        target, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return target if safe else ""
