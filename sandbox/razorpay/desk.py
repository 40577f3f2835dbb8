"""Where things happen: each changes the ledger and tells the shop by webhook."""

import asyncio

from sandbox.postman import Letter, Postman
from sandbox.razorpay import events
from sandbox.razorpay.chaos import Chaos
from sandbox.razorpay.entities import Link, Method, Payment, Refund
from sandbox.razorpay.ledger import Ledger
from sandbox.razorpay.rules import NewRefund
from sandbox.tasks import Tasks


class Desk:
    """The ledger with a postman. Methods raise `Refusal` where Razorpay would refuse."""

    def __init__(self, ledger: Ledger, postman: Postman, chaos: Chaos, tasks: Tasks) -> None:
        self.ledger = ledger
        self.postman = postman
        self.chaos = chaos
        self._tasks = tasks

    def link(self, link_id: str) -> Link:
        """The link in its state of this second."""
        self.expire_due()
        return self.ledger.link(link_id)

    def cancel(self, link_id: str) -> Link:
        """The shop withdraws a link."""
        link = self.link(link_id)
        self.ledger.cancel(link)
        self.postman.post([events.closed(link, self.ledger.now())])
        return link

    def pay(self, link_id: str, method: Method, late: bool = False) -> Payment:
        """The customer pays; `late` money arrives whatever the state of the link."""
        link = self.link(link_id)
        first = link.status != "paid"
        payment = self.ledger.capture(link, method, late)
        self.postman.post(events.paid(payment, first, self.ledger.now()))
        return payment

    def fail(self, link_id: str, method: Method) -> Payment:
        """The customer's bank declines; the link stays open."""
        payment = self.ledger.fail(self.link(link_id), method)
        self.postman.post([events.failed(payment, self.ledger.now())])
        return payment

    def refund(self, payment_id: str, asked: NewRefund) -> Refund:
        """Money goes back: pending now, processed a little later."""
        refund = self.ledger.add_refund(self.ledger.payment(payment_id), asked)
        created = events.refund(refund, self.ledger.now())
        if self.chaos.knobs.shuffle:
            self._tasks.start(self._process(refund, [created]))
        else:
            self.postman.post([created])
            self._tasks.start(self._process(refund, []))
        return refund

    def expire(self, link: Link) -> None:
        """A link's time is over."""
        self.ledger.expire(link)
        self.postman.post([events.closed(link, self.ledger.now())])

    def expire_due(self) -> None:
        """Close every open link whose time is over."""
        for link in self.ledger.due():
            self.expire(link)

    async def watch_clock(self, every: float = 1.0) -> None:
        """Close links as their time comes."""
        while True:
            self.expire_due()
            await asyncio.sleep(every)

    async def _process(self, refund: Refund, untold: list[Letter]) -> None:
        await asyncio.sleep(self.chaos.knobs.refund_ms / 1000)
        self.ledger.process(refund)
        self.postman.post([*untold, events.refund(refund, self.ledger.now())])
