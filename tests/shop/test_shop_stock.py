"""Stock of several products at once: all of it or nothing."""

from shop import stock
from tests.kit import Stall

NEEDS = {"mango": 500, "laddu": 6}
TOO_MUCH = {"mango": 500, "laddu": 61}


def test_stock_is_held_let_go_sold_and_put_back(stall: Stall) -> None:
    assert stall.do(lambda work: stock.hold_all(work.uow.catalogue, NEEDS))
    assert (stall.shelf("mango"), stall.shelf("laddu")) == ((10_000, 500), (60, 6))
    stall.do(lambda work: stock.take_held_all(work.uow.catalogue, NEEDS))
    assert (stall.shelf("mango"), stall.shelf("laddu")) == ((9_500, 0), (54, 0))
    stall.do(lambda work: stock.put_back_all(work.uow.catalogue, NEEDS))
    stall.do(lambda work: stock.hold_all(work.uow.catalogue, NEEDS))
    stall.do(lambda work: stock.unhold_all(work.uow.catalogue, NEEDS))
    assert (stall.shelf("mango"), stall.shelf("laddu")) == ((10_000, 0), (60, 0))


def test_where_one_product_is_short_none_is_held_or_sold(stall: Stall) -> None:
    assert not stall.do(lambda work: stock.hold_all(work.uow.catalogue, TOO_MUCH))
    assert not stall.do(lambda work: stock.take_all(work.uow.catalogue, TOO_MUCH))
    assert (stall.shelf("mango"), stall.shelf("laddu")) == ((10_000, 0), (60, 0))


def test_the_last_of_it_can_be_had(stall: Stall) -> None:
    everything = {"mango": 10_000, "garlic": 5_000, "laddu": 60}
    assert stall.do(lambda work: stock.take_all(work.uow.catalogue, everything))
    assert not stall.do(lambda work: stock.take_all(work.uow.catalogue, {"laddu": 1}))
