"""Tickets, users of the console, and sessions of both kinds."""

from datetime import datetime

from sqlalchemy import bindparam, delete, false, func, insert, select, update

from model.order import Ticket, TicketKind
from model.rows import User
from store import tables as t
from store.repos.base import Repository, Row, upsert

_t, _u, _s, _w = t.ticket.c, t.console_user.c, t.console_session.c, t.webchat_session.c
_ADD_TICKET = insert(t.ticket).returning(_t.id)
_CLOSE_TICKET = update(t.ticket).where(_t.id == bindparam("key"), _t.closed == false()).values(closed=True)
_IS_OPEN = select(_t.id).where(_t.closed == false(), _t.kind == bindparam("what"), _t.details == bindparam("told"))
_USERS = select(_u.id, _u.name, _u.password_hash, _u.role, _u.demo)
_USER = _USERS.where(_u.name == bindparam("known"))
_USER_BY_ID = _USERS.where(_u.id == bindparam("key"))
_ADD_USER = upsert(t.console_user, "name", "password_hash", "role", "demo")
_DEMO_USERS = select(func.count()).where(_u.demo)
_ADD_SESSION = insert(t.console_session).inline()
_SESSION_USER = _USERS.join(t.console_session).where(_s.token_hash == bindparam("token"), _s.until > bindparam("now"))
_DROP_SESSIONS = delete(t.console_session).where(_s.user_id == bindparam("user"))
_DROP_SESSION = delete(t.console_session).where(_s.token_hash == bindparam("token"))
_ADD_CHAT = insert(t.webchat_session).inline()
_DROP_CHAT = delete(t.webchat_session).where(_w.token_hash == bindparam("token"))
_CHAT = select(_w.conversation_id).where(_w.token_hash == bindparam("token"))
_PEER = select(_w.peer).where(_w.conversation_id == bindparam("conversation"))


class SqlDesk(Repository):
    """`model.ports.Desk`."""

    __slots__ = ()

    def add_ticket(self, ticket: Ticket) -> int:
        row = {name: getattr(ticket, name) for name in Ticket.__slots__ if name != "id"}
        return int(self._all(_ADD_TICKET, **row).scalar_one())

    def is_open(self, kind: TicketKind, details: str) -> bool:
        return self._first(_IS_OPEN, what=kind, told=details) is not None

    def close_ticket(self, ticket_id: int) -> bool:
        return self._change(_CLOSE_TICKET, key=ticket_id) == 1

    def add_user(self, name: str, password_hash: str, role: str, demo: bool) -> int:
        user_id = int(self._insert(_ADD_USER, name=name, password_hash=password_hash, role=role, demo=demo))
        self._change(_DROP_SESSIONS, user=user_id)
        return user_id

    def user(self, name: str) -> User | None:
        return _user(self._first(_USER, known=name))

    def user_by_id(self, user_id: int) -> User | None:
        return _user(self._first(_USER_BY_ID, key=user_id))

    def demo_users(self) -> int:
        return int(self._all(_DEMO_USERS).scalar_one())

    def add_session(self, token_hash: str, user_id: int, until: datetime) -> None:
        self._all(_ADD_SESSION, token_hash=token_hash, user_id=user_id, until=until)

    def session_user(self, token_hash: str, now: datetime) -> User | None:
        return _user(self._first(_SESSION_USER, token=token_hash, now=now))

    def drop_session(self, token_hash: str) -> None:
        self._change(_DROP_SESSION, token=token_hash)

    def add_chat(self, token_hash: str, conversation_id: int, at: datetime, peer: str = "") -> None:
        self._all(_ADD_CHAT, token_hash=token_hash, conversation_id=conversation_id, at=at, peer=peer)

    def chat(self, token_hash: str) -> int | None:
        row = self._first(_CHAT, token=token_hash)
        return row[0] if row else None

    def drop_chat(self, token_hash: str) -> None:
        self._change(_DROP_CHAT, token=token_hash)

    def peer(self, conversation_id: int) -> str:
        row = self._first(_PEER, conversation=conversation_id)
        return row[0] if row else ""


def _user(row: Row | None) -> User | None:
    return User(*row) if row else None
