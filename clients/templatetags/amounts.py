"""Amounts to the last digit, for pages where they are compared with an invoice or typed from it."""

from django import template

from clients import currencies

register = template.Library()
register.filter("exact_money", currencies.exact_money)
