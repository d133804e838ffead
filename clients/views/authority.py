"""What is beyond the lead's authority, in words, and where to ask for it; for contracts and deals alike."""

from django.urls import reverse
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from accounts.templatetags.tend import day, number


def beyond_in_words(refusal):
    """One sentence for each term that a `BeyondAuthority` refuses."""
    wish, authority = refusal.wish, refusal.authority
    found = []
    if not authority.covers(discount_percent=wish["discount_percent"], payment_days=0):
        text = _("A discount of %(wish)s%% is more than the %(limit)s%% that this client's lead may grant.")
        found.append(
            text % {"wish": number(wish["discount_percent"]), "limit": number(authority.discount_percent)}
        )
    if not authority.covers(discount_percent=0, payment_days=wish["payment_days"]):
        text = _(
            "A payment term of %(wish)s days is longer than the %(limit)s days that this client's lead may grant."
        )
        found.append(text % {"wish": number(wish["payment_days"]), "limit": number(authority.payment_days)})
    return found


def pending_in_words(pending):
    """Who asked when, for a question that waits."""
    names = {"name": pending.asked_by.name if pending.asked_by else "–", "day": day(pending.asked_at)}
    return _("%(name)s asked on %(day)s; the decision is awaited.") % names


def ask_url(refusal, *, deal=None, contract=None):
    """Where the question is put, with the refused terms filled in."""
    route, pk = ("contract_approval", contract.pk) if contract else ("deal_approval", deal.pk)
    return f"{reverse(f'clients:{route}', args=[pk])}?{urlencode(refusal.wish)}"


def refuse_beyond(form, refusal, *, deal=None, contract=None):
    """Says on the form what is beyond authority; returns context for clients/approvals/_beyond.html."""
    for text in beyond_in_words(refusal):
        form.add_error(None, text)
    return beyond_context(refusal, deal=deal, contract=contract)


def beyond_context(refusal, *, deal=None, contract=None):
    """What clients/approvals/_beyond.html needs: the sentences, who asked already, where to ask."""
    return {
        "beyond": beyond_in_words(refusal),
        "pending": refusal.pending,
        "pending_words": pending_in_words(refusal.pending) if refusal.pending else "",
        "ask_url": ask_url(refusal, deal=deal, contract=contract),
    }
