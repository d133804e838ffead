"""The calendar feed: its secret address made and revoked by its owner, and the file for their calendar program."""

import hashlib

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.cache import get_conditional_response, patch_cache_control
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from accounts import access
from accounts.web.htmx import uncached, wants_fragment
from relationships.followups.feed import calendar_of
from relationships.services import calendar_feed as service

from .reminder_settings import settings_page


@require_POST
def calendar_link(request):
    """Makes a new address, which ends the one before, and shows it this once."""
    secret = service.create_feed(user=request.user)
    secret_url = settings.TEND_BASE_URL.rstrip("/") + reverse("relationships:calendar_feed", args=[secret])
    if wants_fragment(request):
        return _part(request, secret_url)
    return settings_page(request, secret_url=secret_url)


@require_POST
def calendar_link_end(request):
    """Ends the address: calendar programs that know it get nothing any more. One that has ended stays so."""
    service.revoke_feed(user=request.user)
    if wants_fragment(request):
        return _part(request)
    messages.success(request, _("The calendar address is revoked."))
    return redirect("relationships:reminder_settings")


def _part(request, secret_url=""):
    context = {"feed": service.running_feed(request.user), "secret_url": secret_url}
    return uncached(render(request, "relationships/reminders/_calendar.html", context))


@login_not_required
def calendar_feed(request, token):
    """The file behind a secret address; 404 for one that opens nothing. 304 while nothing has changed.

    The address is all that is asked for, since calendar programs cannot log in; what stands in the file is asked of
    its owner's scope each time.
    """
    feed = service.feed_of_secret(token)
    if feed is None or not access.keeps_clients(feed.user):
        raise Http404
    if request.method not in ("GET", "HEAD"):
        return HttpResponseNotAllowed(["GET", "HEAD"])
    content = calendar_of(feed.user)
    service.note_reading(feed=feed)
    response = HttpResponse(content, content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'inline; filename="tend.ics"'
    response["X-Robots-Tag"] = "noindex"
    response["ETag"] = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    patch_cache_control(response, private=True, no_cache=True)
    return get_conditional_response(request, etag=response["ETag"], response=response)
