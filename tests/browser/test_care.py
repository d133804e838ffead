"""One client after the signature, as its account manager lives it, on a real server with a real worker: contract
signed, request to production, complaint with SLA, partial payment, broken promise, renewal, cross-sell won. Each
step shows in the timeline, in Today or in health's reasons.
"""

import datetime
from decimal import Decimal

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from clients.models import Client, Contract, Deal, InternalRequest, Invoice, Issue, PaymentPromise
from clients.services.promises import settle_promises
from relationships.health import refresh
from tests import factories as make

PEERS = 6
SCORED_WITHIN_MS = 10_000


def day(offset):
    return (timezone.localdate() + datetime.timedelta(days=offset)).isoformat()


@pytest.fixture
def scene(book):
    """Alpha makes steel like six others, who own a scanner that Alpha does not; its accountant is known."""
    Client.objects.filter(pk=book.alpha.pk).update(industry="Steel")
    support = make.product("SUP", name="Support plan", series="Support", currency="VND")
    scanner = make.product("SCN", name="Crack scanner", series="Scanners", currency="VND")
    for number in range(PEERS):
        peer = make.client(f"Peer {number}", lead=book.olga, industry="Steel")
        make.won_deal(peer, amount=Decimal(90_000_000), on=timezone.localdate(), product_row=scanner)
    make.contact(book.alpha, "Phan Thị Kế Toán", role="finance")
    make.interaction(book.alpha, days_ago=3, author=book.lan)
    refresh.score_clients()
    return book, support, scanner


class Walk:
    """The pages of one account manager, with what every step does alike."""

    def __init__(self, page, client):
        self.page, self.client = page, client

    def tab(self, name):
        self.page.goto(f"/clients/{self.client.pk}/")
        self.page.locator(f"#client-tab-{name}").click()
        self.page.locator(f"#client-{self.client.pk}-tabs .panel:not(.panel-waiting)").first.wait_for()

    def sheet(self, opener, **values):
        """Opens the sheet by a link, fills it by field name, sends it and waits until it is gone."""
        opener.click()
        form = self.page.locator("#sheet form.sheet-form")
        form.wait_for()
        self.fill(form, values)
        self.send(form)

    def fill(self, form, values):
        for name, value in values.items():
            field = form.locator(f"[name={name}]:not([type=hidden])")
            if field.first.get_attribute("type") == "radio":
                form.locator(f"[name={name}][value='{value}']").check(force=True)
            elif field.first.evaluate("e => e.tagName") == "SELECT":
                field.select_option(str(value))
            else:
                field.fill(str(value))

    def send(self, form):
        form.locator("button[type=submit]").first.click()
        form.wait_for(state="hidden")

    def link(self, *words, within="main"):
        return (
            self.page.locator(f"{within} a:visible, {within} button:visible").filter(has_text=words[0]).first
        )

    def timeline(self):
        self.page.goto(f"/clients/{self.client.pk}/")
        return self.page.locator(f"#client-{self.client.pk}-timeline").inner_text()

    def today(self):
        self.page.goto("/today/")
        return self.page.locator("#today-work").inner_text()

    def health_says(self, words):
        """Waits until the worker's scoring gives the reason."""
        self.page.goto(f"/clients/{self.client.pk}/")
        parts = self.page.locator(f"#client-{self.client.pk}-health, #client-{self.client.pk}-health-details")
        parts.get_by_text(words).first.wait_for(timeout=SCORED_WITHIN_MS)


def test_one_client_from_the_signature_to_the_cross_sell(live_server, scene, worker, open_page):
    book, support, scanner = scene
    walk = Walk(open_page(book.lan, f"/clients/{book.alpha.pk}/"), book.alpha)
    contract = sign_contract(walk, support)
    ask_production(walk, open_page, book)
    complain(walk)
    invoice = pay_in_part(walk)
    break_a_promise(walk, invoice)
    renew(walk, contract)
    cross_sell(walk, scanner)


def sign_contract(walk, product):
    walk.tab("contracts")
    walk.link("New contract").click()
    form = walk.page.locator("main form.record-form")
    walk.fill(
        form, {"title": "Bảo trì lò cao", "number": "HĐ-2026/17", "starts_on": day(-345), "ends_on": day(20)}
    )
    line = form.locator("fieldset.contract-line").first
    line.locator("select").select_option(str(product.pk))
    for name, value in {"quantity": 2, "unit_price": 60_000_000}.items():
        line.locator(f"[name$={name}]").fill(str(value))
    form.locator(".form-actions button[type=submit]").last.click()
    walk.page.wait_for_url("**/contracts/*/")
    contract = Contract.objects.get(client=walk.client)
    assert (contract.state, contract.value) == ("draft", 120_000_000)
    walk.sheet(walk.page.locator("#page-action"), signed_on=day(-345))
    contract.refresh_from_db()
    assert contract.state == "signed"
    assert "HĐ-2026/17" in walk.timeline()
    expect(walk.page.locator(".client-standing")).to_contain_text("contract ends in 20 days")
    assert "HĐ-2026/17" in walk.today()
    walk.health_says("HĐ-2026/17")
    return contract


