"""The backtest: what came out of the newest one, what earlier ones said, and asking for another."""

import datetime

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _

from accounts import access
from accounts.templatetags.tend import day as in_words
from accounts.web.htmx import uncached, wants_fragment
from accounts.web.pagination import keyset_page
from clients.views.edit import posted
from clients.views.panels import answer_form
from relationships.forms_backtest import BacktestForm, BacktestPageForm
from relationships.health.backtest import calibration_chart, wording
from relationships.health.backtest import days as calendar
from relationships.health.backtest.run import AlreadyRunning, request_backtest
from relationships.health.refresh import as_of_today
from relationships.models import Backtest
from relationships.tasks import run_backtests

EARLIER_SHOWN = 20


def backtest(request):
    """The newest result with how it came about; under htmx how far the running one is, or word that it has ended."""
    _check_may_see(request.user)
    running = Backtest.objects.filter(ended_at__isnull=True).first()
    if wants_fragment(request):
        return uncached(_progress(request, running))
    newest = _ended().filter(error="").first()
    failed = _ended().first()
    context = {"running": running, "failed": failed if failed and failed.error else None}
    return _show(request, newest, context)


def backtest_past(request, backtest_id):
    """An earlier result."""
    _check_may_see(request.user)
    shown = get_object_or_404(_ended().filter(error=""), pk=backtest_id)
    return _show(request, shown, {"is_past": True})


def backtest_new(request):
    """The sheet to ask for a backtest; asked twice, it is one. Admins only."""
    if not access.may_set_up(request.user):
        raise PermissionDenied
    form = BacktestForm(posted(request), today=as_of_today(), first=calendar.first_led_on())
    if form.is_valid() and _asked(request, form):
        url = reverse("relationships:backtest")
        return HttpResponse(status=204, headers={"HX-Redirect": url}) if request.htmx else redirect(url)
    newest = calendar.newest_day(as_of_today())
    context = {
        "title": _("Run a backtest"),
        "note": _note(newest),
        "submit": _("Run it"),
        "action": reverse("relationships:backtest_new"),
        "back": reverse("relationships:backtest"),
    }
    return answer_form(request, form, "components/_sheet_form.html", context)


def _check_may_see(user):
    if not access.may_see_portfolio(user):
        raise PermissionDenied


def _ended():
    return Backtest.objects.filter(ended_at__isnull=False).select_related("model", "requested_by")


def _asked(request, form):
    """Whether there is now a backtest of this form; else the form says what hinders."""
    try:
        key = form.cleaned_data["idempotency_key"]
        request_backtest(by=request.user, days=form.days, idempotency_key=key, task=run_backtests)
        return True
    except AlreadyRunning:
        form.add_error(None, _("A backtest is running already. Wait until it has ended."))
    return False


def _note(newest):
    return _("The newest day is %(day)s: what followed must be over, 180 days and 6 whole months.") % {
        "day": in_words(newest)
    }


def _progress(request, running):
    """The bar, or a reload of the page when it has ended: title, verdict and table change with it."""
    if running is None:
        return HttpResponse(status=204, headers={"HX-Redirect": reverse("relationships:backtest")})
    return render(request, "relationships/scoring/_backtest_progress.html", {"running": running})


def _show(request, shown, context):
    """The page with `shown` (a Backtest that ended well, or None). Six queries at most."""
    form = BacktestPageForm(request.GET)
    valid = form.is_valid()
    cursor = form.cleaned_data["cursor"] if valid else ""
    page = keyset_page(_ended(), keys=["-requested_at", "-id"], cursor=cursor, size=EARLIER_SHOWN)
    for row in page:
        row.verdict = wording.in_short(row.result) if not row.error else ""
    context |= {
        "here": "backtest",
        "may_set_up": access.may_set_up(request.user),
        "shown": shown,
        "page": page,
        "may_start": access.may_set_up(request.user) and not context.get("running"),
    }
    if shown:
        context |= _result(shown)
    else:
        context |= _nothing_yet()
    status = 200 if valid else 422
    return uncached(render(request, "relationships/scoring/backtest.html", context, status=status))


def _result(shown):
    result = shown.result
    return {
        "result": result,
        "verdict": wording.verdict(result),
        "rows": wording.rows(result),
        "days": [day | {"on": datetime.date.fromisoformat(day["on"])} for day in result["days"]],
        "chart": calibration_chart.chart(result["calibration"]),
        "on_rated": result["score_on_rated"] and wording.written(result["score_on_rated"][0]),
    }


def _nothing_yet():
    """Whether a backtest could be run today, and else from which day on. One query."""
    today, first = as_of_today(), calendar.first_led_on()
    possible = first is not None and first <= calendar.newest_day(today)
    return {"possible": possible, "possible_from": first and calendar.first_possible(first)}
