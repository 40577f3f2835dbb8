"""Messages and media as the stand-in keeps them. Times in Unix seconds."""

from dataclasses import dataclass, field
from typing import Literal

from sandbox.telephone.entries import Network
from sandbox.twilio.addresses import Address
from sandbox.twilio.contents import Drawn
from sandbox.twilio.rules import NewMessage
from sandbox.twilio.segments import segments

Direction = Literal["inbound", "outbound-api", "outbound-reply"]
Status = Literal["accepted", "queued", "sent", "delivered", "read", "undelivered", "failed", "received"]

_RANK = {"accepted": 0, "queued": 1, "sent": 2, "delivered": 3, "read": 4}


@dataclass(frozen=True, slots=True)
class Media:
    """A file of a message."""

    sid: str
    message_sid: str
    mime: str
    raw: bytes
    created_at: float


@dataclass(slots=True)
class Message:
    """One message either way; `number` is the customer's in digits, `asked` what the shop asked for, where it did.

    `seq` counts all that are kept, both ways. `service_sid` is the messaging service that it came or goes out by.
    """

    sid: str
    direction: Direction
    sender: Address
    to: Address
    number: str
    drawn: Drawn
    created_at: float
    status: Status
    asked: NewMessage | None = None
    service_sid: str = ""
    updated_at: float = 0.0
    sent_at: float = 0.0
    error_code: int = 0
    seq: int = 0
    media: list[Media] = field(default_factory=list)

    @property
    def network(self) -> Network:
        """What carries it."""
        return self.to.network

    @property
    def is_shops(self) -> bool:
        """The shop's, not a customer's."""
        return self.direction != "inbound"

    @property
    def segments(self) -> int:
        """SMS that it takes; on WhatsApp always one."""
        return segments(self.drawn.body) if self.network == "sms" else 1

    def come_to(self, status: Status, now: float) -> None:
        """Note how far it came, never backwards."""
        if _RANK.get(status, 9) < _RANK.get(self.status, 0):
            return
        self.status, self.updated_at = status, now
        if not self.sent_at and status != "queued":
            self.sent_at = now
