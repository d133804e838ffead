"""What a browser may keep of Tend on its own device, for the hours without a connection: see docs/offline.md.

The server says it in a header, and the service worker does nothing without that: whose answer this is, and its name.
"""

from functools import wraps
from urllib.parse import quote

from django.utils.translation import get_language

HEADER = "Tend-Keep"
NOBODY = "nobody"


def kept_on_device(request, response, *, name):
    """The answer, marked to be kept under `name` for who asked: only one without choices in its address."""
    if request.method == "GET" and response.status_code == 200 and not request.GET:
        response[HEADER] = f"{request.user.pk} {quote(name)}"
        response["Content-Language"] = get_language()
    return response


def kept_for_nobody(view):
    """What was kept is thrown away when this page is shown to somebody who is not logged in."""

    @wraps(view)
    def answered(request, *args, **kwargs):
        response = view(request, *args, **kwargs)
        if not request.user.is_authenticated:
            response[HEADER] = NOBODY
        return response

    return answered
