"""Which conversations belong to one person, and the proofs of that."""

from dataclasses import replace
from datetime import datetime

from sqlalchemy import bindparam, delete, exists, func, insert, or_, select, update

from model.conversation import NEVER
from model.message import Address
from model.rows import CodesSent, Proof
from store import tables as t
from store.repos.base import Repository, Row, once

_i, _c, _p = t.identity.c, t.conversation.c, t.proof.c
_mine = t.identity.alias("mine")
_AT = select(_i.id, _i.customer_id).where(
    _i.channel == bindparam("of"), _i.account == bindparam("by"), _i.user == bindparam("whom")
)
_alias = t.alias.c
_AT_ALIAS = (
    select(_i.id, _i.customer_id)
    .join_from(t.alias, t.identity)
    .where(_alias.channel == bindparam("of"), _alias.account == bindparam("by"), _alias.user == bindparam("whom"))
)
_MOVE = update(t.identity).where(
    _i.channel == bindparam("of"), _i.account == bindparam("by"), _i.user == bindparam("whom")
)
_DROP_ALIAS = delete(t.alias).where(
    _alias.channel == bindparam("of"), _alias.account == bindparam("by"), _alias.user == bindparam("whom")
)
_ADD_ALIAS = once(t.alias)
_JOIN = update(t.identity).where(
    _i.id == select(_c.identity_id).where(_c.id == bindparam("conversation")).scalar_subquery()
)
_LAPSED = select(_c.id).join_from(t.conversation, t.identity).where(_i.proved_until <= bindparam("now"))
_OTHERS = select(func.count() - 1).where(
    _i.customer_id
    == select(_mine.c.customer_id)
    .join_from(t.conversation, _mine, _mine.c.id == _c.identity_id)
    .where(_c.id == bindparam("conversation"))
    .scalar_subquery()
)
_ADD_CUSTOMER = insert(t.customer).values(name=None).returning(t.customer.c.id)
_RAISE_VERSIONS = (
    update(t.conversation)
    .where(_c.identity_id.in_(select(_i.id).where(_i.customer_id == bindparam("old"))))
    .values(version=_c.version + 1)
)
_was = t.customer.alias("was").c
_KEEP_SILENCE = (
    update(t.customer)
    .where(t.customer.c.id == bindparam("new"))
    .values(
        {
            flag: or_(t.customer.c[flag], select(_was[flag]).where(_was.id == bindparam("old")).scalar_subquery())
            for flag in ("silent", "no_marketing")
        }
    )
)
_MERGED = tuple(
    update(table).where(table.c.customer_id == bindparam("old")) for table in (t.order, t.ticket, t.consent, t.identity)
)
_their = t.hold.alias("their").c
_MERGE_HOLD = update(t.hold).where(
    t.hold.c.customer_id == bindparam("old"), ~exists().where(_their.customer_id == bindparam("new"))
)

_ADD_PROOF = insert(t.proof).returning(_p.id)
_SET_PROOF = update(t.proof).where(_p.id == bindparam("key"))
_TRIED = _SET_PROOF.values(tries=_p.tries + 1).returning(_p.tries)
_PROOF = (
    select(_p.id, _p.conversation_id, _p.channel, _p.account, _p.user, _p.code_hash, _p.tries, _p.ends_at)
    .where(_p.conversation_id == bindparam("conversation"), ~_p.done, _p.ends_at > bindparam("now"))
    .order_by(_p.id.desc())
    .limit(1)
)
_ALONE = select(t.catalogue.c.id).with_for_update()
"""On PostgreSQL, where several may count at once: the one row that is always there. SQLite has one writer anyway."""
_TO_NUMBER, _FRESH, _FROM_PEER = _p.user == bindparam("whom"), _p.at > bindparam("wrote"), _p.peer == bindparam("asker")
_SINCE = select(
    func.count().filter(_p.conversation_id == bindparam("conversation")),
    func.count().filter(_TO_NUMBER),
    func.count().filter(_TO_NUMBER, _FRESH),
    func.count().filter(_TO_NUMBER, _FRESH, _FROM_PEER),
    func.count().filter(_FROM_PEER),
    func.count(),
).where(_p.at >= bindparam("since"))
_WROTE_AT = select(_c.wrote_at).where(_c.identity_id == bindparam("identity"))


