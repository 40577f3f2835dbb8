"""Accepted messages and notices, and what archives were asked for."""

from datetime import datetime

from sqlalchemy import bindparam, delete, func, select, update

from model.message import Address, Channel, Inbound, Notice
from model.rows import InboxRow, NoticeRow
from store import tables as t
from store.columns import more_of, with_more
from store.repos.base import Repository, Row, merge, once

_inbox, _notice, _asked = t.inbox.c, t.notice.c, t.asked.c
_ADD = once(t.inbox)
_WAITING = (
    select(
        *(_inbox.id, _inbox.conversation_id, t.identity.c.channel, t.identity.c.account, t.identity.c.user),
        *(_inbox.provider_id, _inbox.text, _inbox.tap, _inbox.file, _inbox.more),
        *(_inbox.attempts, _inbox.received_at, _inbox.deferred_until),
    )
    .join_from(t.inbox, t.conversation)
    .join(t.identity, t.identity.c.id == t.conversation.c.identity_id)
    .where(_inbox.conversation_id == bindparam("conversation"), t.INBOX_WAITS)
    .order_by(_inbox.id)
    .limit(bindparam("limit"))
)
_CONVERSATIONS = (
    select(_inbox.conversation_id)
    .where(t.INBOX_WAITS)
    .group_by(_inbox.conversation_id)
    .order_by(func.min(_inbox.id))
    .limit(bindparam("limit"))
)
_SET = update(t.inbox).where(_inbox.id == bindparam("key"))
_FAILED = _SET.values(attempts=_inbox.attempts + 1).returning(_inbox.attempts)
_FORGET = delete(t.inbox).where(_inbox.state == t.DONE, _inbox.received_at < bindparam("before"))

_KNOWN = select(_inbox.provider_id).where(_inbox.received_at >= bindparam("since"))
_ASKED = select(_asked.since).where(_asked.channel == bindparam("of"), _asked.account == bindparam("account"))
_ASK_FROM = merge(t.asked, ("channel", "account"), ("since",), ("since",))

_ADD_NOTICE = once(t.notice)
_NOTICES = (
    select(_notice.id, _notice.source, _notice.provider_id, _notice.kind, _notice.body, _notice.attempts)
    .where(t.NOTICE_WAITS)
    .order_by(_notice.id)
    .limit(bindparam("limit"))
)
_SET_NOTICE = update(t.notice).where(_notice.id == bindparam("key"))
_NOTICE_FAILED = _SET_NOTICE.values(attempts=_notice.attempts + 1).returning(_notice.attempts)
_FORGET_NOTICES = delete(t.notice).where(_notice.state == t.DONE, _notice.received_at < bindparam("before"))


class SqlInbox(Repository):
    """`model.ports.Inbox`."""

    __slots__ = ()

    def add(self, inbound: Inbound, conversation_id: int, at: datetime) -> InboxRow | None:
        row = {"conversation_id": conversation_id, "provider_id": inbound.provider_id, "received_at": at}
        said = {"text": inbound.text, "tap": inbound.tap, "file": inbound.file, "more": more_of(inbound)}
        key = self._insert(_ADD, **row, **said, state=t.WAITING, attempts=0)
        return None if key is None else InboxRow(key, conversation_id, inbound, 0, at)

    def waiting(self, conversation_id: int, limit: int) -> list[InboxRow]:
        return [_waiting(row) for row in self._all(_WAITING, conversation=conversation_id, limit=limit)]

    def conversations(self, limit: int) -> list[int]:
        return [row[0] for row in self._all(_CONVERSATIONS, limit=limit)]

    def done(self, row_id: int) -> None:
        self._change(_SET, key=row_id, state=t.DONE)

    def failed(self, row_id: int) -> int:
        return int(self._one(_FAILED, "message", key=row_id)[0])

    def defer(self, row_id: int, until: datetime) -> None:
        self._change(_SET, key=row_id, deferred_until=until)

    def park(self, row_id: int) -> None:
        self._change(_SET, key=row_id, state=t.PARKED)

    def add_notice(self, notice: Notice, at: datetime) -> bool:
        row = {"source": notice.source, "provider_id": notice.provider_id, "kind": notice.kind, "body": notice.body}
        return self._insert(_ADD_NOTICE, **row, state=t.WAITING, attempts=0, received_at=at) is not None

    def notices(self, limit: int) -> list[NoticeRow]:
        return [
            NoticeRow(id_, Notice(source, provider_id, kind, body), attempts)
            for id_, source, provider_id, kind, body, attempts in self._all(_NOTICES, limit=limit)
        ]

    def notice_done(self, row_id: int) -> None:
        self._change(_SET_NOTICE, key=row_id, state=t.DONE)

    def notice_failed(self, row_id: int) -> int:
        return int(self._one(_NOTICE_FAILED, "notice", key=row_id)[0])

    def notice_park(self, row_id: int) -> None:
        self._change(_SET_NOTICE, key=row_id, state=t.PARKED)

    def forget(self, before: datetime) -> int:
        return self._change(_FORGET, before=before) + self._change(_FORGET_NOTICES, before=before)

    def known_since(self, at: datetime) -> set[str]:
        return {row[0] for row in self._all(_KNOWN, since=at)}

    def asked(self, channel: Channel, account: str) -> datetime | None:
        row = self._first(_ASKED, of=channel, account=account)
        return row[0] if row else None

    def ask_from(self, channel: Channel, account: str, at: datetime) -> None:
        self._insert(_ASK_FROM, channel=channel, account=account, since=at)


def _waiting(row: Row) -> InboxRow:
    id_, conversation, channel, account, user, provider_id, text, tap, file, more, *rest = row
    said = Inbound(Address(channel, account, user), provider_id, text, tap, file)
    return InboxRow(id_, conversation, with_more(said, more), *rest)
