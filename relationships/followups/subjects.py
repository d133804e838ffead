"""Where the row that a follow-up or a timeline entry is about has its page. No query.

What has no page of its own is found in a tab of the client page.
"""

from django.urls import reverse

from clients.models import CareEventKind as Kind
from relationships.models import FollowUpRule as Rule

_ROWS = {  # page → the keyword of its address
    "clients:contract_page": "contract_id",
    "clients:invoice_page": "invoice_id",
    "clients:issue_page": "issue_id",
    "clients:request_page": "request_id",
    "clients:deal_page": "deal_id",
}
# Rule → the page of its subject, or the name of a tab.
_OF_RULE = {
    Rule.KICK_OFF: "delivery",
    Rule.COMMITMENT: "delivery",
    Rule.MILESTONE: "delivery",
    Rule.RENEWAL: "clients:contract_page",
    Rule.COLLECTION: "receivables",
    Rule.PROMISE: "receivables",
    Rule.ISSUE: "clients:issue_page",
    Rule.REQUEST: "clients:request_page",
    Rule.APPROVAL: "clients:approvals",
    Rule.DEAL: "clients:deal_page",
    Rule.ADVICE: "growth",
    Rule.BAND_DROPPED: "health",
    Rule.PLAN_ACTION: "plan",
}
_OF_KIND = {
    Kind.INTAKE: "delivery",
    Kind.KICK_OFF: "delivery",
    Kind.COMMITMENT_KEPT: "delivery",
    Kind.COMMITMENT_WITHDRAWN: "delivery",
    Kind.CONTRACT_SIGNED: "clients:contract_page",
    Kind.CONTRACT_ENDED: "clients:contract_page",
    Kind.NOTICE_GIVEN: "clients:contract_page",
    Kind.RENEWAL_OPENED: "clients:contract_page",
    Kind.RENEWAL_LOST: "clients:contract_page",
    Kind.MILESTONE_DONE: "delivery",
    Kind.MILESTONE_ACCEPTED: "delivery",
    Kind.INVOICE_ISSUED: "clients:invoice_page",
    Kind.CREDIT_NOTE: "clients:invoice_page",
    Kind.INVOICE_CANCELLED: "clients:invoice_page",
    Kind.PAYMENT: "receivables",
    Kind.PAYMENT_REVERSED: "receivables",
    Kind.DISPUTED: "clients:invoice_page",
    Kind.DISPUTE_SETTLED: "clients:invoice_page",
    Kind.PROMISE_MADE: "receivables",
    Kind.PROMISE_KEPT: "receivables",
    Kind.PROMISE_BROKEN: "receivables",
    Kind.PROMISE_WITHDRAWN: "receivables",
    Kind.ISSUE_OPENED: "clients:issue_page",
    Kind.ISSUE_RESPONDED: "clients:issue_page",
    Kind.ISSUE_WAITING: "clients:issue_page",
    Kind.ISSUE_RESUMED: "clients:issue_page",
    Kind.ISSUE_RESOLVED: "clients:issue_page",
    Kind.ISSUE_REOPENED: "clients:issue_page",
    Kind.ISSUE_RATED: "clients:issue_page",
    Kind.ISSUE_BREACHED: "clients:issue_page",
    Kind.REQUEST_ASKED: "clients:request_page",
    Kind.REQUEST_ANSWERED: "clients:request_page",
    Kind.REQUEST_CLOSED: "clients:request_page",
    Kind.DEAL_OPENED: "clients:deal_page",
    Kind.DEAL_WON: "clients:deal_page",
    Kind.DEAL_LOST: "clients:deal_page",
    Kind.APPROVAL_ASKED: "clients:approvals",
    Kind.APPROVAL_DECIDED: "clients:approvals",
    Kind.ADVICE_GIVEN: "growth",
    Kind.ADVICE_ANSWERED: "growth",
    Kind.REPORT_SENT: "reports",
}


def url_of_follow_up(follow_up):
    """The page of its subject; "" for a follow-up that is about the client as a whole."""
    rule, facts = follow_up.rule, follow_up.facts
    if rule == Rule.MILESTONE and facts.get("contract_id"):
        return _url("clients:contract_page", follow_up.client_id, facts["contract_id"])
    if rule == Rule.PROMISE and facts.get("invoice_id"):
        return _url("clients:invoice_page", follow_up.client_id, facts["invoice_id"])
    return _url(_OF_RULE.get(rule), follow_up.client_id, follow_up.subject_id)


def url_of_event(kind, client_id, subject_id):
    """The page of what a timeline entry of care tells; "" for an unknown kind."""
    return _url(_OF_KIND.get(kind), client_id, subject_id)


def _url(place, client_id, subject_id):
    if not place:
        return ""
    if ":" not in place:
        return f"{reverse('relationships:client_page', args=[client_id])}?tab={place}"
    return reverse(place, kwargs={_ROWS[place]: subject_id} if place in _ROWS else {})
