"""Conversations, their leases and transcripts."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    Executable,
    bindparam,
    delete,
    exists,
    insert,
    literal_column,
    or_,
    select,
    update,
)

from model.conversation import NEVER, Conversation, Holder, Memory
from model.errors import Conflict, Fault
from model.message import Address, Author, Line
from store import tables as t
from store.repos.base import Repository, Row, once

_c, _i = t.conversation.c, t.identity.c


def _of_identity(column: Column[Any]) -> ColumnElement[Any]:
    """A column of a conversation's identity, where none can be joined."""
    name = f'(SELECT "{column.name}" FROM identity WHERE identity.id = conversation.identity_id)'  # noqa: S608 - ours
    return literal_column(name, column.type)


_READ = select(
    *(_c.id, _i.customer_id, _i.channel, _i.account, _i.user, _c.holder, _c.agent_id, _c.version, _c.memory),
    *(_c.queued_at, _c.agent_seen_at, _c.wrote_at),
).join_from(t.conversation, t.identity)
_GET = _READ.where(_c.id == bindparam("key"))
_AT = _READ.where(_i.channel == bindparam("channel"), _i.account == bindparam("account"), _i.user == bindparam("user"))
_alias = t.alias.c
_AT_ALIAS = _READ.join(t.alias, _alias.identity_id == _i.id).where(
    _alias.channel == bindparam("channel"), _alias.account == bindparam("account"), _alias.user == bindparam("user")
)
_IDENTITY = select(_c.identity_id).where(_c.id == bindparam("key"))
_LATEST = _READ.where(_i.customer_id == bindparam("customer")).order_by(_c.wrote_at.desc(), _c.id.desc()).limit(1)
_SILENT = _READ.where(_c.holder == Holder.AGENT, _c.agent_seen_at < bindparam("since")).order_by(_c.id)

_ADD_CUSTOMER = insert(t.customer).values(name=None).returning(t.customer.c.id)
_DROP_CUSTOMER = delete(t.customer).where(t.customer.c.id == bindparam("key"))
_ADD_IDENTITY = once(t.identity)
_ADD_ALIAS = once(t.alias)
_ADD = insert(t.conversation).returning(_c.id)

_SET = update(t.conversation).where(_c.id == bindparam("key"))
_TAKE = _SET.where(
    or_(_c.lease_until.is_(None), _c.lease_until <= bindparam("now"), _c.lease_owner == bindparam("me"))
).returning(
    *(_c.id, _of_identity(_i.customer_id), _of_identity(_i.channel), _of_identity(_i.account), _of_identity(_i.user)),
    *(_c.holder, _c.agent_id, _c.version, _c.memory, _c.queued_at, _c.agent_seen_at, _c.wrote_at),
)
_before = t.inbox.c
_TAKE_FOR = _TAKE.where(
    ~exists().where(_before.conversation_id == bindparam("key"), t.INBOX_WAITS, _before.id < bindparam("message"))
)
_RELEASE = _SET.where(_c.lease_owner == bindparam("me")).values(lease_owner=None, lease_until=None)
_SAVE = _SET.where(_c.version == bindparam("loaded")).values(version=_c.version + 1)
_NEXT_SEQ = _SET.values(last_seq=_c.last_seq + 1).returning(_c.last_seq)
_APPEND = insert(t.message).inline()

_m = t.message.c
_LINE = select(_m.conversation_id, _m.seq, _m.author, _m.content, _m.at, _m.client_id).where(
    _m.conversation_id == bindparam("conversation"), _m.seq == bindparam("seq")
)
_AMEND = update(t.message).where(
    t.message.c.conversation_id == bindparam("conversation"), t.message.c.client_id == bindparam("client")
)


