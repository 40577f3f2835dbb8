"""Fakes of the ports that face the world: the NLU, a channel, Razorpay."""

import asyncio
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, TypeVar

from model.catalogue import Catalogue
from model.errors import Fault, Unavailable
from model.message import Address, Entity, Heard, Media, Sent
from model.order import PaymentLink, Refund
from model.ports import LinkState, PaidBy
from model.rows import OutboxRow

T = TypeVar("T")
_SOONEST = timedelta(minutes=15)


@dataclass
class ScriptedNlu:
    """The `Nlu` port. `script` maps a text to what is heard in it; other texts are `inform` and nothing more.

    `down`: it answers nobody. `gate`: every answer waits for it; `asked` is set when somebody asks.
    """

    script: dict[str, Heard] = field(default_factory=dict)
    down: bool = False
    gate: asyncio.Event | None = None
    asked: asyncio.Event = field(default_factory=asyncio.Event)
    texts: list[str] = field(default_factory=list)

    async def hear(self, text: str, message_id: str) -> Heard:
        self.texts.append(text)
        self.asked.set()
        if self.gate:
            await self.gate.wait()
        if self.down:
            raise Unavailable("nlu", 1.0)
        return self.script.get(text) or Heard(text, "inform", 0.9)

    def means(self, text: str, intent: str, confidence: float = 0.95, **more: Any) -> None:
        """Hear this intent in this text; `product="mango pickle"` and the like mark entities."""
        known = {name: more.pop(name) for name in list(more) if name in Heard.__dataclass_fields__}
        entities = tuple(
            Entity(kind, value, text.index(value), text.index(value) + len(value)) for kind, value in more.items()
        )
        self.script[text] = Heard(text, intent, confidence, entities=entities, **known)

    async def put_catalogue(self, catalogue: Catalogue) -> None:
        """Nothing is recognised that the script does not mark."""

    async def healthy(self) -> bool:
        return not self.down


@dataclass
class RecordingSender:
    """The `Sender` port. What `troubles` holds is raised first, one a try; None lets one through.

    `parts` is how many messages a reply has (a template is one), `ids` what they were called; 0: a channel without ids.
    """

    sent: list[OutboxRow] = field(default_factory=list)
    troubles: list[Exception | None] = field(default_factory=list)
    gate: asyncio.Event | None = None
    began: asyncio.Event = field(default_factory=asyncio.Event)
    parts: int = 0
    ids: list[str] = field(default_factory=list)
    tries: int = 0

    async def send(self, row: OutboxRow) -> Sent | None:
        self.tries += 1
        self.began.set()
        if self.gate:
            await self.gate.wait()
        trouble = self.troubles.pop(0) if self.troubles else None
        if trouble:
            raise trouble
        self.sent.append(row)
        if not self.parts:
            return None
        self.ids.append(f"wamid.{len(self.ids)}")
        return Sent(self.ids[-1], more=row.content["kind"] != "template" and row.parts + 1 < self.parts)

    def keys(self, user: str = "asha") -> list[str]:
        """What was sent to a customer, in order: response keys, names of templates, `agent` for an agent's words."""
        return [_key(row) for row in self.sent if row.address.user == user]


def _key(row: OutboxRow) -> str:
    template = row.content["template"]["name"] if row.content["kind"] == "template" else ""
    return template or str(row.content.get("key", row.author))


@dataclass
class RecordingAttentive:
    """The `Attentive` port: the ids of the messages that it showed to be read."""

    seen: list[str] = field(default_factory=list)

    async def attend(self, address: Address, provider_id: str) -> None:
        self.seen.append(provider_id)


@dataclass
class FakeMedia:
    """The `MediaSource` port: files by the provider's ids. What `troubles` holds is raised first, one a try."""

    files: dict[str, bytes] = field(default_factory=dict)
    troubles: list[Exception] = field(default_factory=list)
    fetched: list[str] = field(default_factory=list)

    async def fetch(self, address: Address, media: Media) -> bytes:
        self.fetched.append(media.ref)
        if self.troubles:
            raise self.troubles.pop(0)
        if media.ref not in self.files:
            raise Fault("it is gone")
        return self.files[media.ref]


