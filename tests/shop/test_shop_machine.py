"""Orders, holds, links and payments in any order, with Razorpay failing: the sums are right after each step."""

import asyncio
from collections import Counter
from collections.abc import Coroutine, Sequence
from typing import Any, TypeVar

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule

from model.errors import Refused
from model.message import Notice, NoticeKind
from model.order import LinkStatus, Order, OrderStatus, PayBy, Payment, RefundStatus, needs
from model.ports import PaidBy
from shop import orders
from shop.work import Work
from store.memory import MemoryStore
from tests.kit import HOME, Scene, cart_of, catalogue, customer_of

STOCK = {"mango": 1500, "garlic": 750, "laddu": 18}
USERS = st.sampled_from(["asha", "ravi", "meena"])
PACKS = st.dictionaries(
    st.sampled_from(["mango-250", "mango-500", "garlic-250", "laddu-6"]), st.integers(1, 2), min_size=1, max_size=2
)
SOLD = frozenset(OrderStatus) - {
    OrderStatus.AWAITING_PAYMENT, OrderStatus.EXPIRED, OrderStatus.REPLACED, OrderStatus.CANCELLED,
}  # fmt: skip
NEWEST_FIRST = st.integers(min_value=0, max_value=7)
T = TypeVar("T")


def pick(things: Sequence[T], which: int) -> T:
    """One of them, counted from the newest."""
    return things[-1 - which % len(things)]


