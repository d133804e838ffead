"""How one is reminded: mails, times, zone, working calendar, and the address of one's calendar."""

from django.contrib import messages
from django.db import OperationalError
from django.http import HttpResponseNotAllowed
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.web.htmx import uncached
from clients.views.edit import posted, refuse_busy
from relationships.forms_reminders import ReminderSettingsForm
from relationships.models import MailKind
from relationships.services.calendar_feed import running_feed
from relationships.services.reminder_settings import save_settings, settings_of, times_of


def reminder_settings(request):
    """The form, saved as a whole. 422 with the error at its field. Three queries to show it."""
    if request.method not in ("GET", "HEAD", "POST"):
        return HttpResponseNotAllowed(["GET", "HEAD", "POST"])
    form = ReminderSettingsForm(posted(request), user=request.user, chosen=settings_of(request.user))
    status = 422 if form.is_bound else 200
    if form.is_valid():
        try:
            save_settings(user=request.user, **form.values())
        except OperationalError as error:
            refuse_busy(form, error)
            status = 409
        else:
            messages.success(request, _("Your reminder settings are saved."))
            return redirect("relationships:reminder_settings")
    return settings_page(request, form, status=status)


def settings_page(request, form=None, *, secret_url="", status=200):
    """The page with its form and the calendar's part; `secret_url` is shown this once."""
    user, chosen = request.user, settings_of(request.user)
    context = {
        "form": form or ReminderSettingsForm(user=user, chosen=chosen),
        "daily_mail": MailKind.DIGEST not in chosen.muted,
        "next_mail": times_of(user, chosen).next_digest_at(timezone.now()),
        "feed": running_feed(user),
        "secret_url": secret_url,
    }
    return uncached(render(request, "relationships/reminders/settings.html", context, status=status))
