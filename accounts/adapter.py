"""What allauth asks of us: nobody signs up by themselves, and mail speaks its reader's language."""

from allauth.account.adapter import DefaultAccountAdapter
from django.urls import reverse
from django.utils import translation


class AccountAdapter(DefaultAccountAdapter):
    def is_open_for_signup(self, request):
        return False

    def get_login_redirect_url(self, request):
        return reverse("home")

    def send_mail(self, template_prefix, email, context):
        """In the language of whom it is for: who asks for a new password is not logged in yet."""
        reader = context.get("user")
        with translation.override(reader.language if reader else translation.get_language()):
            super().send_mail(template_prefix, email, context)

    def format_email_subject(self, subject):
        return f"Tend: {subject}"
