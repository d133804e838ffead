"""Per-request settings: the user's zone and language, who did it for the audit trail, and timing."""

import time
import zoneinfo

import pghistory
from django.conf import settings
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from accounts import access


def user_preferences(get_response):
    """Times in the user's zone, texts in the user's language. Anonymous pages follow cookie and browser."""

    def middleware(request):
        if not request.user.is_authenticated:
            return get_response(request)
        with (
            timezone.override(zoneinfo.ZoneInfo(request.user.time_zone)),
            translation.override(request.user.language),
        ):
            request.LANGUAGE_CODE = request.user.language
            return get_response(request)

    return middleware


def audit_context(get_response):
    """Every audited change made by a writing request names its user and address."""

    def middleware(request):
        if request.method in ("GET", "HEAD", "OPTIONS"):
            return get_response(request)
        with pghistory.context(user=request.user.pk, url=request.path):
            return get_response(request)

    return middleware


def departments_see_requests(get_response):
    """A department member may open the pages that `accounts.access` names, and no other: 403, whatever it is about."""

    def middleware(request):
        return get_response(request)

    def process_view(request, view, args, kwargs):
        if not access.may_open(request.user, request.resolver_match.view_name):
            raise PermissionDenied

    middleware.process_view = process_view
    return middleware


class _QueryClock:
    """Counts and times the statements of one request."""

    def __init__(self):
        self.count, self.seconds = 0, 0.0

    def __call__(self, execute, sql, params, many, context):
        started = time.perf_counter()
        try:
            return execute(sql, params, many, context)
        finally:
            self.count += 1
            self.seconds += time.perf_counter() - started


def server_timing(get_response):
    """With TEND_TIMING=1 each answer carries `Server-Timing: app, db, queries` in milliseconds, for the benchmark."""
    if not settings.TEND_TIMING:
        raise MiddlewareNotUsed

    def middleware(request):
        clock, started = _QueryClock(), time.perf_counter()
        with connection.execute_wrapper(clock):
            response = get_response(request)
        total = time.perf_counter() - started
        response["Server-Timing"] = (
            f"app;dur={total * 1000:.2f}, db;dur={clock.seconds * 1000:.2f}, queries;dur={clock.count}"
        )
        return response

    return middleware