@dataclass
class FakeTranscriber:
    """The `Transcriber` port: what is said in each recording. `down`: it answers nobody."""

    script: dict[bytes, str] = field(default_factory=dict)
    down: bool = False

    async def words(self, recording: bytes, mime: str) -> str:
        if self.down:
            raise Unavailable("transcriber", 1.0)
        return self.script.get(recording, "")


@dataclass
class MadeLink:
    """A link as the fake Razorpay has it."""

    link: PaymentLink
    provider_id: str
    status: str = "created"
    payments: list[PaidBy] = field(default_factory=list)


@dataclass
class FakeRazorpay:
    """The `PaymentGateway` port in memory.

    `troubles` maps a call's name to what befalls its next tries: "down" (nothing was done), "lost" (it was done,
    the answer was lost) or "refused" (a Fault). `calls` names the calls in order.
    """

    clock: Callable[[], datetime]
    made: dict[str, MadeLink] = field(default_factory=dict)
    refunds: dict[str, tuple[str, str]] = field(default_factory=dict)
    troubles: dict[str, list[str]] = field(default_factory=lambda: defaultdict(list))
    calls: list[str] = field(default_factory=list)
    _count: int = 0

    async def create(self, link: PaymentLink, customer: Mapping[str, str], description: str) -> LinkState:
        return self._meet("create", lambda: self._create(link))

    async def find(self, reference: str) -> LinkState | None:
        return self._meet("find", lambda: self._state(self.made[reference]) if reference in self.made else None)

    async def fetch(self, provider_id: str) -> LinkState:
        return self._meet("fetch", lambda: self._state(self._by_id(provider_id)))

    async def cancel(self, provider_id: str) -> LinkState:
        return self._meet("cancel", lambda: self._cancel(self._by_id(provider_id)))

    async def refund(self, refund: Refund) -> tuple[str, str]:
        return self._meet(
            "refund", lambda: self.refunds.setdefault(refund.key, (f"rfnd_{len(self.refunds)}", "pending"))
        )

    def pay(self, reference: str) -> PaidBy:
        """The customer pays a link, whatever its state."""
        made = self.made[reference]
        self._count += 1
        paid = PaidBy(f"pay_{self._count}", made.link.amount, "INR", "upi", self.clock())
        made.payments.append(paid)
        made.status = "paid"
        return paid

    def _create(self, link: PaymentLink) -> LinkState:
        if link.reference in self.made:
            raise Unavailable("razorpay", 0.1)
        if link.expires_at < self.clock() + _SOONEST:
            raise Fault("razorpay refused: expire_by must be at least 15 minutes ahead")
        self.made[link.reference] = MadeLink(link, f"plink_{link.reference}")
        return self._state(self.made[link.reference])

    def _cancel(self, made: MadeLink) -> LinkState:
        if self._state(made).status == "created":
            made.status = "cancelled"
        return self._state(made)

    def _by_id(self, provider_id: str) -> MadeLink:
        return next(made for made in self.made.values() if made.provider_id == provider_id)

    def _state(self, made: MadeLink) -> LinkState:
        if made.status == "created" and made.link.expires_at <= self.clock():
            made.status = "expired"
        url = f"https://pay.example/{made.provider_id}"
        link = made.link
        return LinkState(made.provider_id, link.reference, made.status, url, link.amount, "INR", tuple(made.payments))

    def _meet(self, call: str, work: Callable[[], T]) -> T:
        self.calls.append(call)
        trouble = self.troubles[call].pop(0) if self.troubles[call] else None
        if trouble == "refused":
            raise Fault(f"razorpay refused: {call}")
        if trouble == "down":
            raise Unavailable("razorpay", 1.0)
        done = work()
        if trouble == "lost":
            raise Unavailable("razorpay", 1.0)
        return done
