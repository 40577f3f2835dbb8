"""What a cart costs: goods − coupon + delivery, all in paise."""

from dataclasses import dataclass
from datetime import date

from model.catalogue import Catalogue, Coupon, DeliveryArea
from model.errors import Refused
from model.money import ZERO, Money
from model.order import Cart, OrderLine, Totals


@dataclass(frozen=True, slots=True)
class Quote:
    """The lines and totals of a cart; `coupon` is the code that counted, `gone` the SKUs no longer sold."""

    lines: tuple[OrderLine, ...]
    totals: Totals
    coupon: str | None
    gone: tuple[str, ...]


def discount(coupon: Coupon, goods: Money, today: date) -> Money:
    """What a coupon takes off. Raises Refused: coupon_expired, coupon_min_order."""
    if not coupon.valid_from <= today <= coupon.valid_until:
        raise Refused("coupon_expired", code=coupon.code)
    if goods < coupon.min_order:
        raise Refused("coupon_min_order", code=coupon.code, amount=coupon.min_order)
    off = coupon.amount if coupon.amount is not None else goods.percent(coupon.percent or 0)
    return min(off, goods, off if coupon.max_discount is None else coupon.max_discount)


def _counted(catalogue: Catalogue, code: str | None, goods: Money, today: date) -> tuple[str | None, Money]:
    coupon = catalogue.coupon(code) if code else None
    if coupon is None:
        return None, ZERO
    try:
        return coupon.code, discount(coupon, goods, today)
    except Refused:
        return None, ZERO


def _line(catalogue: Catalogue, sku: str, packs: int) -> OrderLine | None:
    variant = catalogue.variant(sku)
    product = catalogue.product(variant.product_id) if variant else None
    if variant is None or product is None:
        return None
    return OrderLine(sku, product.id, product.name["en"], variant.pack, variant.size, packs, variant.price)


def quote(catalogue: Catalogue, cart: Cart, area: DeliveryArea | None, today: date) -> Quote:
    """Price a cart for an area (without one delivery is not counted yet)."""
    found = [(line.sku, _line(catalogue, line.sku, line.packs)) for line in cart.lines]
    lines = tuple(line for _, line in found if line is not None)
    goods = sum((line.total for line in lines), ZERO)
    code, off = _counted(catalogue, cart.coupon, goods, today)
    delivery = area.charge_for(goods) if area else ZERO
    return Quote(lines, Totals(goods, off, delivery), code, tuple(sku for sku, line in found if line is None))
