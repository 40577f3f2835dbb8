"""Tickets, users of the console, and sessions of both kinds."""

from dataclasses import replace
from datetime import datetime

from model.errors import Fault
from model.order import Ticket, TicketKind
from model.rows import User
from store.memory.data import Data


class MemoryDesk:
    """`model.ports.Desk`."""

    def __init__(self, data: Data) -> None:
        self._data = data

    def add_ticket(self, ticket: Ticket) -> int:
        ticket_id = self._data.next_id("ticket")
        self._data.tickets[ticket_id] = replace(ticket, id=ticket_id)
        return ticket_id

    def is_open(self, kind: TicketKind, details: str) -> bool:
        said = ((ticket.closed, ticket.kind, ticket.details) for ticket in self._data.tickets.values())
        return (False, kind, details) in said

    def close_ticket(self, ticket_id: int) -> bool:
        ticket = self._data.tickets.get(ticket_id)
        if ticket is None or ticket.closed:
            return False
        self._data.tickets[ticket_id] = replace(ticket, closed=True)
        return True

    def add_user(self, name: str, password_hash: str, role: str, demo: bool) -> int:
        known = self.user(name)
        user_id = known.id if known else self._data.next_id("user")
        self._data.users[user_id] = User(user_id, name, password_hash, role, demo)
        for token_hash in [token for token, (whose, _) in self._data.sessions.items() if whose == user_id]:
            self.drop_session(token_hash)
        return user_id

    def user(self, name: str) -> User | None:
        return next((user for user in self._data.users.values() if user.name == name), None)

    def user_by_id(self, user_id: int) -> User | None:
        return self._data.users.get(user_id)

    def demo_users(self) -> int:
        return sum(user.demo for user in self._data.users.values())

    def add_session(self, token_hash: str, user_id: int, until: datetime) -> None:
        if token_hash in self._data.sessions:
            raise Fault("this session is there already")
        self._data.sessions[token_hash] = (user_id, until)

    def session_user(self, token_hash: str, now: datetime) -> User | None:
        user_id, until = self._data.sessions.get(token_hash, (0, now))
        return self._data.users.get(user_id) if until > now else None

    def drop_session(self, token_hash: str) -> None:
        self._data.sessions.pop(token_hash, None)

    def add_chat(self, token_hash: str, conversation_id: int, at: datetime, peer: str = "") -> None:
        if token_hash in self._data.chats:
            raise Fault("this session is there already")
        self._data.chats[token_hash] = (conversation_id, peer)

    def chat(self, token_hash: str) -> int | None:
        return self._data.chats.get(token_hash, (None, ""))[0]

    def drop_chat(self, token_hash: str) -> None:
        self._data.chats.pop(token_hash, None)

    def peer(self, conversation_id: int) -> str:
        return next((peer for chat, peer in self._data.chats.values() if chat == conversation_id), "")
