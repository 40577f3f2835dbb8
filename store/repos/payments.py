"""Links, payments, refunds."""

from typing import Any, TypeVar

from sqlalchemy import Select, bindparam, insert, select, update

from model.order import Payment, PaymentLink, Refund
from store import tables as t
from store.repos.base import Repository, once

T = TypeVar("T")
_l, _p, _r = t.payment_link.c, t.payment.c, t.refund.c
READ = select(
    _p.provider_id, _p.order_number, _p.reference, _p.amount, _p.currency, _p.method, _p.at, _p.applied
)  # fmt: skip
OF_ORDER = READ.where(_p.order_number == bindparam("order")).order_by(_p.id)
_ADD = once(t.payment)
_SAVE = update(t.payment).where(_p.provider_id == bindparam("known"))
_GET = READ.where(_p.provider_id == bindparam("known")).with_for_update(key_share=True)

_LINKS = select(
    _l.reference, _l.order_number, _l.amount, _l.status, _l.expires_at, _l.provider_id, _l.url
).with_for_update(key_share=True)
_LINK = _LINKS.where(_l.reference == bindparam("known"))
_LINK_BY_PROVIDER = _LINKS.where(_l.provider_id == bindparam("known"))
_LINKS_OF = _LINKS.where(_l.order_number == bindparam("known")).order_by(_l.id)
_ADD_LINK = insert(t.payment_link).inline()
_SAVE_LINK = update(t.payment_link).where(_l.reference == bindparam("known"))

_REFUNDS = select(
    _r.key, _r.payment_id, _r.order_number, _r.amount, _r.reason, _r.status, _r.provider_id
).with_for_update(key_share=True)
_REFUND = _REFUNDS.where(_r.key == bindparam("known"))
_REFUND_BY_PROVIDER = _REFUNDS.where(_r.provider_id == bindparam("known"))
_REFUNDS_OF = _REFUNDS.where(_r.order_number == bindparam("known")).order_by(_r.id)
_ADD_REFUND = once(t.refund)
_SAVE_REFUND = update(t.refund).where(_r.key == bindparam("known"))


class SqlPayments(Repository):
    """`model.ports.Payments`."""

    __slots__ = ()

    def add_link(self, link: PaymentLink) -> None:
        self._all(_ADD_LINK, **_values(link))

    def save_link(self, link: PaymentLink) -> None:
        values = {"status": link.status, "provider_id": link.provider_id, "url": link.url}
        self._change(_SAVE_LINK, known=link.reference, **values)

    def link(self, reference: str) -> PaymentLink | None:
        return self._find(PaymentLink, _LINK, reference)

    def link_by_provider(self, provider_id: str) -> PaymentLink | None:
        return self._find(PaymentLink, _LINK_BY_PROVIDER, provider_id)

    def links_of(self, order_number: str) -> list[PaymentLink]:
        return [PaymentLink(*row) for row in self._all(_LINKS_OF, known=order_number)]

    def add(self, payment: Payment) -> bool:
        return self._insert(_ADD, **_values(payment)) is not None

    def get(self, provider_id: str) -> Payment | None:
        return self._find(Payment, _GET, provider_id)

    def save(self, payment: Payment) -> None:
        values = {"order_number": payment.order_number, "applied": payment.applied}
        self._change(_SAVE, known=payment.provider_id, **values)

    def of_order(self, order_number: str) -> list[Payment]:
        return [Payment(*row) for row in self._all(OF_ORDER, order=order_number)]

    def add_refund(self, refund: Refund) -> bool:
        return self._insert(_ADD_REFUND, **_values(refund)) is not None

    def refund(self, key: str) -> Refund | None:
        return self._find(Refund, _REFUND, key)

    def refund_by_provider(self, provider_id: str) -> Refund | None:
        return self._find(Refund, _REFUND_BY_PROVIDER, provider_id)

    def refunds_of(self, order_number: str) -> list[Refund]:
        return [Refund(*row) for row in self._all(_REFUNDS_OF, known=order_number)]

    def save_refund(self, refund: Refund) -> None:
        self._change(_SAVE_REFUND, known=refund.key, status=refund.status, provider_id=refund.provider_id)

    def _find(self, kind: type[T], query: Select[Any], known: str) -> T | None:
        row = self._first(query, known=known)
        return kind(*row) if row else None


def _values(value: Any) -> dict[str, Any]:
    """Columns are named as the fields of links, payments and refunds."""
    return {name: getattr(value, name) for name in value.__slots__}
