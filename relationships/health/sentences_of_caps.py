"""For each cap its sentence and the rows behind it, made of the numbers that were stored with the score."""

from django.utils.translation import gettext, ngettext

from .sentences import days_since


def _champion_left(health):
    left = health.facts["stakeholders"]["champions_left"]
    return gettext("The champion has left and nobody else has that role."), {"contacts": left}


def _single_contact(health):
    if health.facts["stakeholders"]["active"]:
        return gettext("Everything hangs on a single contact."), {}
    return gettext("Every contact has left."), {}


def _critical_issue(health):
    facts = health.facts["issues"]
    count = facts["critical_late"]
    text = ngettext(
        "%(count)d critical issue is past its SLA.", "%(count)d critical issues are past their SLA.", count
    )
    return text % {"count": count}, {"issues": facts["issues"][:count]}


def _contract_expired(health):
    facts = health.facts["contract"]
    numbers = {"number": facts["expired_number"], "days": days_since(facts["expired_on"], health)}
    text = gettext("Contract %(number)s expired %(days)d days ago and no other runs.")
    return text % numbers, {"contracts": facts["expired"]}


def _own_rating(health):
    days = days_since(health.facts["own_rating"]["rated_on"], health)
    if days == 0:
        return gettext("The account manager rated the relationship red today."), {}
    text = ngettext(
        "The account manager rated the relationship red %(days)d day ago.",
        "The account manager rated the relationship red %(days)d days ago.",
        days,
    )
    return text % {"days": days}, {}


CAP_SENTENCES = {
    "critical_issue": _critical_issue,
    "own_rating": _own_rating,
    "contract_expired": _contract_expired,
    "champion_left": _champion_left,
    "single_contact": _single_contact,
}