class SqlConversations(Repository):
    """`model.ports.Conversations`."""

    __slots__ = ()

    def open(self, address: Address, at: datetime, also: str = "") -> Conversation:
        found = self._at(address) or (self._at(replace(address, user=also)) if also else None)
        if found is None:
            found = self._made(address, at) or self._at(address)
        if found is None:
            raise Fault("a conversation was made and is not there")
        for user in {address.user, also} - {found.address.user, ""}:
            self._insert(_ADD_ALIAS, **_where(replace(address, user=user)), identity_id=self._identity(found.id))
        return found

    def _at(self, address: Address) -> Conversation | None:
        return self._find(_AT, **_where(address)) or self._find(_AT_ALIAS, **_where(address))

    def _identity(self, conversation_id: int) -> int:
        return int(self._one(_IDENTITY, "conversation", key=conversation_id)[0])

    def _made(self, address: Address, at: datetime) -> Conversation | None:
        """Make customer, identity and conversation; None, where another process was faster."""
        customer = self._all(_ADD_CUSTOMER).scalar_one()
        identity = self._insert(_ADD_IDENTITY, customer_id=customer, **_where(address))
        if identity is None:
            self._change(_DROP_CUSTOMER, key=customer)
            return None
        fresh = {"holder": Holder.BOT, "version": 0, "memory": Memory(), "last_seq": 0}
        key = self._all(_ADD, identity_id=identity, **fresh, last_at=at, wrote_at=NEVER).scalar_one()
        return Conversation(key, customer, address, Holder.BOT, None, 0, Memory())

    def get(self, conversation_id: int) -> Conversation | None:
        return self._find(_GET, key=conversation_id)

    def take(
        self, conversation_id: int, owner: str, now: datetime, until: datetime, message: int | None = None
    ) -> Conversation | None:
        lease = {"key": conversation_id, "me": owner, "now": now, "lease_owner": owner, "lease_until": until}
        return self._find(_TAKE, **lease) if message is None else self._find(_TAKE_FOR, **lease, message=message)

    def release(self, conversation_id: int, owner: str) -> None:
        self._change(_RELEASE, key=conversation_id, me=owner)

    def save(self, conversation: Conversation, reason: str | None = None, *, release: bool = False) -> Conversation:
        values: dict[str, Any] = {
            "holder": conversation.holder,
            "agent_id": conversation.agent_id,
            "memory": conversation.memory,
            "queued_at": conversation.queued_at,
            "agent_seen_at": conversation.agent_seen_at,
        }
        if reason is not None:
            values["reason"] = reason
        if release:
            values |= {"lease_owner": None, "lease_until": None}
        if not self._change(_SAVE, key=conversation.id, loaded=conversation.version, **values):
            raise Conflict(f"conversation {conversation.id} was changed meanwhile")
        return replace(conversation, version=conversation.version + 1)

    def latest_of(self, customer_id: int) -> Conversation | None:
        return self._find(_LATEST, customer=customer_id)

    def held_and_silent(self, since: datetime) -> list[Conversation]:
        return [_conversation(row) for row in self._all(_SILENT, since=since)]

    def append(
        self, conversation_id: int, author: Author, content: Mapping[str, Any], at: datetime, client_id: str = ""
    ) -> Line:
        times = {"last_at": at, "wrote_at": at} if author is Author.CUSTOMER else {"last_at": at}
        seq = self._one(_NEXT_SEQ, "conversation", key=conversation_id, **times)[0]
        row = {"conversation_id": conversation_id, "seq": seq, "author": author, "content": content, "at": at}
        self._all(_APPEND, **row, client_id=client_id)
        return Line(conversation_id, seq, author, content, at, client_id)

    def line(self, conversation_id: int, seq: int) -> Line | None:
        row = self._first(_LINE, conversation=conversation_id, seq=seq)
        return None if row is None else Line(*row)

    def amend(self, conversation_id: int, client_id: str, content: Mapping[str, Any]) -> None:
        self._change(_AMEND, conversation=conversation_id, client=client_id, content=content)

    def _find(self, statement: Executable, **values: Any) -> Conversation | None:
        row = self._first(statement, **values)
        return None if row is None else _conversation(row)


def _where(address: Address) -> dict[str, str]:
    return {"channel": address.channel, "account": address.account, "user": address.user}


def _conversation(row: Row) -> Conversation:
    id_, customer_id, channel, account, user, *rest = row
    return Conversation(id_, customer_id, Address(channel, account, user), *rest)
