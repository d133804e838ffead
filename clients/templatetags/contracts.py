"""Parts of lists of contracts, drawn once for each value they can have."""

from functools import lru_cache

from django import template
from django.template.loader import render_to_string
from django.utils import translation
from django.utils.safestring import mark_safe

register = template.Library()


@register.simple_tag
def outcome_cell(outcome):
    """`clients/renewals/_outcome.html`: a handful of outcomes in each language."""
    return _drawn(translation.get_language(), outcome)


@lru_cache(maxsize=64)
def _drawn(language, outcome):
    return mark_safe(render_to_string("clients/renewals/_outcome.html", {"outcome": outcome}).strip())
