"""Per-request settings: the user's zone and language, who did it for the audit trail, and timing."""

import time
import zoneinfo

import pghistory
from django.conf import settings
from django.contrib.auth.middleware import LoginRequiredMiddleware
from django.core.exceptions import MiddlewareNotUsed, PermissionDenied
from django.db import connection
from django.utils import timezone, translation

from accounts import access
from accounts.web import errors


def maintenance(get_response):
    """With TEND_MAINTENANCE=1 every page says that Tend is back in a moment. Asks no database; /healthz goes on."""
    if not settings.TEND_MAINTENANCE:
        raise MiddlewareNotUsed

    def middleware(request):
        return get_response(request) if request.path == "/healthz" else errors.unavailable(request)

    return middleware


class LogInRequired(LoginRequiredMiddleware):
    """Django's, except that whoever has something to lose is not sent away to the log-in page: an open page and a
    filled form hear that the session has ended, and so does a page of somebody who is not logged in here any more."""

    def process_view(self, request, view_func, view_args, view_kwargs):
        page_of = request.headers.get("X-Page-User")
        if page_of and request.user.is_authenticated and page_of != str(request.user.pk):
            return errors.session_ended(request, text=errors.SOMEBODY_ELSE)
        return super().process_view(request, view_func, view_args, view_kwargs)

    def handle_no_permission(self, request, view_func):
        return errors.session_ended(request) or super().handle_no_permission(request, view_func)


def wrong_method(get_response):
    """Who opens by its address what only takes a form, such as after logging in again, gets a page that says so."""

    def middleware(request):
        response = get_response(request)
        if response.status_code != 405 or request.method != "GET":
            return response
        page = errors.answer(request, 405)
        page["Allow"] = response["Allow"]
        return page

    return middleware


def user_preferences(get_response):
    """Times in the user's zone, texts in the user's language. Anonymous pages follow cookie and browser: the cookie
    remembers what the user chose."""

    def middleware(request):
        user = request.user  # a log-out puts another in its place
        if not user.is_authenticated:
            return get_response(request)
        with timezone.override(zoneinfo.ZoneInfo(user.time_zone)), translation.override(user.language):
            request.LANGUAGE_CODE = user.language
            response = get_response(request)
        if request.COOKIES.get(settings.LANGUAGE_COOKIE_NAME) != user.language:
            remember_language(response, user.language)
        return response

    return middleware


def remember_language(response, language):
    """For the log-in page, and for errors that cannot ask who the reader is."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )


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
