"""Web chat sessions: a token is unguessable, stored hashed, and opens its holder's own conversation alone."""

import hashlib
import secrets
from dataclasses import dataclass, replace

from bot.engine import Engine, parted
from model.message import Address, Channel
from shop.work import Work

_ACCOUNT = "web"


@dataclass(frozen=True, slots=True)
class Session:
    """Whose conversation it is, and what the channel calls them."""

    conversation_id: int
    address: Address


def verify(origin: str | None, allowed: frozenset[str]) -> bool:
    """Whether a page of this origin may carry the widget."""
    return origin is not None and origin.rstrip("/").casefold() in allowed


def hashed(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


async def resume(engine: Engine, token: str) -> Session | None:
    """The session of a token; None where it is nobody's."""

    def known(work: Work) -> Session | None:
        conversation = work.uow.conversations.get(work.uow.desk.chat(hashed(token)) or 0)
        return Session(conversation.id, conversation.address) if conversation else None

    return await engine.parts.transact("customer", known)


async def forget(engine: Engine, token: str) -> None:
    """The token opens nothing any more, and what a proved number brought into its chat is seen there no longer."""

    def forgotten(work: Work) -> None:
        conversation_id = work.uow.desk.chat(hashed(token))
        work.uow.desk.drop_chat(hashed(token))
        if conversation_id is not None and work.uow.identities.others(conversation_id):
            parted(work, conversation_id)

    await engine.parts.transact("customer", forgotten)


async def start(engine: Engine, language: str, client: str = "") -> tuple[str, Session]:
    """A new conversation, which begins in this language, and the token that opens it.

    `client` is the address that it comes from: codes that the chat asks for are counted by it.
    """
    peer = engine.parts.codes.peer(client) if engine.parts.codes else ""
    token, address = secrets.token_urlsafe(32), Address(Channel.WEBCHAT, _ACCOUNT, secrets.token_urlsafe(16))

    def opened(work: Work) -> Session:
        conversation = work.uow.conversations.open(address, work.now)
        memory = replace(conversation.memory, language=language)
        conversation = work.uow.conversations.save(replace(conversation, memory=memory))
        work.uow.desk.add_chat(hashed(token), conversation.id, work.now, peer)
        return Session(conversation.id, address)

    return token, await engine.parts.transact("customer", opened)
