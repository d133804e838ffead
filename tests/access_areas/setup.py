"""The set-up: admins alone."""

from clients.models import ExchangeRate

TABLE = """
clients:setup                          GET     -     403   403   403   403   403   403   403   200   403
clients:setup                          POST    -     403   403   403   403   403   403   403   422   403
clients:setup_rate                     GET     -     403   403   403   403   403   403   403   405   403
clients:setup_rate                     POST    -     403   403   403   403   403   403   403   302   403
"""
WATCHED = [
    "clients_product",
    "clients_slapolicy",
    "clients_dunningstep",
    "clients_exchangerate",
    "accounts_department",
    "accounts_tier",
]


def scene(book):
    """A rate that is the newest of its currency."""
    rate = ExchangeRate.objects.create(currency="USD", valid_from="2026-01-01", rate=25_000)
    return {"rate_id": rate.pk}
