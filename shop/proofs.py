"""One person on several channels: a phone number is proved by a one-time code sent to it.

Six digits, good for ten minutes and five tries; the code itself is stored nowhere: it follows from the shop's secret
and the proof's id, and what is stored of it is a keyed hash. A proof holds for thirty days.
"""

import hashlib
import hmac
import re
from dataclasses import dataclass, replace
from datetime import timedelta
from enum import Enum, auto

from model.conversation import Conversation
from model.events import EventKind
from model.message import Address, Channel
from model.order import MAX_LINES, MAX_PACKS, Cart, Customer
from model.rows import Proof
from shop.work import Work

GOOD_FOR = timedelta(minutes=10)
MASK = "••••••"
"""What stands for the code wherever it is kept; the outbox puts the code in as it sends."""
HOLDS_FOR = timedelta(days=30)
TRIES = 5
_CODE = re.compile(r"(?<!\d)\d{3}[\s-]?\d{3}(?!\d)")
_LIMITS = ((timedelta(hours=1), 3, 60), (timedelta(days=1), 6, 400))
"""So many codes within that time: for one chat or number, and in all (each costs the shop an SMS)."""


@dataclass(frozen=True, slots=True)
class Codes:
    """`secret` is the shop's; `reach` holds the channels and accounts that codes go by, the first one first."""

    secret: bytes
    reach: tuple[tuple[str, str], ...]

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


def may_begin(work: Work, conversation_id: int, user: str) -> bool:
    """Whether one more code may be sent from this chat, to this number, and by the shop at all."""
    for span, each, all_ in _LIMITS:
        own, total = work.uow.identities.proofs_since(conversation_id, user, work.now - span)
        if own >= each or total >= all_:
            return False
    return True


def begin(work: Work, codes: Codes, conversation_id: int, address: Address) -> None:
    """Have a code sent to an address; codes sent before count no more."""
    earlier = work.uow.identities.proof(conversation_id, work.now)
    if earlier:
        work.uow.identities.proof_done(earlier.id)
    proof_id = work.uow.identities.add_proof(conversation_id, address, work.now, work.now + GOOD_FOR)
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
    places = (Address(Channel(channel), account, address.user) for channel, account in codes.reach)
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
