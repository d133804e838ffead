"""Log-in by e-mail, and the one query that loads the user of a request."""

from allauth.account.auth_backends import AuthenticationBackend

from .models import User


class EmailBackend(AuthenticationBackend):
    """allauth's e-mail log-in; each request gets the user with tier, team and reach in one query."""

    def get_user(self, user_id):
        user = User.objects.with_reach().select_related("tier", "team").filter(pk=user_id).first()
        return user if user and self.user_can_authenticate(user) else None
