"""Which money counts for which order, each payment once."""

import pytest

from model.money import Money
from model.order import HOLD_FOR, LinkStatus, Order, OrderStatus, PayBy, PaymentLink, Refund, TicketKind
from model.ports import LinkState, PaidBy
from shop import orders, payments, refunds
from tests.kit import Stall


def opened(stall: Stall, order: Order) -> PaymentLink:
    """The order's newest link, made by Razorpay."""
    link = stall.links(order)[-1]
    stall.do(lambda work: payments.link_made(work, link.reference, state(link)), "razorpay")
    return stall.links(order)[-1]


def state(link: PaymentLink, status: str = "created", *paid: PaidBy) -> LinkState:
    provider_id = f"plink_{link.reference}"
    return LinkState(provider_id, link.reference, status, "https://pay.example", link.amount, "INR", paid)


def money(stall: Stall, link: PaymentLink, payment_id: str = "pay_1", paise: int = 0, currency: str = "INR") -> PaidBy:
    return PaidBy(payment_id, Money(paise or link.amount.paise), currency, "upi", stall.clock())


def arrives(stall: Stall, paid: PaidBy, reference: str | None, link_id: str | None) -> None:
    stall.do(lambda work: payments.arrived(work, paid, reference, link_id), "razorpay")


def pay(stall: Stall, link: PaymentLink, payment_id: str = "pay_1") -> None:
    arrives(stall, money(stall, link, payment_id), link.reference, f"plink_{link.reference}")


def close(stall: Stall, link: PaymentLink, *paid: PaidBy) -> None:
    """What Razorpay answers when the link is closed."""
    told = state(link, "paid" if paid else "cancelled", *paid)
    stall.do(lambda work: payments.link_state(work, link.reference, told), "razorpay")


def hold_ends(stall: Stall, order: Order) -> None:
    stall.clock.advance(seconds=HOLD_FOR.total_seconds())
    stall.do(lambda work: payments.hold_ended(work, order.number), "timer")


def expire(stall: Stall, order: Order) -> None:
    hold_ends(stall, order)
    close(stall, stall.links(order)[-1])


def refunds_of(stall: Stall) -> dict[str, str]:
    """Payment id -> why it goes back."""
    return {refund.payment_id: refund.reason for refund in stall.store.data.refunds.values()}


def unmatched(stall: Stall) -> list[str]:
    return [p.provider_id for p in stall.store.data.payments.values() if p.order_number is None]


def tickets(stall: Stall) -> list[TicketKind]:
    return [ticket.kind for ticket in stall.store.data.tickets.values()]


def test_a_matching_payment_confirms_the_order_and_sells_what_was_held(stall: Stall) -> None:
    order = stall.order("asha", mango_250=2)
    pay(stall, opened(stall, order))
    now = stall.now_of(order)
    assert (now.status, now.paid_at) == (OrderStatus.CONFIRMED, stall.clock())
    assert stall.shelf("mango") == (9_500, 0)
    assert stall.links(order)[0].status is LinkStatus.PAID
    assert stall.do(lambda work: work.uow.customers.cart(order.customer_id)).lines == ()
    assert stall.events() == ["link_ready", "order_paid"]


def test_a_payment_told_four_times_counts_once(stall: Stall) -> None:
    order = stall.order("asha", mango_250=2)
    link = opened(stall, order)
    pay(stall, link)
    arrives(stall, money(stall, link), None, f"plink_{link.reference}")
    arrives(stall, money(stall, link), link.reference, None)
    close(stall, link, money(stall, link))
    assert (stall.events().count("order_paid"), refunds_of(stall), unmatched(stall)) == (1, {}, [])
    assert stall.shelf("mango") == (9_500, 0)


def test_a_payment_may_be_told_of_before_its_link_is_known_to_be_made(stall: Stall) -> None:
    order = stall.order()
    link = stall.links(order)[0]
    pay(stall, link)
    stall.do(lambda work: payments.link_made(work, link.reference, state(link)), "razorpay")
    assert stall.now_of(order).status is OrderStatus.CONFIRMED
    assert stall.links(order)[0].status is LinkStatus.PAID
    assert "link_ready" not in stall.events()


