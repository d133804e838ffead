"""What lets a device install Tend and keep a part of it: the manifest."""

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, JsonResponse
from django.templatetags.static import static
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.cache import cache_control
from django.views.decorators.http import require_safe

CANVAS = "#f7f6f3"  # --canvas of static/css/tokens.css: what is seen until the first page has come


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


def _spoken(language):
    """Speaks a language that Tend has; 404 for any other."""
    if language not in dict(settings.LANGUAGES):
        raise Http404
    return translation.override(language)


def _icon(name, pixels, purpose="any"):
    return {"src": static(name), "sizes": f"{pixels}x{pixels}", "type": "image/png", "purpose": purpose}
