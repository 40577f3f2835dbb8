"""Carts: what a customer picks before ordering."""

from dataclasses import replace

from model.catalogue import DeliveryArea, Variant
from model.errors import Refused
from model.order import MAX_LINES, MAX_PACKS, Cart
from shop import prices
from shop.prices import Quote
from shop.work import Work


def _variant(work: Work, sku: str) -> Variant:
    variant = work.catalogue.variant(sku)
    if variant is None:
        raise Refused("sku_gone")
    return variant


def _check_stock(work: Work, cart: Cart, variant: Variant) -> None:
    """All packs of the product together must be free now (the hold at checkout decides for good)."""
    packs = work.catalogue.packs(variant.product_id)
    wanted = sum(pack.size * cart.packs_of(pack.sku) for pack in packs)
    free = work.uow.catalogue.free([variant.product_id])[variant.product_id] + _own_hold(work, cart, variant)
    if wanted > free:
        others = wanted - variant.size * cart.packs_of(variant.sku)
        left = max(0, (free - others) // variant.size)
        name = work.catalogue.product(variant.product_id)
        params = {"product": name.name if name else variant.sku, "pack": variant.pack}
        raise Refused("only_left", left=left, **params) if left else Refused("sold_out", **params)


def _own_hold(work: Work, cart: Cart, variant: Variant) -> int:
    """What the customer's own unpaid order holds comes back to them when they order anew."""
    hold = work.uow.orders.hold_of(cart.customer_id)
    return hold.needs.get(variant.product_id, 0) if hold else 0


def set_packs(work: Work, customer_id: int, sku: str, packs: int) -> Cart:
    """Have exactly so many packs of a SKU in the cart; 0 takes it out.

    Raises Refused: sku_gone, too_many, too_many_lines, only_left, sold_out.
    """
    cart = work.uow.customers.cart(customer_id)
    changed = cart.with_packs(sku, packs)
    if packs > cart.packs_of(sku):
        if packs > MAX_PACKS:
            raise Refused("too_many", max=MAX_PACKS)
        if len(changed.lines) > MAX_LINES:
            raise Refused("too_many_lines", max=MAX_LINES)
        _check_stock(work, changed, _variant(work, sku))
    work.uow.customers.save_cart(changed)
    return changed


def add(work: Work, customer_id: int, sku: str, packs: int) -> Cart:
    """Put packs of a SKU into the cart, beside what is there. Raises as `set_packs`."""
    if packs < 1:
        raise Refused("quantity_invalid")
    return set_packs(work, customer_id, sku, work.uow.customers.cart(customer_id).packs_of(sku) + packs)


def clear(work: Work, customer_id: int) -> None:
    """Empty the cart."""
    work.uow.customers.save_cart(Cart(customer_id))


def take_out(work: Work, customer_id: int, ordered: dict[str, int]) -> None:
    """Remove what was ordered (SKU -> packs); what was picked since stays."""
    cart = work.uow.customers.cart(customer_id)
    for sku, packs in ordered.items():
        cart = cart.with_packs(sku, max(0, cart.packs_of(sku) - packs)) if cart.packs_of(sku) else cart
    work.uow.customers.save_cart(replace(cart, coupon=None))


def quote(work: Work, customer_id: int, area: DeliveryArea | None = None) -> Quote:
    """What the cart costs now."""
    return prices.quote(work.catalogue, work.uow.customers.cart(customer_id), area, work.local_now.date())


def apply_coupon(work: Work, customer_id: int, code: str) -> Quote:
    """Use a coupon on the cart. Raises Refused: cart_empty, coupon_unknown, coupon_expired, coupon_min_order."""
    coupon = work.catalogue.coupon(code)
    if coupon is None:
        raise Refused("coupon_unknown", code=code[:20])
    now = quote(work, customer_id)
    if not now.lines:
        raise Refused("cart_empty")
    prices.discount(coupon, now.totals.goods, work.local_now.date())
    work.uow.customers.save_cart(replace(work.uow.customers.cart(customer_id), coupon=coupon.code))
    return quote(work, customer_id)
