"""What the frame of every page needs beside its own data."""

from accounts import access


def page_frame(request):
    """`csp_nonce` under the name django-htmx reads, and what the navigation may offer. At most one query."""
    user = getattr(request, "user", None)
    return {
        "csp_nonce": getattr(request, "csp_nonce", ""),
        "keeps_clients": access.keeps_clients(user),
        "may_assign": access.may_assign(user),
        "may_see_portfolio": access.may_see_portfolio(user),
        "may_set_up": access.may_set_up(user),
    }
