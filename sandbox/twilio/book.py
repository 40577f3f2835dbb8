"""What there is at Twilio. Everything is in memory and nothing here waits."""

import secrets
from collections import Counter
from collections.abc import Callable, Iterable

from sandbox.twilio.addresses import Address
from sandbox.twilio.contents import CONTENT_SID, Content
from sandbox.twilio.entities import Direction, Media, Message
from sandbox.twilio.ids import new_sid, scoped_id
from sandbox.twilio.rules import NewMessage

_WINDOW = 24 * 3600
_LOAN = 4 * 3600


class Book:
    """Messages by sid, oldest first, the last `remember` of them; templates; who opted out; whose window is open.

    `counts` is how many messages were taken ("taken") and how many calls were refused, by code.
    `clock` gives Unix seconds.
    """

    def __init__(self, clock: Callable[[], float], remember: int, contents: Iterable[Content] = ()) -> None:
        self.now = clock
        self._remember = remember
        self.messages: dict[str, Message] = {}
        self.contents = {content.sid: content for content in contents}
        self.opted_out: set[str] = set()
        self.wrote_at: dict[str, float] = {}
        self.counts: Counter[str] = Counter()
        self._seq = 0
        self._people: dict[str, str] = {}
        self._loans: dict[str, tuple[Media, float]] = {}

    def add(self, message: Message) -> Message:
        """Keep a message; the oldest is forgotten where there are too many."""
        self._seq = message.seq = self._seq + 1
        self.messages[message.sid] = message
        if len(self.messages) > self._remember:
            del self.messages[next(iter(self.messages))]
        return message

    def outgoing(self, asked: NewMessage, direction: Direction) -> Message:
        """A message of the shop, queued and not kept yet."""
        special, now = asked.content is not None or bool(asked.drawn.media_urls), self.now()
        return Message(
            sid=new_sid("MM" if special else "SM"),
            direction=direction,
            sender=asked.sender,
            to=asked.to,
            number=self.number_of(asked.to),
            drawn=asked.drawn,
            created_at=now,
            updated_at=now,
            status="accepted" if asked.service_sid else "queued",
            asked=asked,
            service_sid=asked.service_sid,
        )

    def forget(self) -> None:
        """All messages, and what customers did to the account. Templates stay."""
        for kept in (self.messages, self.wrote_at, self.counts, self._people, self._loans):
            kept.clear()
        self.opted_out.clear()

    def content(self, sid: str, any_content: bool) -> Content | None:
        """The template of that sid; with `any_content` one that nobody made known, too."""
        found = self.contents.get(sid)
        if found is None and any_content and CONTENT_SID.fullmatch(sid):
            return Content(sid, sid)
        return found

    def attach(self, message: Message, mime: str, raw: bytes) -> Media:
        """Keep a file of a message."""
        media = Media(new_sid("ME"), message.sid, mime, raw, self.now())
        message.media.append(media)
        return media

    def lend(self, media: Media) -> str:
        """A token for an address where the file can be read without credentials, for four hours."""
        self._loans = {token: loan for token, loan in self._loans.items() if self.now() < loan[1]}
        token = secrets.token_urlsafe(24)
        self._loans[token] = (media, self.now() + _LOAN)
        return token

    def lent(self, token: str) -> Media | None:
        """The file of that token, unless its time is over."""
        media, until = self._loans.get(token, (None, 0.0))
        return media if self.now() < until else None

    def user_id(self, number: str) -> str:
        """What WhatsApp calls the customer with that number where it does not tell the number."""
        made = scoped_id(number)
        self._people[made] = number
        return made

    def number_of(self, address: Address) -> str:
        """The digits of the customer there; "" where nobody is known by that id."""
        return address.digits if address.is_number else self._people.get(address.value, "")

    def window_open(self, number: str) -> bool:
        """Whether the customer wrote by WhatsApp in the last 24 hours."""
        return self.now() < self.wrote_at.get(number, -_WINDOW) + _WINDOW
