"""The reckoning, when all is quiet: what customers sent and saw, the bot's books, and Razorpay's ledger agree."""

import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from tests.crash.chat_client import ChatClient
from tests.crash.customers import Buyer, Chatterer
from tests.crash.shop_floor import PLENTY, Floor

Row = dict[str, Any]

_TEAPOT = re.compile(r"teapot \d+")
_LEDGER_STATUS = {"paid": "paid", "closed": "cancelled"}
"""How a link stands with us -> with Razorpay."""
_UNHEEDED = "payment.authorized"
"""The one webhook sent here that says nothing to us."""


@dataclass(frozen=True, slots=True)
class Fate:
    """What becomes of an order: its status, how many payments paid it, came in for it, and went back."""

    pay_by: str
    status: str
    applied: int = 0
    payments: int = 0
    refunds: int = 0


_FATES = {
    "cash": Fate("cash", "confirmed"),
    "cash_cancelled": Fate("cash", "cancelled"),
    "paid": Fate("online", "confirmed", applied=1, payments=1),
    "refunded": Fate("online", "cancelled", applied=1, payments=1, refunds=1),
    "unpaid": Fate("online", "cancelled"),
    "too_late": Fate("online", "cancelled", payments=1, refunds=1),
}


@dataclass(frozen=True)
class Books:
    """The shop and the ledger of Razorpay's stand-in. Each check states what holds whenever the bot was killed."""

    floor: Floor
    ledger: dict[str, list[Row]]

    def check(self) -> None:
        """Everything."""
        self.messages_count_once()
        self.transcripts_have_no_gap()
        for customer in self.floor.customers:
            _saw_each_line_once(customer.chat)
            if isinstance(customer, Chatterer):
                _answered_in_order(customer)
            elif isinstance(customer, Buyer):
                _told_what_is_due(customer)
        self.orders_are_those_placed()
        self.history_happened_once()
        self.notices_are_those_sent()
        self.links_agree()
        self.money_agrees()
        self.stock_adds_up()
        self.nothing_broke()

    def messages_count_once(self) -> None:
        """Every message is acknowledged, stored once, answered, and one line of the transcript."""
        chats = [customer.chat for customer in self.floor.customers]
        sent = Counter(own_id for chat in chats for own_id in chat.ids)
        assert sent.keys() == {own_id for chat in chats for own_id in chat.acknowledged}
        assert [] == [trouble for chat in chats for trouble in chat.troubles]
        assert sent == self._count("SELECT provider_id FROM inbox WHERE state = 'done'")
        assert sent == self._count("SELECT client_id FROM message WHERE author = 'customer'")
        assert {"inbox": 0, "notice": 0, "outbox": 0, "effect": 0} == self.floor.left_to_do()

    def transcripts_have_no_gap(self) -> None:
        """Lines are numbered 1, 2, 3 … in every conversation."""
        lines = self.floor.rows("SELECT conversation_id, seq FROM message ORDER BY conversation_id, seq")
        for conversation in self.floor.rows("SELECT id, last_seq FROM conversation"):
            seqs = [line["seq"] for line in lines if line["conversation_id"] == conversation["id"]]
            assert list(range(1, conversation["last_seq"] + 1)) == seqs

    def orders_are_those_placed(self) -> None:
        """Each order placed is there once and came to its end; there are no others."""
        wanted = {number: (_FATES[fate].pay_by, _FATES[fate].status) for number, fate in self._orders()}
        stored = self.floor.rows('SELECT number, pay_by, status FROM "order"')
        assert wanted == {row["number"]: (row["pay_by"], row["status"]) for row in stored}

    def history_happened_once(self) -> None:
        """No order was placed, paid, cancelled or refunded twice."""
        once = "SELECT order_number, kind FROM event WHERE order_number IS NOT NULL GROUP BY 1, 2"
        assert [] == self.floor.rows(f"{once} HAVING count(*) > 1")

    def notices_are_those_sent(self) -> None:
        """Each event that Razorpay told, mostly more than once, is one notice."""
        told = Counter(told["id"] for told in self.ledger["webhooks"] if told["event"] != _UNHEEDED)
        assert told == self._count("SELECT provider_id FROM notice WHERE source = 'razorpay'")

    def links_agree(self) -> None:
        """Razorpay has each link of ours once, as it stands with us, and none that we do not know."""
        ours = self.floor.rows("SELECT * FROM payment_link WHERE provider_id IS NOT NULL")
        wanted = Counter((row["provider_id"], row["reference"], _LEDGER_STATUS[row["status"]]) for row in ours)
        theirs = self.ledger["links"]
        assert wanted == Counter((link["id"], link["reference_id"], link["status"]) for link in theirs)
        assert {1} >= set(Counter(link["reference_id"] for link in theirs).values())

    def money_agrees(self) -> None:
        """Each captured payment is known once, each refund was sent once, each order has the money it should have."""
        captured = Counter(payment["id"] for payment in self.ledger["payments"] if payment["captured"])
        assert captured == self._count("SELECT provider_id FROM payment")
        refunded = Counter((refund["id"], refund["payment_id"]) for refund in self.ledger["refunds"])
        refunds = self.floor.rows("SELECT * FROM refund WHERE status = 'processed'")
        assert refunded == Counter((row["provider_id"], row["payment_id"]) for row in refunds)
        applied = self._count("SELECT order_number FROM payment WHERE applied")
        came, went = self._count("SELECT order_number FROM payment"), self._count("SELECT order_number FROM refund")
        for number, name in self._orders():
            fate = _FATES[name]
            assert (fate.applied, fate.payments, fate.refunds) == (applied[number], came[number], went[number]), number

    def stock_adds_up(self) -> None:
        """What is not on the shelf any more is in live orders, and what is held is in open holds."""
        sold, held = Counter[str](), Counter[str]()
        live = "SELECT * FROM order_line JOIN \"order\" ON number = order_number WHERE status = 'confirmed'"
        for line in self.floor.rows(live):
            sold[line["product_id"]] += line["size"] * line["packs"]
        for hold in self.floor.rows("SELECT needs FROM hold"):
            held.update(json.loads(hold["needs"]))
        for stock in self.floor.rows("SELECT * FROM stock"):
            product = stock["product_id"]
            assert (PLENTY - sold[product], held[product]) == (stock["on_hand"], stock["held"]), product

    def nothing_broke(self) -> None:
        """No turn, notice, effect or job failed: being killed is no error of any of them."""
        lines = [json.loads(line) for line in self.floor.log.read_text(encoding="utf-8").splitlines()]
        assert [] == [line for line in lines if line["level"] == "error"]

    def _orders(self) -> Iterable[tuple[str, str]]:
        buyers = (customer for customer in self.floor.customers if isinstance(customer, Buyer))
        return (order for buyer in buyers for order in buyer.orders.items())

    def _count(self, query: str) -> Counter[str]:
        return Counter(value for row in self.floor.rows(query) for value in row.values())


def _saw_each_line_once(chat: ChatClient) -> None:
    seqs = [line["seq"] for line in chat.lines]
    assert list(range(1, len(seqs) + 1)) == seqs, chat.name


def _answered_in_order(chatterer: Chatterer) -> None:
    """One reply a question, in the order in which the questions were taken."""
    asked = [_teapot(line) for line in chatterer.chat.lines if line["type"] == "said"]
    answered = [_teapot(line) for line in chatterer.chat.lines if line["type"] == "reply"]
    assert asked == answered
    assert Counter(chatterer.asked) == Counter(asked)


def _teapot(line: Row) -> str:
    return str(_TEAPOT.findall(line["content"]["text"])[0])


def _told_what_is_due(buyer: Buyer) -> None:
    """Exactly the replies that what they did must bring, each as often as they did it."""
    replies = (line["content"]["key"] for line in buyer.chat.lines if line["type"] == "reply")
    assert buyer.due == Counter(replies), buyer.chat.name
