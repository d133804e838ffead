"""What allauth asks of us: nobody signs up by themselves, and mail speaks its reader's language."""

from allauth.account.adapter import DefaultAccountAdapter
from allauth.core.exceptions import ImmediateHttpResponse
from django.core.exceptions import ValidationError
from django.urls import reverse
from django.utils import translation

from accounts.web import errors

FAILED_LOG_INS_WAIT_MINUTES = (
    5  # allauth's limits of failed tries: 10 a minute, and 5 in five minutes for one address
)


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return reverse("home")

    def pre_authenticate(self, request, **credentials):
        """Says how long to wait once there were too many failed tries, instead of “later”."""
        try:
            super().pre_authenticate(request, **credentials)
        except ValidationError as too_many:
            raise ImmediateHttpResponse(
                errors.too_many_requests(request, minutes=FAILED_LOG_INS_WAIT_MINUTES)
            ) from too_many

    def send_mail(self, template_prefix, email, context):
        """In the language of whom it is for: who asks for a new password is not logged in yet."""
        reader = context.get("user")
        with translation.override(reader.language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def format_email_subject(self, subject):
        return f"Tend: {subject}"
