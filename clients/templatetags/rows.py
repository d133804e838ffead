"""Parts of long lists, drawn once for each value they can have."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from accounts.templatetags.ui import floor
from clients.templatetags.trend import trend_points

register = template.Library()


@register.simple_tag
def band_cell(band, score, trend=None):
    """`components/_band.html` with its score and trend: bands, whole numbers and languages make a few thousand."""
    return _drawn(translation.get_language(), band, floor(score), trend_points(trend))


@lru_cache(maxsize=4096)
def _drawn(language, band, score, trend):
    context = {"band": band, "score": score, "trend": trend}
    return mark_safe(render_to_string("components/_band.html", context).strip())
