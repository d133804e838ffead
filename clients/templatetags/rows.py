"""Parts of long lists, drawn once for each value they can have."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

from accounts.templatetags.ui import floor

register = template.Library()


@register.simple_tag
def band_cell(band, score):
    """`components/_band.html` with its score: a band, a whole number and a language make a few hundred of them."""
    return _drawn(translation.get_language(), band, floor(score))


@lru_cache(maxsize=1024)
def _drawn(language, band, score):
    return mark_safe(render_to_string("components/_band.html", {"band": band, "score": score}).strip())