class Trade(RuleBasedStateMachine):
    """One shop, three customers, one Razorpay."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.Runner()
        self.store = MemoryStore()
        self.scene = Scene(self.store)
        self.wait(self.scene.open(catalogue(STOCK)))
        self.notices = 0
        self.paid: list[tuple[str, PaidBy]] = []
        """Reference and payment of all the money that customers paid."""

    def wait(self, work: Coroutine[Any, Any, Any]) -> Any:
        return self.loop.run(work)

    @property
    def orders(self) -> list[Order]:
        return list(self.store.data.orders.values())

    @property
    def links(self) -> list[str]:
        return list(self.scene.razorpay.made)

    def change(self, actor: str, work: Any) -> None:
        try:
            self.wait(self.scene.engine.change(actor, work))
        except Refused:
            return

    # What customers do

    @rule(user=USERS, packs=PACKS, way=st.sampled_from(PayBy), carried_out=st.booleans())
    def place(self, user: str, packs: dict[str, int], way: PayBy, carried_out: bool) -> None:
        def work(work: Work) -> None:
            customer = customer_of(work.uow, user, work.now)
            work.uow.customers.save_cart(cart_of(customer, packs))
            orders.place(work, customer, HOME, way)

        self.change("customer", work)
        if carried_out:
            self.carry_out()

    @precondition(lambda self: self.orders)
    @rule(which=NEWEST_FIRST)
    def ask_for_a_fresh_link(self, which: int) -> None:
        order = pick(self.orders, which)
        self.change("customer", lambda work: orders.fresh_link(work, order))

    @precondition(lambda self: self.orders)
    @rule(which=NEWEST_FIRST)
    def cancel(self, which: int) -> None:
        order = pick(self.orders, which)
        self.change("customer", lambda work: orders.cancel(work, order))

    @precondition(lambda self: self.orders)
    @rule(which=NEWEST_FIRST)
    def pack(self, which: int) -> None:
        number = pick(self.orders, which).number
        self.change("agent:1", lambda work: orders.move(work, number, OrderStatus.PACKED))

    @precondition(lambda self: self.links)
    @rule(which=NEWEST_FIRST, told=st.booleans())
    def pay(self, which: int, told: bool) -> None:
        """Any link ever made, open or not, paid or not."""
        reference = pick(self.links, which)
        self.paid.append((reference, self.scene.razorpay.pay(reference)))
        if told:
            self.tell_of_payment(which=0, names_link=True, names_reference=True, times=1)

    @precondition(lambda self: self.links)
    @rule(which=NEWEST_FIRST)
    def come_back(self, which: int) -> None:
        reference = pick(self.links, which)
        self.tell(NoticeKind.ASK, {"link_id": f"plink_{reference}"})

    # What Razorpay does

    @precondition(lambda self: self.paid)
    @rule(which=NEWEST_FIRST, names_link=st.booleans(), names_reference=st.booleans(), times=st.integers(1, 2))
    def tell_of_payment(self, which: int, names_link: bool, names_reference: bool, times: int) -> None:
        reference, paid = pick(self.paid, which)
        for _ in range(times):
            self.tell_paid(paid, reference if names_reference else None, f"plink_{reference}" if names_link else None)

    @rule(which=NEWEST_FIRST)
    def tell_of_money_for_something_else(self, which: int) -> None:
        self.tell_paid(PaidBy(f"other_{which}", HOME_COST, "INR", "upi", self.scene.clock()), None, "plink_else")

    @rule(
        call=st.sampled_from(["create", "find", "fetch", "cancel", "refund"]),
        way=st.sampled_from(["down", "lost", "refused"]),
    )
    def go_wrong(self, call: str, way: str) -> None:
        self.scene.razorpay.troubles[call].append(way)

    def tell_paid(self, paid: PaidBy, reference: str | None, link_id: str | None) -> None:
        body = {"payment_id": paid.payment_id, "amount": paid.amount.paise, "currency": paid.currency}
        body |= {"method": paid.method, "at": int(paid.at.timestamp()), "reference": reference, "link_id": link_id}
        self.tell(NoticeKind.PAYMENT, body)

    def tell(self, kind: NoticeKind, body: dict[str, Any]) -> None:
        self.notices += 1
        notice = Notice("razorpay", f"evt_{self.notices}", kind, body)
        self.wait(self.scene.engine.accept_notice(notice))
        self.wait(self.scene.engine._act_on_notices())

    # What time does

    @rule()
    def carry_out(self) -> None:
        self.wait(self.scene.engine._carry_out())

    @rule(minutes=st.sampled_from([1, 5, 17, 25]))
    def time_passes(self, minutes: int) -> None:
        self.scene.clock.advance(minutes=minutes)
        self.wait(self.scene.engine.watch_clock())

    # What is always so

    @invariant()
    def every_gram_is_on_the_shelf_or_sold(self) -> None:
        sold: Counter[str] = Counter()
        for order in self.orders:
            sold.update(needs(order.lines) if order.status in SOLD else {})
        on_hand = {product_id: shelf.on_hand for product_id, shelf in self.store.data.stock.items()}
        assert {product_id: STOCK[product_id] - sold[product_id] for product_id in STOCK} == on_hand

    @invariant()
    def what_is_held_is_what_the_holds_say(self) -> None:
        held: Counter[str] = Counter()
        for hold in self.store.data.holds.values():
            held.update(hold.needs)
        shelves = self.store.data.stock
        assert {product_id: held[product_id] for product_id in STOCK} == {id_: s.held for id_, s in shelves.items()}
        assert all(0 <= shelf.held <= shelf.on_hand for shelf in shelves.values())

    @invariant()
    def a_customer_has_at_most_one_hold_and_it_is_for_the_order_that_awaits_payment(self) -> None:
        awaiting = {o.number for o in self.orders if o.status is OrderStatus.AWAITING_PAYMENT}
        assert awaiting == set(self.store.data.holds)
        customers = [hold.customer_id for hold in self.store.data.holds.values()]
        assert len(set(customers)) == len(customers)

    @invariant()
    def each_payment_counts_for_exactly_one_thing(self) -> None:
        refunds = {refund.payment_id: refund for refund in self.store.data.refunds.values()}
        for payment in self.store.data.payments.values():
            refund = refunds.get(payment.provider_id)
            back = refund is not None and refund.reason != "cancelled"
            assert [payment.applied, back, payment.order_number is None].count(True) == 1
            assert refund is None or refund.amount == payment.amount

    @invariant()
    def an_order_is_paid_by_at_most_one_payment_and_that_one_is_kept_or_returned_with_it(self) -> None:
        applied: dict[str, list[Payment]] = {order.number: [] for order in self.orders}
        for payment in self.store.data.payments.values():
            if payment.applied and payment.order_number:
                applied[payment.order_number].append(payment)
        for order in self.orders:
            self.check_paid(order, applied[order.number])

    def check_paid(self, order: Order, applied: list[Payment]) -> None:
        assert len(applied) == order.paid
        assert not order.paid or order.status in SOLD | {OrderStatus.CANCELLED}
        assert order.paid or order.pay_by is PayBy.CASH or order.status not in SOLD
        returned = [p for p in applied if f"refund-{p.provider_id}" in self.store.data.refunds]
        assert returned == (applied if order.status is OrderStatus.CANCELLED else [])

    def teardown(self) -> None:
        """In the end, with Razorpay well again: nothing hangs, and every rupee is accounted for."""
        self.scene.razorpay.troubles.clear()
        for reference, paid in self.paid:
            self.tell_paid(paid, reference, f"plink_{reference}")
        for _ in range(12):
            self.carry_out()
            self.time_passes(25)
        self.check_nothing_hangs()
        self.check_all_money()
        self.loop.close()

    def check_nothing_hangs(self) -> None:
        data = self.store.data
        assert not data.holds
        assert [job.effect.kind for job in data.effects.values() if job.failure is None] == []
        assert {link.status for link in data.links.values()} <= {
            LinkStatus.PAID, LinkStatus.CLOSED, LinkStatus.FAILED,
        }  # fmt: skip
        assert [row for row in data.notices.values() if row.state != "done"] == []

    def check_all_money(self) -> None:
        data = self.store.data
        assert {paid.payment_id for _, paid in self.paid} <= set(data.payments)
        unmatched = {p.provider_id for p in data.payments.values() if p.order_number is None}
        assert all(payment_id.startswith("other_") for payment_id in unmatched)
        sent = {refund.key for refund in data.refunds.values() if refund.status is not RefundStatus.FAILED}
        assert sent <= set(self.scene.razorpay.refunds) <= set(data.refunds)


HOME_COST = catalogue().variants[0].price

TestTrade = Trade.TestCase
TestTrade.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
