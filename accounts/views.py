"""The first page after log-in, a user's own preferences, and the health of the running system."""

import redis
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.http import JsonResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from accounts import access, pulse
from accounts.forms import PreferencesForm
from accounts.web import errors


@require_GET
def home(request):
    """Where this user's day starts."""
    return redirect(access.home_page(request.user))


@require_POST
def preferences(request):
    """Saves the language (and zone, when sent) and goes back to the page it came from."""
    form = PreferencesForm(request.POST, instance=request.user)
    if not form.is_valid():
        return errors.answer(request, 422)
    form.save()
    back = request.POST.get("next", "")
    safe = url_has_allowed_host_and_scheme(
        back, allowed_hosts={request.get_host()}, require_https=request.is_secure()
    )
    return redirect(back if safe else reverse("home"))


@login_not_required
@require_GET
@never_cache
def healthz(request):
    """200 only when database, Redis, a worker and beat are all fresh; else 503, naming each."""
    report = {"database": _database(), **_engines()}
    ok = all(value == "ok" for value in report.values())
    return JsonResponse({"ok": ok, **report}, status=200 if ok else 503)


def _database():
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return "no answer"
    return "ok"


def _engines():
    try:
        ages = pulse.ages()
    except redis.RedisError:
        return {"redis": "no answer", "worker": "not known", "beat": "not known"}
    return {"redis": "ok"} | {name: _freshness(age) for name, age in ages.items()}


def _freshness(age):
    if age is None:
        return "no sign of life"
    return "ok" if age <= pulse.FRESH_FOR_SECONDS else f"last seen {age} s ago"