@pytest.mark.parametrize(
    ("paise", "currency", "reference", "link_id"),
    [
        (15999, "INR", "own", "own"),
        (16001, "INR", "own", "own"),
        (16000, "USD", "own", "own"),
        (16000, "inr", "own", "own"),
        (16000, "INR", "own", "plink_other"),
        (16000, "INR", "own", None),
        (16000, "INR", "HT-OTHER-1", "plink_other"),
        (16000, "INR", None, None),
    ],
)
def test_money_that_does_not_match_in_everything_is_kept_as_unmatched_and_shown(
    stall: Stall, paise: int, currency: str, reference: str | None, link_id: str | None
) -> None:
    order = stall.order()
    link = opened(stall, order)
    own = {"own": link.reference}
    paid = money(stall, link, "pay_1", paise, currency)
    for _ in range(2):
        arrives(
            stall,
            paid,
            own.get(reference or "", reference),
            f"plink_{link.reference}" if link_id == "own" else link_id,
        )
    assert stall.now_of(order).status is OrderStatus.AWAITING_PAYMENT
    assert (unmatched(stall), tickets(stall), refunds_of(stall)) == (["pay_1"], [TicketKind.PAYMENT], {})
    assert stall.shelf("mango") == (10_000, 250)


def test_unmatched_money_is_matched_once_razorpay_names_its_link(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    arrives(stall, money(stall, link), link.reference, None)
    assert [e.effect.body["reference"] for e in stall.store.data.effects.values()] == [link.reference] * 2
    close(stall, link, money(stall, link))
    assert (unmatched(stall), stall.now_of(order).status) == ([], OrderStatus.CONFIRMED)


def test_two_payments_of_one_link_count_once_and_the_later_goes_back(stall: Stall) -> None:
    link = opened(stall, stall.order())
    pay(stall, link, "pay_1")
    pay(stall, link, "pay_2")
    pay(stall, link, "pay_2")
    assert refunds_of(stall) == {"pay_2": "already_paid"}
    assert stall.events().count("refund_wanted") == 1


@pytest.mark.parametrize("first", [0, 1])
def test_when_the_old_link_and_the_fresh_one_are_both_paid_the_later_payment_goes_back(
    stall: Stall, first: int
) -> None:
    order = stall.order()
    opened(stall, order)
    stall.do(lambda work: orders.fresh_link(work, stall.now_of(order)))
    opened(stall, order)
    links = stall.links(order)
    pay(stall, links[first], "pay_1")
    pay(stall, links[1 - first], "pay_2")
    assert stall.now_of(order).status is OrderStatus.CONFIRMED
    assert refunds_of(stall) == {"pay_2": "already_paid"}
    assert stall.shelf("mango") == (9_750, 0)


def test_paying_closes_the_orders_other_links(stall: Stall) -> None:
    order = stall.order()
    old = opened(stall, order)
    stall.do(lambda work: orders.fresh_link(work, stall.now_of(order)))
    pay(stall, old)
    assert [link.status for link in stall.links(order)] == [LinkStatus.PAID, LinkStatus.CLOSING]


def test_stock_goes_only_when_the_link_is_closed(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    hold_ends(stall, order)
    assert stall.shelf("mango") == (10_000, 250)
    assert stall.now_of(order).status is OrderStatus.AWAITING_PAYMENT
    assert stall.links(order)[0].status is LinkStatus.CLOSING
    close(stall, link)
    assert stall.shelf("mango") == (10_000, 0)
    assert stall.now_of(order).status is OrderStatus.EXPIRED
    assert stall.events()[-1] == "order_expired"


def test_stock_goes_only_when_the_last_of_several_links_is_closed(stall: Stall) -> None:
    order = stall.order()
    opened(stall, order)
    stall.do(lambda work: orders.fresh_link(work, stall.now_of(order)))
    opened(stall, order)
    hold_ends(stall, order)
    old, fresh = stall.links(order)
    close(stall, old)
    assert stall.shelf("mango") == (10_000, 250)
    close(stall, fresh)
    assert stall.shelf("mango") == (10_000, 0)


def test_a_payment_found_while_closing_pays(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    hold_ends(stall, order)
    close(stall, link, money(stall, link))
    assert stall.now_of(order).status is OrderStatus.CONFIRMED
    assert (stall.shelf("mango"), refunds_of(stall)) == ((9_750, 0), {})


def test_a_link_paid_with_something_that_does_not_match_does_not_hold_stock_for_ever(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    hold_ends(stall, order)
    close(stall, link, money(stall, link, "pay_1", 1))
    assert (stall.now_of(order).status, unmatched(stall)) == (OrderStatus.EXPIRED, ["pay_1"])
    assert stall.shelf("mango") == (10_000, 0)


def test_the_hold_of_an_order_without_any_link_just_ends(stall: Stall) -> None:
    order = stall.order()
    stall.do(lambda work: payments.link_failed(work, f"{order.number}-1"))
    hold_ends(stall, order)
    assert (stall.now_of(order).status, stall.shelf("mango")) == (OrderStatus.EXPIRED, (10_000, 0))


def test_a_late_payment_is_honoured_while_stock_is_there(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    expire(stall, order)
    pay(stall, link)
    assert stall.now_of(order).status is OrderStatus.CONFIRMED
    assert (stall.shelf("mango"), refunds_of(stall)) == ((9_750, 0), {})


def test_a_late_payment_goes_back_where_the_stock_is_gone(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    expire(stall, order)
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 249))
    pay(stall, link)
    assert stall.now_of(order).status is OrderStatus.EXPIRED
    assert (stall.shelf("mango"), refunds_of(stall)) == ((249, 0), {"pay_1": "too_late"})


def test_money_for_a_cancelled_order_goes_back(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    stall.do(lambda work: orders.cancel(work, stall.now_of(order)))
    pay(stall, link)
    assert stall.now_of(order).status is OrderStatus.CANCELLED
    assert (stall.shelf("mango"), refunds_of(stall)) == ((10_000, 0), {"pay_1": "too_late"})


def test_cancelling_a_paid_order_returns_its_money_once(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    pay(stall, link)
    stall.do(lambda work: orders.cancel(work, stall.now_of(order)))
    pay(stall, link)
    assert (stall.shelf("mango"), refunds_of(stall)) == ((10_000, 0), {"pay_1": "cancelled"})


def test_paying_an_order_that_was_replaced_takes_the_unpaid_ones_place(stall: Stall) -> None:
    old = stall.order("asha", mango_250=2)
    link = opened(stall, old)
    new = stall.order("asha", garlic_250=1)
    pay(stall, link)
    assert (stall.now_of(old).status, stall.now_of(old).replaced_by) == (OrderStatus.CONFIRMED, None)
    assert (stall.now_of(new).status, stall.now_of(new).replaced_by) == (OrderStatus.REPLACED, old.number)
    assert (stall.shelf("mango"), stall.shelf("garlic")) == ((9_500, 0), (5_000, 0))


@pytest.mark.parametrize("way", [PayBy.ONLINE, PayBy.CASH])
def test_money_for_an_order_whose_successor_stands_goes_back(stall: Stall, way: PayBy) -> None:
    old = stall.order("asha", mango_250=2)
    link = opened(stall, old)
    new = stall.order("asha", way, mango_250=1)
    if way is PayBy.ONLINE:
        pay(stall, opened(stall, new), "pay_1")
    pay(stall, link, "pay_2")
    assert refunds_of(stall) == {"pay_2": "already_paid"}
    assert (stall.now_of(new).status, stall.shelf("mango")) == (OrderStatus.CONFIRMED, (9_750, 0))


@pytest.mark.parametrize("way", [PayBy.ONLINE, PayBy.CASH])
def test_money_for_an_order_whose_successor_was_cancelled_goes_back(stall: Stall, way: PayBy) -> None:
    old = stall.order("asha", mango_250=2)
    link = opened(stall, old)
    new = stall.order("asha", way, mango_250=1)
    stall.do(lambda work: orders.cancel(work, stall.now_of(new)))
    pay(stall, link)
    assert refunds_of(stall) == {"pay_1": "too_late"}
    assert (stall.now_of(new).status, stall.shelf("mango")) == (OrderStatus.CANCELLED, (10_000, 0))


def test_a_replaced_order_that_can_no_longer_be_filled_leaves_its_successor_alone(stall: Stall) -> None:
    old = stall.order("asha", mango_250=4)
    link = opened(stall, old)
    new = stall.order("asha", mango_250=1)
    stall.do(lambda work: work.uow.catalogue.set_on_hand("mango", 500))
    pay(stall, link)
    assert refunds_of(stall) == {"pay_1": "too_late"}
    assert (stall.now_of(new).status, stall.shelf("mango")) == (OrderStatus.AWAITING_PAYMENT, (500, 250))


def test_a_link_that_is_no_longer_wanted_is_not_told(stall: Stall) -> None:
    order = stall.order()
    stall.do(lambda work: orders.cancel(work, stall.now_of(order)))
    opened(stall, order)
    assert "link_ready" not in stall.events()
    assert stall.do(lambda work: payments.link_wanted(work, f"{order.number}-1")) is None


def test_coming_back_only_has_razorpay_asked(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    asked = stall.do(lambda work: payments.ask(work, str(link.provider_id)))
    assert asked == order
    assert stall.now_of(order).status is OrderStatus.AWAITING_PAYMENT
    assert [job.effect.kind.value for job in stall.store.data.effects.values()] == ["create_link", "check_link"]
    assert stall.do(lambda work: payments.ask(work, "plink_nobody")) is None


def test_a_failed_try_leaves_the_link_open(stall: Stall) -> None:
    order = stall.order()
    link = opened(stall, order)
    stall.do(lambda work: payments.failed(work, link.reference))
    stall.do(lambda work: payments.failed(work, "HT-OTHER-1"))
    assert stall.events()[-1:] == ["payment_failed"]
    pay(stall, link)
    stall.do(lambda work: payments.failed(work, link.reference))
    assert stall.events()[-1:] == ["order_paid"]


def progressed(stall: Stall, key: str, provider_id: str, status: str) -> Refund:
    stall.do(lambda work: refunds.progressed(work, key, provider_id, status))
    return stall.store.data.refunds[key]


def test_a_refund_only_goes_forward(stall: Stall) -> None:
    link = opened(stall, stall.order())
    pay(stall, link, "pay_1")
    pay(stall, link, "pay_2")
    key = refunds.key_of("pay_2")
    told = ["pending", "processed", "pending", "failed"]
    stands = [progressed(stall, key, "rfnd_1", status).status.value for status in told]
    assert stands == ["sent", "processed", "processed", "processed"]
    assert stall.events()[-2:] == ["refund_sent", "refund_processed"]


def test_a_refund_that_failed_calls_a_person_and_keeps_no_empty_id(stall: Stall) -> None:
    link = opened(stall, stall.order())
    for payment_id in ("pay_1", "pay_2", "pay_3"):
        pay(stall, link, payment_id)
    for payment_id in ("pay_2", "pay_3"):
        assert progressed(stall, refunds.key_of(payment_id), "", "failed").provider_id is None
    assert tickets(stall) == [TicketKind.REFUND] * 2


def test_a_notice_of_a_refund_is_known_by_its_payment(stall: Stall) -> None:
    link = opened(stall, stall.order())
    pay(stall, link, "pay_1")
    pay(stall, link, "pay_2")
    stall.do(lambda work: refunds.told(work, "rfnd_9", "pay_2", "processed"))
    stall.do(lambda work: refunds.told(work, "rfnd_8", "pay_7", "processed"))
    assert stall.store.data.refunds[refunds.key_of("pay_2")].provider_id == "rfnd_9"
