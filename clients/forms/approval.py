"""Asking for more than the lead's tier grants, and deciding on it."""

from django import forms
from django.utils.translation import gettext_lazy as _

from accounts.web.forms import IdempotentForm, PlainForm

from .assignment import REASON_LENGTH, reason_field

APPROVE, DECLINE = "approve", "decline"
DECISIONS = [(APPROVE, _("Approve")), (DECLINE, _("Decline"))]


def _discount(**options):
    return forms.DecimalField(
        label=_("Discount, %"), min_value=0, max_value=100, max_digits=5, decimal_places=2, **options
    )


def _days(**options):
    return forms.IntegerField(label=_("Payment term, days"), min_value=0, max_value=365, **options)


class TermsForm(PlainForm):
    """The wish that an address names, to begin the question with."""

    discount_percent = _discount(required=False)
    payment_days = _days(required=False)


class ApprovalForm(IdempotentForm):
    discount_percent = _discount()
    payment_days = _days()
    reason = reason_field(_("Why"), help_text=_("Who decides reads this, and the history keeps it."))


class DecisionForm(PlainForm):
    """A decline needs its words: who asked has to tell the client."""

    decision = forms.ChoiceField(label=_("Decision"), choices=DECISIONS, widget=forms.RadioSelect)
    answer = forms.CharField(
        label=_("Answer"),
        required=False,
        max_length=REASON_LENGTH,
        widget=forms.Textarea(attrs={"rows": 2}),
    )

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("decision") == DECLINE and not cleaned.get("answer") and "answer" not in self.errors:
            self.add_error("answer", _("Say why, so that it can be told to the client."))
        return cleaned
