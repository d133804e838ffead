"""How a person wants to be reminded: saved by themselves, or muted from a mail's foot."""

from django.db import transaction

from relationships.followups.mail_times import MailTimes
from relationships.models import MailKind, ReminderSettings


def settings_of(user):
    """The `ReminderSettings` of `user`; the defaults, not saved, for who never changed any. One query."""
    return ReminderSettings.objects.filter(pk=user.pk).first() or ReminderSettings(user=user)


def times_of(user, chosen):
    """The `MailTimes` of `user` with these ReminderSettings."""
    return MailTimes(user.time_zone, user.calendar, chosen.digest_at, chosen.quiet_from, chosen.quiet_until)


@transaction.atomic
def save_settings(*, user, digest_at, quiet_from, quiet_until, mails, offered, time_zone, calendar):
    """Saves how `user` is reminded and returns the ReminderSettings. `mails` are the wanted ones of the `offered`.

    What was muted among kinds that were not offered stays muted. Zone and calendar are the user's own. Raises
    ValueError for a daily mail within the quiet hours; the form says so first.
    """
    if MailTimes(time_zone, calendar, digest_at, quiet_from, quiet_until).is_quiet(digest_at):
        raise ValueError("The daily mail cannot come in the quiet hours")
    chosen = _locked(user)
    chosen.digest_at, chosen.quiet_from, chosen.quiet_until = digest_at, quiet_from, quiet_until
    not_wanted = [kind for kind in MailKind.values if kind in offered and kind not in mails]
    chosen.muted = [kind for kind in chosen.muted if kind not in offered] + not_wanted
    chosen.save()
    if (user.time_zone, user.calendar) != (time_zone, calendar):
        user.time_zone, user.calendar = time_zone, calendar
        user.save(update_fields=["time_zone", "calendar"])
    return chosen


@transaction.atomic
def mute_mails(*, user, kind):
    """No more mails of this `MailKind` to `user`; what they tell stands in Tend all the same. Done twice, it stays so.

    Returns the ReminderSettings. The row is locked, so two kinds muted at once are both muted.
    """
    chosen = _locked(user)
    if kind not in chosen.muted:
        chosen.muted = [*chosen.muted, MailKind(kind).value]
        chosen.save(update_fields=["muted"])
    return chosen


@transaction.atomic
def allow_mails(*, user, kind):
    """The mails of this `MailKind` come again. Done twice, it stays so. Returns the ReminderSettings."""
    chosen = _locked(user)
    if kind in chosen.muted:
        chosen.muted = [muted for muted in chosen.muted if muted != kind]
        chosen.save(update_fields=["muted"])
    return chosen


def _locked(user):
    ReminderSettings.objects.get_or_create(pk=user.pk)
    return ReminderSettings.objects.select_for_update().get(pk=user.pk)
