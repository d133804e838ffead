"""Error pages in our own words, each saying what to do next."""

import logging
import uuid

from django.shortcuts import render
from django.utils.translation import gettext as _

logger = logging.getLogger(__name__)


def bad_request(request, exception=None):
    return render(request, "400.html", status=400)


def forbidden(request, exception=None):
    return render(request, "403.html", status=403)


def not_found(request, exception=None):
    return render(request, "404.html", status=404)


def server_error(request):
    """The reference number on the page is also in the log, beside the traceback that Django writes."""
    reference = uuid.uuid4().hex[:8].upper()
    logger.error("Reference %s: %s %s failed", reference, request.method, request.path)
    return render(request, "500.html", {"reference": reference}, status=500)


def csrf_failure(request, reason=""):
    """A form from a session that has ended: say so, nothing was written."""
    logger.info("CSRF refused: %s", reason)
    return render(
        request,
        "403.html",
        {"detail": _("Your session has ended. Log in again and send the form once more.")},
        status=403,
    )
