"""Today: what is due for whom and why, what comes next, and how one's own portfolio stands."""

from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.web.htmx import uncached, wants_fragment
from relationships.followups import queue
from relationships.forms import QueueForm
from relationships.own_ratings import how_many_wait


@require_safe
def today(request):
    """The reader's own queue and portfolio. Ten queries, whatever is due."""
    form = QueueForm(request.GET)
    cursor = form.cleaned_data["cursor"] if form.is_valid() else ""
    user, day = request.user, timezone.localdate()
    page = queue.queue_page(user, day, cursor)
    groups = queue.grouped(queue.items_of(page, day, queue.news_of(page, day, user)))
    context = {
        "today": day,
        "page": page,
        "late": [group for group in groups if group.is_late],
        "due": [group for group in groups if not group.is_late],
        "counts": queue.counts(user, day),
        "soon": queue.items_of(queue.coming_up(user, day), day),
        "stepless": queue.without_next_step(user),
        "portfolio": queue.portfolio_of(user),
        "tier": user.tier,
        "ratings_waiting": how_many_wait(user),
    }
    template = "relationships/_today_work.html" if wants_fragment(request) else "relationships/today.html"
    return uncached(render(request, template, context))
