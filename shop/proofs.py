"""One person on several channels: a phone number is proved by a one-time code sent to it.

Six digits, good for ten minutes and five tries; the code itself is stored nowhere: it follows from the shop's secret
and the proof's id, and what is stored of it is a keyed hash. A proof holds for thirty days.

Anybody may have codes sent to somebody else's phone. So they are counted, in the store and one request at a time: for
the number, for the chat that asks, for the client's address that the chat was begun from, and for the whole shop. None
of these counts is to keep a real customer out for longer than it must:

* One address gets at most two of a number's three codes an hour: whoever else asks for that number has one left.
* Who writes to us from the phone itself begins anew, and nobody else can do that for them. (A machine may answer there:
  so it is twice the codes at most.)
* For numbers that wrote to us before, a quarter of the shop's codes is set aside, and what went to others from the same
  address does not count: thousands may share one in a mobile network, an attacker among them.
* A code opens nothing that the customer has not on the phone itself, or from a person of the shop's.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from model.clients import address_of, network_of
from model.conversation import NEVER, Conversation
from model.events import EventKind
from model.message import Address, Channel
from model.order import MAX_LINES, MAX_PACKS, Cart, Customer, TicketKind
from model.rows import CodesSent, Proof
from shop.tickets import raise_ticket
from shop.work import Work

GOOD_FOR = timedelta(minutes=10)
MASK = "••••••"
"""What stands for the code wherever it is kept; the outbox puts the code in as it sends."""
HOLDS_FOR = timedelta(days=30)
TRIES = 5
_CODE = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}(?!\d)")
Place = tuple[str, str]
"""A channel and the shop's account there."""


@dataclass(frozen=True, slots=True)
class _Limit:
    """Codes within a time: to one number or from one chat, of these from one client's address, from that in all.

    `share` is the part of the shop's codes a day that may go then.
    """

    within: timedelta
    each: int
    of_address: int
    from_address: int
    share: float


_LIMITS = (_Limit(timedelta(hours=1), 3, 2, 10, 0.15), _Limit(timedelta(days=1), 6, 4, 30, 1.0))
_FOR_NEWCOMERS = 0.75
"""The part of the shop's codes that numbers may have which never wrote to us."""


@dataclass(frozen=True, slots=True)
class Codes:
    """`secret` is the shop's; `reach` holds the channels and accounts that codes go by, the first one first.

    `also` are others where the same number is the same person, though no code can go by them. `a_day` is how many the
    whole shop sends (each costs an SMS).
    """

    secret: bytes
    reach: tuple[Place, ...]
    also: tuple[Place, ...] = ()
    a_day: int = 400

    def places(self, user: str) -> list[Address]:
        """Where a number is reached, or may have written from."""
        return [Address(Channel(channel), account, user) for channel, account in (*self.reach, *self.also)]

    def peer(self, client: str) -> str:
        """What is kept of a client's address: the same for the same one, and without the secret nobody's.

        Of IPv6 the network alone (/64), which is one customer's; "" for addresses that tell nobody apart (private ones,
        this machine's: a proxy of ours that the settings do not name).
        """
        address = address_of(client)
        if address is None or not address.is_global:
            return ""
        return self._keyed(f"peer:{network_of(address)}").hex()[:16]

    def code(self, proof_id: int) -> str:
        """The code of a proof."""
        return f"{int.from_bytes(self._keyed(f'code:{proof_id}')[:8], 'big') % 1_000_000:06d}"

    def hashed(self, proof_id: int, code: str) -> str:
        """What is stored of a code."""
        return self._keyed(f"hash:{proof_id}:{code}").hex()

    def _keyed(self, text: str) -> bytes:
        return hmac.digest(self.secret, f"proof:{text}".encode(), hashlib.sha256)


class Verdict(Enum):
    """What became of a code."""

    RIGHT = auto()
    WRONG = auto()
    OVER = auto()
    """Too late, or too many wrong ones."""


def code_in(text: str) -> str | None:
    """The six digits of a message that holds one such number."""
    found = _CODE.findall(text.translate(_ASCII_DIGITS))
    return re.sub(r"\D", "", found[0]) if len(found) == 1 else None


_ASCII_DIGITS = {zero + digit: str(digit) for zero in (0x0966, 0x0BE6, 0x0C66) for digit in range(10)}


def may_begin(work: Work, codes: Codes, conversation_id: int, user: str) -> bool:
    """Whether one more code may be sent from this chat, to this number, and by the shop at all.

    Where the shop's own codes are used up, somebody in the shop is told so.
    """
    peer = work.uow.desk.peer(conversation_id)
    wrote_at = max(work.uow.identities.wrote_at(place) for place in codes.places(user))
    known = wrote_at > NEVER
    for limit in _LIMITS:
        sent = work.uow.identities.codes_since(work.now - limit.within, conversation_id, user, peer, wrote_at)
        if _too_many(sent, limit, peer=peer, known=known):
            return False
        if sent.all >= int(codes.a_day * limit.share * (1 if known else _FOR_NEWCOMERS)):
            _alarm(work, codes)
            return False
    return True


