"""Every address of Tend. Each app lists its own; this file only joins them."""

from django.conf import settings
from django.http import HttpResponse
from django.urls import include, path

from accounts.web import errors

urlpatterns = [
    path("", include("accounts.urls")),
    path("", include("clients.urls")),
    path("", include("relationships.urls")),
]

if settings.TEND_TIMING:  # the floor of the page benchmark: middleware and log-in, no work
    urlpatterns.append(path("bench/empty/", lambda request: HttpResponse(f"{request.user}")))

handler400 = errors.bad_request
handler403 = errors.forbidden
handler404 = errors.not_found
handler429 = errors.too_many_requests  # asked by allauth
handler500 = errors.server_error
