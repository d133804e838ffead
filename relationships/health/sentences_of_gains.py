"""What to do to raise the score, one sentence for each kind of action in health.gains."""

from django.utils.translation import gettext, ngettext

from clients.models import ContactRole


def _role(gain):
    return str(ContactRole(gain.role).label)


def _critical_issues(gain):
    text = ngettext(
        "Resolve the critical issue that is past its SLA",
        "Resolve all %(count)d critical issues that are past their SLA",
        gain.count,
    )
    return text % {"count": gain.count}


def _invoices(gain):
    text = ngettext("Collect the late invoice", "Collect all %(count)d late invoices", gain.count)
    return text % {"count": gain.count}


GAIN_SENTENCES = {
    "reach": lambda gain: gettext("Reach the client"),
    "meet": lambda gain: gettext("Meet %(name)s, %(role)s") % {"name": gain.name, "role": _role(gain)},
    "introduce": lambda gain: gettext("Meet somebody new: %(role)s") % {"role": _role(gain)},
    "contact": lambda gain: gettext("Record another contact"),
    "champion": lambda gain: gettext("Find a new champion"),
    "issue": lambda gain: gettext("Resolve the issue “%(name)s”") % {"name": gain.name},
    "critical_issues": _critical_issues,
    "invoice": lambda gain: gettext("Collect invoice %(name)s") % {"name": gain.name},
    "invoices": _invoices,
    "renewal_prepared": lambda gain: (
        gettext("Prepare the renewal of contract %(name)s") % {"name": gain.name}
    ),
    "renewal_signed": lambda gain: (
        gettext("Have contract %(name)s renewed at the same value") % {"name": gain.name}
    ),
    "product": lambda gain: gettext("Sell one more product that fits"),
}


def sentence_of_gain(gain):
    """What to do, in the reader's language."""
    return GAIN_SENTENCES[gain.kind](gain)
