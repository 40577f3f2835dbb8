"""People and their carts."""

from sqlalchemy import bindparam, insert, select, update

from model.order import Cart, CartLine, Customer
from model.rows import Consent
from store import tables as t
from store.repos.base import Repository, upsert

_c, _cart = t.customer.c, t.cart.c
_GET = select(*(_c[name] for name in Customer.__slots__)).where(_c.id == bindparam("key"))
_SAVE = update(t.customer).where(_c.id == bindparam("key"))
_CART = (
    select(_cart.lines, _cart.coupon)
    .where(_cart.customer_id == bindparam("key"))
    .with_for_update(key_share=True)
)  # fmt: skip
_CONSENT = insert(t.consent).inline()
_CONSENTS = (
    select(*(t.consent.c[name] for name in Consent.__slots__))
    .where(t.consent.c.customer_id == bindparam("customer"))
    .order_by(t.consent.c.id)
)
_SAVE_CART = upsert(t.cart, "customer_id", "lines", "coupon")


class SqlCustomers(Repository):
    """`model.ports.Customers`."""

    __slots__ = ()

    def get(self, customer_id: int) -> Customer:
        return Customer(*self._one(_GET, "customer", key=customer_id))

    def save(self, customer: Customer) -> None:
        values = {"name": customer.name, "phone": customer.phone, "street": customer.street}
        self._change(_SAVE, key=customer.id, **values, pincode=customer.pincode)

    def cart(self, customer_id: int) -> Cart:
        row = self._first(_CART, key=customer_id)
        if row is None:
            return Cart(customer_id)
        return Cart(customer_id, tuple(CartLine(sku, packs) for sku, packs in row.lines), row.coupon)

    def save_cart(self, cart: Cart) -> None:
        lines = [(line.sku, line.packs) for line in cart.lines]
        self._insert(_SAVE_CART, customer_id=cart.customer_id, lines=lines, coupon=cart.coupon)

    def consent(self, consent: Consent) -> None:
        self._all(_CONSENT, **{name: getattr(consent, name) for name in Consent.__slots__})
        flag = "no_marketing" if consent.marketing else "silent"
        self._change(_SAVE, key=consent.customer_id, **{flag: not consent.wanted})

    def consents(self, customer_id: int) -> list[Consent]:
        return [Consent(*row) for row in self._all(_CONSENTS, customer=customer_id)]
