"""Errors as a person meets them: what happened, what became of their words, and what to do next.

A page, or for htmx a fragment that opens over what is open. Both are drawn without context processors: an error asks
neither the database nor the session, which may be what is missing.
"""

import logging
import sys
import uuid

from django.conf import settings
from django.core.exceptions import RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent
from django.db import InterfaceError, OperationalError
from django.http import HttpResponse
from django.middleware.csrf import get_token
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from accounts.web.htmx import uncached

logger = logging.getLogger(__name__)

WORDS = {
    400: (
        _("We could not read that"),
        _("Something in the address or the form was not as expected. Go back and try again."),
    ),
    401: (
        _("Your session has ended"),
        _("Nothing was saved yet, and what you typed is still here. Log in in a new tab, then come back."),
    ),
    403: (
        _("You may not do this"),
        _("It is not for your role, or not yours to change. If it should be, ask your manager or admin."),
    ),
    404: (
        _("Nothing here for you"),
        _("The page does not exist, or the client is not in your portfolio. A handover may have moved it."),
    ),
    405: (
        _("Nothing to see at this address"),
        _("It only takes what a form sends. Nothing was changed; go on from the start page."),
    ),
    409: (
        _("Somebody else changed this"),
        _(
            "It was changed while you were editing. Nothing was overwritten: open it again and repeat your change."
        ),
    ),
    413: (
        _("That is too large"),
        _("The file or text is larger than we take. Make it smaller and send it again."),
    ),
    422: (
        _("Something in it does not fit"),
        _("Nothing was changed. Go back, look at what was entered, and send it again."),
    ),
    429: (_("Too many tries"), ""),
    500: (
        _("Something broke on our side"),
        _(
            "It was not you. Nothing half-done was saved. Try again; if it happens twice, tell your admin this number:"
        ),
    ),
    503: (
        _("Back in a moment"),
        _("Tend is being restarted or is very busy. Try again in a minute; nothing was lost."),
    ),
}
SOMEBODY_ELSE = _(
    "Somebody else is logged in in this browser now. Log in as yourself in a new tab, then come back; what you typed "
    "is still here."
)
MAY_BE_SENT_AGAIN = {401, 500, 503}
TOO_LARGE = (RequestDataTooBig, TooManyFieldsSent, TooManyFilesSent)
RETRY_AFTER_SECONDS = 10
# SQLSTATE of what says that PostgreSQL is away: connection lost, shutting down or starting, no connection left.
AWAY = ("08", "57P", "53")


def answer(request, status, *, heading="", text="", again=False, **more):
    """The page of `status`, or its fragment for htmx. `again` offers to send what was refused once more."""
    usual = WORDS[status]
    fragment = request.headers.get("HX-Request") == "true"
    again = again or status in MAY_BE_SENT_AGAIN
    context = {
        "request": request,
        "frame": "components/_error_frame.html" if fragment else "base_anonymous.html",
        "fragment": fragment,
        "heading": heading or usual[0],
        "text": text or usual[1],
        "again": again,
        "typed": typed(request) if again and not fragment else [],
        "files": [file.name for file in request.FILES.values()] if again and request.method == "POST" else [],
        **more,
    }
    response = uncached(HttpResponse(render_to_string("error.html", context), status=status))
    if fragment:
        response["HX-Retarget"], response["HX-Reswap"] = "#notice", "innerHTML"
    return response


def typed(request):
    """[(name, value)] of a refused form, to be sent again; no passwords, and nothing that another site made up: its
    form would borrow the reader's rights by their click on a page of ours."""
    ours = {f"{request.scheme}://{request.get_host()}", *settings.CSRF_TRUSTED_ORIGINS}
    if request.method != "POST" or request.headers.get("Origin") not in ours:
        return []
    kept = [name for name in request.POST if name != "csrfmiddlewaretoken" and "password" not in name]
    return [(name, value) for name in kept for value in request.POST.getlist(name)]


def session_ended(request, **words):
    """401 while there is something to lose: an open page (htmx) or a form that was filled in. Else None."""
    response = answer(request, 401, log_in=reverse("account_login"), **words)
    return response if request.headers.get("HX-Request") == "true" or typed(request) else None


def csrf_failure(request, reason=""):
    """A form from before the last log-in or with its cookie gone: with a fresh token it can be sent again."""
    logger.info("CSRF refused: %s", reason)
    ended = not request.user.is_authenticated and request.path != reverse("account_login")
    if ended and (response := session_ended(request)):
        return response
    return answer(
        request,
        403,
        heading=_("This page was open for too long"),
        text=_("Nothing was saved yet. Send it once more."),
        again=True,
        token=get_token(request),
    )


def bad_request(request, exception=None):
    return answer(request, 413 if isinstance(exception, TOO_LARGE) else 400)


def forbidden(request, exception=None):
    return answer(request, 403)


def not_found(request, exception=None):
    return answer(request, 404)


def too_many_requests(request, *, minutes=1):
    """Says how long to wait, in words and as Retry-After."""
    text = ngettext(
        "Wait %(minutes)d minute, then try again.", "Wait %(minutes)d minutes, then try again.", minutes
    )
    response = answer(request, 429, text=text % {"minutes": minutes})
    response["Retry-After"] = 60 * minutes
    return response


def unavailable(request):
    """The page looks by itself whether Tend is back, and says so to programs."""
    response = answer(request, 503, wait_seconds=RETRY_AFTER_SECONDS)
    response["Retry-After"] = RETRY_AFTER_SECONDS
    return response


def server_error(request):
    """503 while PostgreSQL is away, else 500 with a reference. Django logs the reason phrase above the traceback, so
    that the number on the page finds both in one entry of the log."""
    if is_database_away(sys.exception()):
        return unavailable(request)
    reference = uuid.uuid4().hex[:8].upper()
    try:
        response = answer(request, 500, reference=reference)
    except Exception:  # the page itself is what is broken
        logger.exception("Reference %s: its page failed too", reference)
        response = HttpResponse(f"{WORDS[500][0]}: {reference}", status=500, content_type="text/plain")
    response.reason_phrase = f"Reference {reference}"
    return response


def is_database_away(error):
    """Whether a request failed because PostgreSQL could not be reached, not for what was asked of it."""
    if not isinstance(error, OperationalError | InterfaceError):
        return False
    state = getattr(error.__cause__, "sqlstate", None)
    return state is None or state.startswith(AWAY)