def ask_production(walk, open_page, book):
    walk.tab("requests")
    walk.sheet(
        walk.link("Ask a department"),
        department=book.dept.department_id,
        what="Xác nhận ngày giao lô thép",
        due_on=day(4),
    )
    asked = InternalRequest.objects.get(client=walk.client)
    colleague = open_page(book.dept, "/")
    colleague.wait_for_url("**/requests/")
    colleague.get_by_text(asked.what).first.click()
    colleague.wait_for_url(f"**/requests/{asked.pk}/")
    assert colleague.goto(f"/clients/{walk.client.pk}/").status == 403
    colleague.goto(f"/requests/{asked.pk}/")
    colleague.locator("main textarea[name=text]").first.fill("Giao thứ Sáu tuần này")
    colleague.locator("main form:has(textarea[name=text]) button[type=submit]").first.click()
    colleague.get_by_text("Giao thứ Sáu tuần này").first.wait_for()
    assert asked.what in walk.timeline()
    assert asked.answers.get().author == book.dept


def complain(walk):
    walk.tab("issues")
    walk.sheet(walk.link("New issue"), title="Lò số hai ngừng chạy", severity=10, category="complaint")
    issue = Issue.objects.get(client=walk.client)
    assert issue.resolution_due_at > issue.response_due_at > issue.opened_at
    assert "Lò số hai ngừng chạy" in walk.timeline()
    expect(walk.page.locator(".client-standing")).to_contain_text("1 critical issue")
    walk.health_says("Lò số hai ngừng chạy")
    walk.page.goto(f"/issues/{issue.pk}/")
    walk.link("First response given").click()
    walk.page.locator("main").get_by_text("First response").first.wait_for()
    walk.sheet(walk.link("Resolve"), resolution="Đã thay bơm và chạy thử ba ca.")
    issue.refresh_from_db()
    assert (issue.status, issue.first_responded_at is not None) == ("resolved", True)
    assert "Issue resolved" in walk.timeline()


def pay_in_part(walk):
    walk.tab("receivables")
    walk.sheet(
        walk.link("New invoice"), number="INV-77", issued_on=day(-60), due_on=day(-20), amount=100_000_000
    )
    invoice = Invoice.objects.get(client=walk.client)
    walk.page.goto(f"/invoices/{invoice.pk}/")
    opener = walk.page.locator(f"main a[href='/invoices/{invoice.pk}/payments/new/']").first
    opener.click()
    form = walk.page.locator("#sheet form.sheet-form")
    form.wait_for()
    walk.fill(form, {"amount": 100_000_001, "received_on": day(0)})
    form.locator("button[type=submit]").first.click()
    form.locator("[aria-invalid=true][name=amount]").wait_for()
    expect(form.locator("[name=amount]")).to_have_value("100000001")
    walk.fill(form, {"amount": 40_000_000})
    walk.send(form)
    invoice.refresh_from_db()
    assert (invoice.paid, invoice.outstanding) == (40_000_000, 60_000_000)
    assert "Payment received" in walk.timeline()
    expect(walk.page.locator(".client-standing")).to_contain_text("20 days late")
    assert "INV-77" in walk.today()
    walk.health_says("INV-77")
    return invoice


def break_a_promise(walk, invoice):
    walk.page.goto(f"/invoices/{invoice.pk}/")
    opener = walk.page.locator(f"main a[href='/invoices/{invoice.pk}/promises/new/']").first
    walk.sheet(opener, amount=60_000_000, promised_for=day(2))
    promise = PaymentPromise.objects.get(client=walk.client)
    assert promise.status == "open"
    # Time passes: the day comes and goes without money, and the hourly job looks.
    back = datetime.timedelta(days=5)
    promise.promised_on, promise.promised_for = promise.promised_on - back, promise.promised_for - back
    promise.save()
    settle_promises()
    promise.refresh_from_db()
    assert promise.status == "broken"
    assert "promised" in walk.today()
    assert "Promise to pay broken" in walk.timeline()


def renew(walk, contract):
    walk.page.goto(f"/contracts/{contract.pk}/")
    walk.link("Renew").click()
    walk.page.wait_for_url(lambda url: f"/contracts/{contract.pk}/" not in url)
    renewal = Contract.objects.get(renews=contract)
    assert (renewal.state, renewal.starts_on) == ("draft", contract.ends_on + datetime.timedelta(days=1))
    assert [line.amount for line in renewal.lines.all()] == [120_000_000]
    walk.page.goto(f"/contracts/{renewal.pk}/")
    walk.sheet(walk.page.locator("#page-action"), signed_on=day(0))
    renewal.refresh_from_db()
    assert renewal.state == "signed"
    assert renewal.number in walk.timeline()
    expect(walk.page.locator(".client-standing")).to_contain_text("contract until")


def cross_sell(walk, scanner):
    walk.tab("growth")
    panel = walk.page.locator(f"#client-{walk.client.pk}-growth")
    expect(panel).to_contain_text("6 of 7")
    expect(panel).to_contain_text("Crack scanner")
    opener = panel.locator("a[href*='/deals/new/?']").first
    walk.sheet(opener, title="Máy dò vết nứt cho xưởng cán", expected_on=day(30))
    deal = Deal.objects.open().get(client=walk.client)
    assert (deal.product, deal.kind, deal.amount) == (scanner, "cross_sell", 90_000_000)
    walk.page.goto(f"/deals/{deal.pk}/")
    walk.sheet(walk.link("Won"), day=day(0))
    deal.refresh_from_db()
    assert deal.stage == "won"
    assert "Deal won" in walk.timeline()
    walk.health_says("Owns 2 of 2")
