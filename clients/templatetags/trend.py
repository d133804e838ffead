"""How much a change of health shows."""

from django import template

from clients.querysets.base import TREND_SHOWS_FROM

register = template.Library()


@register.filter
def trend_points(trend):
    """A trend as whole points, towards 0; None where it is not known or too small to show."""
    return int(trend) if trend is not None and abs(trend) >= TREND_SHOWS_FROM else None
