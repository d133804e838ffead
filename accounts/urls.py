"""Log-in, the first page, and what watches the running system."""

from allauth.account import views as account
from django.contrib.auth.decorators import login_not_required
from django.urls import path
from django.views.i18n import set_language

from accounts import views, views_device
from accounts.web.device import kept_for_nobody

urlpatterns = [
    path("", views.home, name="home"),
    path("healthz", views.healthz, name="healthz"),
    path("language/", login_not_required(set_language), name="set_language"),
    path("preferences/", views.preferences, name="preferences"),
    path("tend-<str:language>.webmanifest", views_device.manifest, name="manifest"),
    path("sw.js", views_device.service_worker, name="service_worker"),
    path("offline/<str:language>/", views_device.offline, name="offline"),
    path("accounts/login/", login_not_required(kept_for_nobody(account.login)), name="account_login"),
    path("accounts/logout/", account.logout, name="account_logout"),
    path("accounts/password/change/", account.password_change, name="account_change_password"),
    path(
        "accounts/password/reset/", login_not_required(account.password_reset), name="account_reset_password"
    ),
    path(
        "accounts/password/reset/done/",
        login_not_required(account.password_reset_done),
        name="account_reset_password_done",
    ),
    path(
        "accounts/password/reset/key/<str:uidb36>-<str:key>/",
        login_not_required(account.password_reset_from_key),
        name="account_reset_password_from_key",
    ),
    path(
        "accounts/password/reset/key/done/",
        login_not_required(account.password_reset_from_key_done),
        name="account_reset_password_from_key_done",
    ),
]
