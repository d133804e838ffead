"""What lets a device install Tend and keep a part of it: manifest, service worker, the page without connection."""

import hashlib
import json
from functools import cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

from accounts.web.htmx import wants_fragment

CANVAS = "#f7f6f3"  # --canvas of static/css/tokens.css: what is seen until the first page has come
# What a page needs to look like itself; other files are kept when a page has asked for them.
SHELL = [
    "bundle/tend.css",
    "bundle/tend.js",
    *(f"fonts/tend-figures-{weight}.woff2" for weight in (400, 500, 600)),
    *(
        f"vendor/fonts/be-vietnam-pro-{subset}-{weight}-normal.woff2"
        for subset in ("latin", "vietnamese")
        for weight in (400, 500, 600)
    ),
]
PAGE, FRAGMENT = "offline/page.html", "offline/_choose.html"


@login_not_required
@require_safe
@cache_control(max_age=3600, public=True)
def manifest(request, language):
    """What Tend is called and looks like where it is installed; the same for everyone who reads `language`."""
    with _spoken(language):
        return JsonResponse(
            {
                "id": "/",
                "name": _("Tend, for account managers"),
                "short_name": "Tend",
                "description": _("Your clients, what is due for them, and every contact with them."),
                "lang": language,
                "start_url": reverse("relationships:today"),
                "scope": "/",
                "display": "standalone",
                "theme_color": CANVAS,
                "background_color": CANVAS,
                "icons": [
                    _icon("icons/tend-192.png", 192),
                    _icon("icons/tend-512.png", 512),
                    _icon("icons/tend-full-512.png", 512, purpose="maskable"),
                ],
                "shortcuts": [
                    {"name": _("Log a contact"), "url": reverse("relationships:log")},
                    {"name": _("Clients"), "url": reverse("clients:list")},
                ],
            },
            content_type="application/manifest+json",
        )


def _icon(name, pixels, purpose="any"):
    return {"src": static(name), "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}


@login_not_required
@require_safe
def offline(request, language):
    """The page for what is not on the device; under htmx the choice of whom to log for. No client stands in it: the
    browser fills in those that it has."""
    with _spoken(language):
        return render(request, FRAGMENT if wants_fragment(request) else PAGE)


def _spoken(language):
    """Speaks a language that Tend has; 404 for any other."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return translation.override(language)


@login_not_required
@require_safe
@cache_control(no_cache=True)
def service_worker(request):
    """The script that answers without a connection, see static/service_worker.js. Browsers compare it byte by byte, so
    it changes whenever a file that it keeps does."""
    return HttpResponse(_worker(), content_type="text/javascript; charset=utf-8")


@cache
def _worker():
    source = (settings.BASE_DIR / "static" / "service_worker.js").read_text(encoding="utf-8")
    known = {
        "shell": [static(name) for name in SHELL],
        "static": settings.STATIC_URL,
        "offline": {code: reverse("offline", args=[code]) for code, _name in settings.LANGUAGES},
        "start": reverse("relationships:today"),
        "sheets": f"^({reverse('relationships:log')}|{_any_client('relationships:log_for_client')})$",
        "keptForMs": settings.SESSION_COOKIE_AGE * 1000,
    }
    pages = [_drawn(template, code) for code in known["offline"] for template in (PAGE, FRAGMENT)]
    version = hashlib.sha256(json.dumps([source, known, pages]).encode()).hexdigest()[:12]
    return f"const TEND = {json.dumps(known | {'version': version})};\n{source}"


def _drawn(template, language):
    with translation.override(language):
        return render_to_string(template)


def _any_client(route):
    return reverse(route, args=[0]).replace("0", "[0-9]+")
