"""Today: what is due for whom and why, what comes next, and how one's own portfolio stands."""

from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from accounts import access
from accounts.web.device import kept_on_device
from accounts.web.htmx import uncached, wants_fragment
from clients.filters import house_today
from relationships.followups import day as days
from relationships.followups import queue
from relationships.followups.escalated import waiting_for
from relationships.forms import QueueForm
from relationships.leave import back_lately
from relationships.own_ratings import how_many_wait


@require_safe
def today(request):
    """The reader's own queue, meetings and portfolio. A fixed number of queries, whatever is due; one more while
    standing in, one more for who may be told of what is late."""
    form = QueueForm(request.GET)
    cursor = form.cleaned_data["cursor"] if form.is_valid() else ""
    user, day = request.user, timezone.localdate()
    page = queue.queue_page(user, day, cursor)
    away = queue.covered_absences(user)
    agreed, soon = days.agreed_and_soon(user, day)
    context = {
        "today": day,
        "page": page,
        "groups": queue.grouped(queue.items_of(page, day, queue.news_of(page, day, user), away)),
        "counts": queue.counts(page),
        "over": queue.over_lately(user, day),
        "meetings": queue.items_of(agreed, day, away=away),
        "soon": queue.items_of(soon, day),
        "done": days.done_on(user, day),
        "left_out": days.left_out(user, house_today()),
        "portfolio": queue.portfolio_of(user),
        "tier": user.tier,
        "escalated": waiting_for(user) if access.may_see_portfolio(user) else 0,
        "back_from": back_lately(user, day),
        "ratings_waiting": how_many_wait(user),
    }
    template = "relationships/_today_work.html" if wants_fragment(request) else "relationships/today.html"
    return kept_on_device(request, uncached(render(request, template, context)), name=_("Today"))
