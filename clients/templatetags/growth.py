"""Sums in several currencies, which are never added; and rates with all their digits."""

from babel import numbers
from django import template
from django.utils import translation

from accounts.templatetags.tend import short_money

register = template.Library()


@register.filter
def short_sums(pairs):
    """[("VND", 3200000000), ("USD", 301000)] → ₫3.2B + $301K; a dash for none."""
    return " + ".join(short_money(amount, currency) for currency, amount in pairs) or "–"


@register.filter
def rate(value):
    """25480.00000000 → 25,480; 0.00003920 → 0.0000392: an exchange rate to its last digit."""
    return numbers.format_decimal(value, "#,##0.########", locale=translation.get_language() or "en")
