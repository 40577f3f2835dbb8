"""Where things happen: the shop's messages reach telephones, and what customers do reaches the shop."""

from typing import Any

from sandbox.meta import updates
from sandbox.meta.chaos import Chaos
from sandbox.meta.customers import Customer, Customers, Pace
from sandbox.meta.despatch import Despatch
from sandbox.meta.errors import GraphError, parameter
from sandbox.meta.fates import Fates
from sandbox.meta.ids import message_id
from sandbox.meta.ledger import Ledger, Record
from sandbox.meta.media import MediaDesk
from sandbox.meta.messages import Asked, read_message
from sandbox.meta.settings import MetaSettings
from sandbox.meta.templates import Templates
from sandbox.tasks import Tasks
from sandbox.telephone.entries import Entry, Writing
from sandbox.telephone.exchange import Exchange

Json = dict[str, Any]


class Desk:
    """One number of the shop. Methods raise `GraphError` where Meta would refuse."""

    def __init__(
        self, settings: MetaSettings, exchange: Exchange, chaos: Chaos, despatch: Despatch, tasks: Tasks
    ) -> None:
        self.settings = settings
        self.exchange = exchange
        self.chaos = chaos
        self.despatch = despatch
        self.customers = Customers()
        self.templates = Templates(settings.templates)
        self.media = MediaDesk(exchange, settings.shop_url, settings.app_secret)
        self.ledger = Ledger(exchange)
        self._fates = Fates(exchange, chaos, despatch, self.media, tasks)
        self._number_pace, self._pair_pace = Pace(), Pace()

    def accept(self, body: Json) -> tuple[Asked, Customer, str]:
        """The shop sends a message; gives what it asked for, to whom, and the new id."""
        asked = read_message(body, self.templates, self.media.check)
        refusal = self.chaos.next_refusal()
        if refusal is not None:
            raise GraphError(refusal)
        customer, at = self._recipient(asked), self.exchange.clock()
        self._check_pace(customer, at)
        shut = not asked.is_template and self._shut(customer, at)
        if shut and self.chaos.knobs.window == "refuse":
            raise GraphError(131047)
        new_id = message_id(customer.number)
        record = self.ledger.add(Record(new_id, customer.number, at, asked, body))
        entry = Entry.of_shop(new_id, at, self.settings.phone_number_id, asked.kind, asked.shown)
        self.exchange.show("whatsapp", customer.number, entry)
        self._fates.begin(record, customer, shut)
        return asked, customer, new_id

    def mark_read(self, message_id: str, typing: bool) -> None:
        """The shop has read a customer's message and all before it, and may be seen typing."""
        where = self.exchange.holder(message_id)
        entry = where.entries[message_id] if where else None
        if where is None or entry is None or entry.by != "customer":
            raise parameter("Param message_id is not the id of a message of a customer.")
        for earlier in list(where.entries.values()):
            if earlier.by == "customer" and earlier.shop == entry.shop:
                self.exchange.tick(earlier.id, "read")
            if earlier is entry:
                break
        if typing:
            self.exchange.typing("whatsapp", where.number, entry.shop)

    def write(self, writing: Writing) -> str:
        """A customer does something: tell the shop; gives the id of the message."""
        customer = self.customers.of(writing.number)
        customer.name = writing.name or customer.name
        if writing.deed == "open":
            self._fates.read(self.ledger.found(writing.content["entries"]), customer)
            return ""
        customer.wrote_at = writing.at
        tapped = self.exchange.find(str(writing.content.get("entry", "")))
        media = self.exchange.media.get(str(writing.content.get("media", "")))
        kind = tapped.kind if tapped else ""
        content = updates.content_of(writing, self.settings.number, media, kind)
        new_id = message_id(writing.number)
        self.despatch.tell(updates.message(customer, new_id, writing.at, content))
        return new_id

    def come_online(self, customer: Customer) -> None:
        """What waited for this customer's telephone is delivered."""
        customer.offline = False
        self._fates.deliver(self.ledger.to(customer.number), customer)

    def forget(self) -> None:
        """As at the start, but for templates and knobs."""
        self.customers.forget()
        self.ledger.forget()
        self._number_pace.forget()
        self._pair_pace.forget()

    def _recipient(self, asked: Asked) -> Customer:
        if asked.to == self.settings.number:
            raise GraphError(131021)
        if asked.recipient and asked.category == "AUTHENTICATION":
            raise GraphError(131062)
        if asked.to:
            return self.customers.of(asked.to)
        customer = self.customers.by_user_id(asked.recipient)
        if customer is None:
            raise parameter("Param recipient is not the business-scoped user ID of anybody who wrote to this business.")
        return customer

    def _check_pace(self, customer: Customer, at: float) -> None:
        knobs = self.chaos.knobs
        if knobs.rate and not self._number_pace.take("", at, 1 / knobs.rate, knobs.rate):
            raise GraphError(130429)
        every = knobs.pair_every_ms / 1000
        if knobs.pair_burst and not self._pair_pace.take(customer.number, at, every, knobs.pair_burst):
            raise GraphError(131056)

    def _shut(self, customer: Customer, at: float) -> bool:
        knobs = self.chaos.knobs
        return knobs.window != "open" and at - customer.wrote_at > knobs.window_s
