"""The address in a mail's foot: its reader does without that kind of mail, logged in or not.

The mail programs' one click (RFC 8058) posts here without a session and without a CSRF token; the signed address is
all there is to show, and it can do nothing but this. No client is named.
"""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponseNotAllowed
from django.shortcuts import render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt

from accounts.web import errors
from relationships.followups.unsubscribe import read_token
from relationships.services.reminder_settings import allow_mails, mute_mails, settings_of

UNDO = "undo"


@csrf_exempt
@login_not_required
@never_cache
def unsubscribe(request, token):
    """GET asks, POST mutes the kind; with `undo` in the form it comes again. 404 for an address that is not ours."""
    found = read_token(token)
    if found is None:
        detail = _("This address is not complete. Open it again from the mail, or ask your admin.")
        return errors.answer(request, 404, text=detail)
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    user, kind = found
    with translation.override(user.language):
        if request.method == "POST":
            change = allow_mails if UNDO in request.POST else mute_mails
            chosen = change(user=user, kind=kind)
        else:
            chosen = settings_of(user)
        context = {
            "reader": user,
            "kind": kind,
            "is_muted": kind in chosen.muted,
            "changed": request.method == "POST",
        }
        return render(request, "relationships/reminders/unsubscribe.html", context)
