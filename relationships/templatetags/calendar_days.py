"""How the calendar writes its days."""

from babel.dates import format_date
from django import template
from django.utils import translation

register = template.Library()


@register.filter
def weekday(date):
    """Mon / T2, the head of a column."""
    if (translation.get_language() or "").startswith("vi"):
        return format_date(date, "EEEEE", locale="vi")
    return format_date(date, "EEE", locale="en")


@register.simple_tag
def week_of(address, date):
    """The address of the week around `date`."""
    return address.to(view="week", day=date)


@register.filter
def beyond(entries, shown):
    """How many of `entries` come after the first `shown`; 0 for none."""
    return max(0, len(entries) - shown)
