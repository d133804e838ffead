"""Why a rule's follow-up closed by itself, in the reader's language. No query.

The words name the condition of the rule that is no longer there; `followups.care_select` says what those are. Where
`facts["over"]` says so, it is not the condition: "client" (no longer one, or nobody leads it) or "rule" (switched off,
or no longer for such a client).
"""

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from relationships.models import FollowUpRule as Rule

_NO_CLIENT = gettext_lazy("they are no longer a client, or nobody leads them")
_SAID = {"client": _NO_CLIENT, "rule": gettext_lazy("the rule no longer asks for it")}
_OVER = {
    Rule.CADENCE: _NO_CLIENT,
    Rule.KICK_OFF: gettext_lazy("the kick-off was held"),
    Rule.COMMITMENT: gettext_lazy("the promise was kept or withdrawn"),
    Rule.MILESTONE: gettext_lazy("it was delivered"),
    Rule.RENEWAL: gettext_lazy("the contract was renewed or ended"),
    Rule.COLLECTION: gettext_lazy("nothing is overdue any more"),
    Rule.PROMISE: gettext_lazy("the money came"),
    Rule.ISSUE: gettext_lazy("the issue is solved"),
    Rule.REQUEST: gettext_lazy("the department answered"),
    Rule.APPROVAL: gettext_lazy("it was decided"),
    Rule.DEAL: gettext_lazy("the deal was decided, or is expected on another day"),
    Rule.ADVICE: gettext_lazy("the client answered"),
    Rule.BAND_DROPPED: gettext_lazy("the health is better again"),
    Rule.NO_NEXT_STEP: gettext_lazy("a next step is planned"),
    Rule.BIRTHDAY: gettext_lazy("the day is over"),
    Rule.ANNIVERSARY: gettext_lazy("the day is over"),
    Rule.PLAN_ACTION: gettext_lazy("the action is done or dropped"),
}
_OVER_AT_STEP = {
    (Rule.MILESTONE, "accept"): gettext_lazy("the client accepted it"),
    (Rule.ISSUE, "satisfaction"): gettext_lazy("they were asked, or it is too long ago"),
    (Rule.REQUEST, "answered"): gettext_lazy("the answer is two weeks old"),
    (Rule.APPROVAL, "approved"): gettext_lazy("the decision is two weeks old"),
    (Rule.APPROVAL, "declined"): gettext_lazy("the decision is two weeks old"),
}


def over(rule, facts):
    """A few words without a capital or full stop: "the money came"."""
    words = _SAID.get(facts.get("over")) or _OVER_AT_STEP.get((rule, facts.get("step"))) or _OVER.get(rule)
    return str(words) if words else _("what it asked for is over")
