"""The row of buttons beside each follow-up, which a page shows dozens of times."""

from django import template
from django.template.loader import render_to_string
from django.utils.safestring import mark_safe

register = template.Library()

# Numbers that no row has: they stand in the addresses of the pattern until a row puts its own there.
FOLLOW_UP, CLIENT = "9000000000000000001", "9000000000000000002"


@register.simple_tag(takes_context=True)
def follow_up_actions(context, follow_up, ranked=False):
    """`_follow_up_actions.html` for a follow-up. It is the same but for two numbers, so a page renders it once."""
    patterns = context["request"].__dict__.setdefault("_follow_up_actions", {})
    key = bool(ranked), context["next"]
    if key not in patterns:
        values = {"pk": FOLLOW_UP, "client_pk": CLIENT, "ranked": ranked, "next": context["next"]}
        patterns[key] = render_to_string(
            "relationships/_follow_up_actions.html", values, request=context["request"]
        )
    pattern = patterns[key].replace(FOLLOW_UP, str(follow_up.pk)).replace(CLIENT, str(follow_up.client_id))
    return mark_safe(pattern)
