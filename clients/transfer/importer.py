"""Compares a checked book with what is there and writes only what is missing.

A row that is there already (by where it came from, or by e-mail, code or team name) stays as people have made it
since, so reading the same book twice changes nothing.
"""

import datetime
from collections import Counter
from dataclasses import dataclass, field

from django.utils import timezone
from django.utils.translation import gettext as _

from accounts.models import Role, Team, Tier, User
from accounts.templatetags.tend import day as written_day
from accounts.templatetags.tend import number
from clients.models import Assignment, AssignmentRole, Client, Deal, DealStage, Product
from clients.services.changes import tell_changed
from clients.services.revenue import recompute_revenue

from . import columns
from .book import email_of, product_code
from .contracts import create_contracts
from .leads import choose_leads
from .report import TAKEN, UNCHANGED, WARNING
from .writing import BATCH, one_import

SOURCE, CURRENCY = "book", "USD"


@dataclass
class Result:
    """What an import made new, and how far the dates of the book are moved."""

    days_moved: int = 0
    people: int = 0
    clients: int = 0
    products: int = 0
    deals: int = 0
    contracts: int = 0
    leads: dict = field(default_factory=dict)


def import_book(book, *, as_of, report, shift_to=None, contracts=False, dry_run=False):
    """Write what of `book` is missing; all of it or, on any error, nothing. Returns a Result.

    `as_of`, in the book's own dates, ends the 12 months that decide on leads. With `shift_to` (a date) all
    dates move so that the newest falls on it; a book that is here already keeps the move of its first import.
    With `contracts` each won deal becomes a contract of twelve months, see clients.transfer.contracts.
    `dry_run` makes the same report and writes nothing. One transaction; a second import waits for the first.
    """
    with one_import():
        return _Import(book, as_of, report, dry_run).run(shift_to, contracts)