def _too_many(sent: CodesSent, limit: _Limit, *, peer: str, known: bool) -> bool:
    if max(sent.chat, sent.fresh) >= limit.each or sent.number >= 2 * limit.each:
        return True
    return bool(peer) and (sent.both >= limit.of_address or (not known and sent.peer >= limit.from_address))


def _alarm(work: Work, codes: Codes) -> None:
    """Once, until somebody has seen to it."""
    told = (
        f"So many codes to prove phone numbers were asked for that not everybody gets one now (HAAT_CODES_A_DAY is "
        f"{codes.a_day}). Perhaps somebody is having them sent to strangers; look at the web chats."
    )
    if not work.uow.desk.is_open(TicketKind.STUCK, told):
        raise_ticket(work, TicketKind.STUCK, told)
        work.record(EventKind.CODES_USED_UP, a_day=codes.a_day)


def begin(work: Work, codes: Codes, conversation_id: int, address: Address) -> None:
    """Have a code sent to an address; codes sent before count no more."""
    earlier = work.uow.identities.proof(conversation_id, work.now)
    if earlier:
        work.uow.identities.proof_done(earlier.id)
    peer = work.uow.desk.peer(conversation_id)
    proof_id = work.uow.identities.add_proof(conversation_id, address, work.now, work.now + GOOD_FOR, peer)
    work.uow.identities.set_code(proof_id, codes.hashed(proof_id, codes.code(proof_id)))
    whom = [address.channel.value, address.account, address.user]
    work.record(EventKind.PROOF_WANTED, proof=proof_id, conversation=conversation_id, address=whom)


def check(work: Work, codes: Codes, conversation_id: int, code: str) -> tuple[Verdict, Proof | None]:
    """Whether it is the code that was sent; every answer counts as a try."""
    proof = work.uow.identities.proof(conversation_id, work.now)
    if proof is None:
        return Verdict.OVER, None
    tries = work.uow.identities.proof_tried(proof.id)
    right = hmac.compare_digest(codes.hashed(proof.id, code), proof.code_hash)
    if right or tries >= TRIES:
        work.uow.identities.proof_done(proof.id)
    return (Verdict.RIGHT if right else Verdict.OVER if tries >= TRIES else Verdict.WRONG), proof


@dataclass(frozen=True, slots=True)
class Linked:
    """Whose a chat is now. `other`: it was another person's before, so what it remembers is nobody else's business."""

    customer: Customer
    other: bool


def link(work: Work, codes: Codes, conversation: Conversation, proof: Proof) -> Linked:
    """The chat belongs to the customer of the proved number from now on: cart, orders and history follow.

    What its customer had before goes along, unless that is somebody else, whose other conversations keep it.
    """
    before, alone = conversation.customer_id, not work.uow.identities.others(conversation.id)
    into = work.uow.conversations.open(proof.address, work.now).customer_id
    work.uow.identities.join(conversation.id, into, work.now + HOLDS_FOR)
    theirs = _customers_of(work, codes, proof.address)
    for customer_id in sorted(theirs | ({before} if alone else set())):
        _join(work, customer_id, into, proof.address.user)
    return Linked(work.uow.customers.get(into), other=not alone and before not in {into, *theirs})


def _customers_of(work: Work, codes: Codes, address: Address) -> set[int]:
    """Whoever is at that number. Its WhatsApp and its SMS are one person, who has the phone in hand."""
    places = codes.places(address.user)
    return {found for place in places if (found := work.uow.identities.at(place)) is not None}


def _join(work: Work, customer_id: int, into: int, number: str) -> None:
    """What one customer has becomes another's; what that one has not told yet of themselves, too."""
    if customer_id != into:
        _join_carts(work, customer_id, into)
        work.uow.identities.merge(customer_id, into)
    told, known = work.uow.customers.get(customer_id), work.uow.customers.get(into)
    known = replace(known, name=known.name or told.name, phone=known.phone or told.phone or f"+{number}")
    if not (known.street and known.pincode):
        known = replace(known, street=told.street, pincode=told.pincode)
    work.uow.customers.save(known)


def _join_carts(work: Work, customer_id: int, into: int) -> None:
    """What is in the one goes into the other, as far as a cart holds it."""
    mine, theirs = work.uow.customers.cart(customer_id), work.uow.customers.cart(into)
    for line in mine.lines:
        packs = min(MAX_PACKS, theirs.packs_of(line.sku) + line.packs)
        if theirs.packs_of(line.sku) or len(theirs.lines) < MAX_LINES:
            theirs = theirs.with_packs(line.sku, packs)
    if mine.lines:
        work.uow.customers.save_cart(theirs if theirs.coupon else Cart(into, theirs.lines, mine.coupon))
        work.uow.customers.save_cart(Cart(customer_id))


def part(work: Work, conversation_id: int) -> None:
    """The chat goes on with a customer of its own: its proof has lapsed, or the device was forgotten."""
    work.uow.identities.part(conversation_id)
