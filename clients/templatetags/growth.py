"""Sums in several currencies, which are never added."""

from django import template

from accounts.templatetags.tend import short_money

register = template.Library()


@register.filter
def short_sums(pairs):
    """[("VND", 3200000000), ("USD", 301000)] → ₫3.2B + $301K; a dash for none."""
    return " + ".join(short_money(amount, currency) for currency, amount in pairs) or "–"