class _Import:
    def __init__(self, book, as_of, report, dry_run):
        self.book, self.as_of, self.report, self.dry_run = book, as_of, report, dry_run
        self.result = Result()

    def run(self, shift_to, contracts):
        self.result.leads = choose_leads(self.book.sales, self.as_of)
        self.result.days_moved = self._days_to_move(shift_to)
        self.book.move(self.result.days_moved)
        users = self._people()
        products = self._products()
        clients, new_clients = self._clients()
        self._leads(new_clients, users)
        new_deals = self._deals(clients, products, users)
        if contracts:
            self._contracts(new_deals)
        if not self.dry_run:
            recompute_revenue(clients=Client.objects.filter(source=SOURCE))
            Client.objects.filter(pk__in=[row.pk for row in new_clients.values()]).mark_health_stale()
        return self.result

    def _days_to_move(self, shift_to):
        """A book that is here already keeps the move it was loaded with, so that later runs add to it evenly."""
        by_ref = {sale.ref: sale.closed_on or sale.opened_on for sale in self.book.sales}
        there = Deal.objects.filter(source=SOURCE, source_ref__in=by_ref)
        for ref, opened_on, closed_on in there.values_list("source_ref", "opened_on", "closed_on"):
            if by_ref[ref] and (closed_on or opened_on):
                return ((closed_on or opened_on) - by_ref[ref]).days
        return (shift_to - self.book.newest).days if shift_to and self.book.newest else 0

    def _write(self, model, rows):
        return rows if self.dry_run else model.objects.bulk_create(rows, batch_size=BATCH)

    def _note(self, is_new, file, line, what, detail):
        self.report.note(TAKEN if is_new else UNCHANGED, file, line, what, detail=detail)

    # --- people ---------------------------------------------------------------------------------------------

    def _people(self):
        """{name: User} of managers and agents, each manager with a team in the region of their office."""
        lines = {row.values["manager"]: row.line for row in reversed(list(self.book.agents.values()))}
        names = [*self.book.managers, *self.book.agents]
        users = {u.email: u for u in User.objects.filter(email__in=map(email_of, names))}
        teams, tier = {}, Tier.objects.get(code=Tier.AM)
        for manager, office in self.book.managers.items():
            user = self._person(users, manager, lines[manager], role=Role.MANAGER)
            teams[manager] = self._team(manager, office, user)
        for agent, row in self.book.agents.items():
            team = teams[row.values["manager"]]
            self._person(users, agent, row.line, role=Role.ACCOUNT_MANAGER, tier=tier, team=team)
        busy = {sale.agent for sale in self.book.sales}
        for agent, row in self.book.agents.items():
            if agent not in busy:
                what = _("an agent without deals of a client")
                self.report.note(WARNING, columns.TEAMS.file, row.line, what, detail=f"{what}: {agent}")
        return {name: users[email_of(name)] for name in names}

    def _person(self, users, name, line, *, role, **fields):
        email = email_of(name)
        is_new = email not in users
        if is_new:
            user = User(email=email, name=name, role=role, **fields)
            user.set_unusable_password()
            users[email] = user
            self.result.people += 1
            if not self.dry_run:
                user.save()
        self._note(is_new, columns.TEAMS.file, line, role.label, f"{name} <{email}>")
        return users[email]

    def _team(self, manager, office, user):
        name = f"{office} · {manager}"
        team = Team.objects.filter(name=name).first() or Team(name=name, region=office, manager=user)
        if team.pk is None and not self.dry_run:
            team.save()
        return team

    # --- products and clients -------------------------------------------------------------------------------

    def _products(self):
        """{name: Product}"""
        codes = {name: product_code(name) for name in self.book.products}
        there = {row.code: row for row in Product.objects.filter(code__in=codes.values())}
        new = {}
        for name, row in self.book.products.items():
            is_new = codes[name] not in there
            if is_new:
                new[codes[name]] = Product(
                    code=codes[name],
                    name=name,
                    series=row.values["series"],
                    list_price=row.values["sales_price"],
                    currency=CURRENCY,
                )
            self._note(is_new, columns.PRODUCTS.file, row.line, _("Product"), name)
        self._write(Product, list(new.values()))
        self.result.products = len(new)
        return {name: there.get(code) or new[code] for name, code in codes.items()}

    def _clients(self):
        """({name: Client} of all, {name: Client} of the new ones); parents are written before their members."""
        accounts = self.book.accounts
        there = Client.objects.filter(source=SOURCE, source_ref__in=accounts)
        clients, new = {row.source_ref: row for row in there}, {}
        same_name = set(
            Client.objects.filter(name__in=accounts).exclude(source=SOURCE).values_list("name", flat=True)
        )
        for name, row in accounts.items():
            is_new = name not in clients
            if is_new:
                new[name] = self._client(name, row.values)
            self._note(is_new, columns.ACCOUNTS.file, row.line, _("Client"), name)
            if is_new and name in same_name:
                what = _("another client has the same name")
                self.report.note(WARNING, columns.ACCOUNTS.file, row.line, what, detail=f"{what}: {name}")
        clients |= new
        for level in self._levels(new):
            for name in level:
                new[name].parent = clients.get(accounts[name].values["subsidiary_of"])
            self._write(Client, [new[name] for name in level])
        self.result.clients = len(new)
        return clients, new

    def _client(self, name, values):
        return Client(
            name=name,
            industry=values["sector"],
            employees=values["employees"],
            country=values["office_location"],
            currency=CURRENCY,
            source=SOURCE,
            source_ref=name,
        )

    def _levels(self, names):
        """Names from the tops of the groups downwards."""
        left = set(names)
        while left:
            level = {n for n in left if self.book.accounts[n].values["subsidiary_of"] not in left}
            yield sorted(level)
            left -= level

    # --- leads and deals ------------------------------------------------------------------------------------

    def _leads(self, new_clients, users):
        """Assigns the leads of new clients, and warns of those who lead more than their tier's capacity."""
        now, rows = timezone.now(), []
        day = self.as_of + datetime.timedelta(days=self.result.days_moved)
        for name, client in new_clients.items():
            line, choice = self.book.accounts[name].line, self.result.leads.get(name)
            if choice is None:
                self._warn(line, _("no lead: nothing was ever won there"), name)
                continue
            if not choice.lately:
                self._warn(
                    line, _("nothing won in the last 12 months; older deals decided on the lead"), name
                )
            reason = _("Most won value before %(day)s: %(amount)s %(currency)s") % {
                "day": written_day(day),
                "amount": number(choice.amount),
                "currency": CURRENCY,
            }
            rows.append(
                Assignment(
                    client=client,
                    user=users[choice.agent],
                    role=AssignmentRole.LEAD,
                    # The files do not say since when; the relationship counts from here.
                    started_at=now,
                    reason=reason,
                )
            )
        self._write(Assignment, rows)
        self._warn_of_loads(users, rows)

    def _warn(self, line, what, name):
        self.report.note(WARNING, columns.ACCOUNTS.file, line, what, detail=f"{name}: {what}")

    def _warn_of_loads(self, users, rows):
        running = Assignment.objects.leads().filter(
            ended_at__isnull=True, user__email__in=[user.email for user in users.values()]
        )
        loads = Counter(running.values_list("user__email", flat=True))
        if self.dry_run:
            loads.update(row.user.email for row in rows)
        for name, user in users.items():
            most = user.tier.capacity_max if user.tier else None
            if most is not None and loads[user.email] > most:
                values = {"name": name, "load": loads[user.email], "most": most, "tier": user.tier.name}
                detail = _("%(name)s leads %(load)s clients, more than the %(most)s of an %(tier)s") % values
                line = self.book.agents[name].line
                self.report.note(WARNING, columns.TEAMS.file, line, detail)

    def _deals(self, clients, products, users):
        refs = [sale.ref for sale in self.book.sales]
        there = set(
            Deal.objects.filter(source=SOURCE, source_ref__in=refs).values_list("source_ref", flat=True)
        )
        rows = []
        for sale in self.book.sales:
            if sale.ref not in there:
                rows.append(
                    Deal(
                        client=clients[sale.account],
                        product=products[sale.product],
                        owner=users[sale.agent],
                        stage=sale.stage,
                        amount=sale.amount,
                        currency=CURRENCY,
                        opened_on=sale.opened_on,
                        closed_on=sale.closed_on,
                        source=SOURCE,
                        source_ref=sale.ref,
                    )
                )
            detail = f"{sale.ref}: {sale.product}, {sale.account}, {sale.stage}"
            self._note(sale.ref not in there, columns.SALES.file, sale.line, _("Deal"), detail)
        self._write(Deal, rows)
        self.result.deals = len(rows)
        return rows

    def _contracts(self, new_deals):
        """Contracts of the won deals of the book, as the deals stand now."""
        lines = {sale.ref: sale.line for sale in self.book.sales}
        there = Deal.objects.won().filter(source=SOURCE, source_ref__in=list(lines))
        deals = {deal.source_ref: deal for deal in there.select_related("client", "product").order_by("pk")}
        if self.dry_run:
            deals |= {deal.source_ref: deal for deal in new_deals if deal.stage == DealStage.WON}
        new = create_contracts(deals, lines, source=SOURCE, report=self.report, dry_run=self.dry_run)
        self.result.contracts = len(new)
        if not self.dry_run:
            tell_changed(sorted({deal.client_id for deal in new}))
