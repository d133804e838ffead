"""Which answer a request wants: the page or the fragment. htmx 4 marks boosted requests too."""

from django.utils.cache import patch_vary_headers


def wants_fragment(request):
    """True when htmx asks for a part of the page; a boosted link or a reload wants the whole page."""
    return bool(request.htmx) and request.htmx.request_type == "partial"


def uncached(response):
    """The same URL answers page and fragment, so no cache may mix them up."""
    patch_vary_headers(response, ["HX-Request", "HX-Request-Type"])
    response["Cache-Control"] = "no-store"
    return response