class SqlIdentities(Repository):
    """`model.ports.Identities`."""

    __slots__ = ()

    def move(self, address: Address, user: str) -> bool:
        new = replace(address, user=user)
        known, taken = self._at(address), self._at(new)
        if known is None or (taken is not None and taken.id != known.id):
            return False
        self._change(_DROP_ALIAS, **_where(address))
        if not self._change(_MOVE, **_where(address), user=user) and taken is None:
            named = {"channel": new.channel, "account": new.account, "user": new.user}
            self._insert(_ADD_ALIAS, identity_id=known.id, **named)
        return True

    def at(self, address: Address) -> int | None:
        row = self._at(address)
        return None if row is None else int(row.customer_id)

    def _at(self, address: Address) -> Row | None:
        return self._first(_AT, **_where(address)) or self._first(_AT_ALIAS, **_where(address))

    def join(self, conversation_id: int, customer_id: int, until: datetime | None) -> None:
        self._change(_JOIN, conversation=conversation_id, customer_id=customer_id, proved_until=until)

    def merge(self, customer_id: int, into: int) -> None:
        self._change(_RAISE_VERSIONS, old=customer_id)
        self._change(_KEEP_SILENCE, old=customer_id, new=into)
        for statement in _MERGED:
            self._change(statement, old=customer_id, customer_id=into)
        self._change(_MERGE_HOLD, old=customer_id, new=into, customer_id=into)

    def others(self, conversation_id: int) -> int:
        return int(self._one(_OTHERS, "conversation", conversation=conversation_id)[0])

    def part(self, conversation_id: int) -> None:
        self.join(conversation_id, self._all(_ADD_CUSTOMER).scalar_one(), None)

    def lapsed(self, now: datetime) -> list[int]:
        return [row.id for row in self._all(_LAPSED, now=now)]

    def add_proof(self, conversation_id: int, address: Address, at: datetime, ends_at: datetime, peer: str = "") -> int:
        whom = {"channel": address.channel, "account": address.account, "user": address.user, "peer": peer}
        row = {"conversation_id": conversation_id, "code_hash": "", "tries": 0, "done": False}
        return int(self._all(_ADD_PROOF, **row, **whom, at=at, ends_at=ends_at).scalar_one())

    def set_code(self, proof_id: int, code_hash: str) -> None:
        self._change(_SET_PROOF, key=proof_id, code_hash=code_hash)

    def proof(self, conversation_id: int, now: datetime) -> Proof | None:
        row = self._first(_PROOF, conversation=conversation_id, now=now)
        if row is None:
            return None
        id_, conversation, channel, account, user, *rest = row
        return Proof(id_, conversation, Address(channel, account, user), *rest)

    def proof_tried(self, proof_id: int) -> int:
        return int(self._one(_TRIED, "proof", key=proof_id)[0])

    def proof_done(self, proof_id: int) -> None:
        self._change(_SET_PROOF, key=proof_id, done=True)

    def codes_since(self, since: datetime, conversation_id: int, user: str, peer: str, wrote_at: datetime) -> CodesSent:
        self._all(_ALONE)
        whose = {"conversation": conversation_id, "whom": user, "asker": peer}
        return CodesSent(*self._one(_SINCE, "count", **whose, wrote=wrote_at, since=since))

    def wrote_at(self, address: Address) -> datetime:
        known = self._at(address)
        row = self._first(_WROTE_AT, identity=known.id) if known else None
        return row[0] if row else NEVER


def _where(address: Address) -> dict[str, str]:
    return {"of": address.channel, "by": address.account, "whom": address.user}
