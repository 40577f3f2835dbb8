"""People take over and hand back. Each step is a function on one unit of work; the version decides who was first."""

from dataclasses import replace
from datetime import timedelta

from bot import notify
from bot.speech import Speech
from model.conversation import Conversation, Holder
from model.delivery import window_open
from model.errors import Conflict, Refused
from model.message import Author, reply
from model.rows import OutboxRow, User
from shop.contacts import tidy
from shop.work import Work

SILENT_FOR = timedelta(minutes=10)
"""An agent who does nothing for so long has gone: the conversation returns to the queue."""
LONGEST = 4096
"""Characters of an agent's message."""


def _get(work: Work, conversation_id: int) -> Conversation:
    conversation = work.uow.conversations.get(conversation_id)
    if conversation is None:
        raise Refused("conversation_unknown")
    return conversation


def _held_by(work: Work, conversation_id: int, agent: User) -> Conversation:
    conversation = _get(work, conversation_id)
    if conversation.holder is not Holder.AGENT or conversation.agent_id != agent.id:
        raise Conflict("another holds this conversation")
    return conversation


def take(work: Work, speech: Speech, conversation_id: int, agent: User) -> list[OutboxRow]:
    """An agent takes a conversation, from the queue or from the bot; its customer is told who is there.

    Raises Conflict where another agent has it.
    """
    conversation = _get(work, conversation_id)
    if conversation.holder is Holder.AGENT and conversation.agent_id != agent.id:
        raise Conflict("another holds this conversation")
    if conversation.holder is Holder.AGENT:
        return []
    taken = replace(conversation, holder=Holder.AGENT, agent_id=agent.id, queued_at=None, agent_seen_at=work.now)
    work.uow.conversations.save(taken)
    return [notify.send(work, speech, taken, reply("agent_joined", name=agent.name), Author.SYSTEM)]


def write(work: Work, conversation_id: int, agent: User, text: str) -> OutboxRow:
    """An agent's message.

    Raises Conflict where they do not hold the conversation, Refused: message_empty, window_closed.
    """
    conversation = _held_by(work, conversation_id, agent)
    if not window_open(conversation.address.channel, conversation.wrote_at, work.now):
        raise Refused("window_closed")
    body = text.strip()[:LONGEST]
    if not tidy(body, LONGEST):
        raise Refused("message_empty")
    seen = work.uow.conversations.save(replace(conversation, agent_seen_at=work.now))
    content: dict[str, object] = {"kind": "text", "body": body, "text": body, "name": agent.name}
    return notify.post(work.uow, seen, content, Author.AGENT, work)


def is_there(work: Work, conversation_id: int, agent: User) -> None:
    """The agent is at work in it (typing)."""
    conversation = _held_by(work, conversation_id, agent)
    work.uow.conversations.save(replace(conversation, agent_seen_at=work.now))


def hand_back(work: Work, speech: Speech, conversation_id: int, agent: User) -> list[OutboxRow]:
    """The bot answers again, and says so."""
    conversation = _held_by(work, conversation_id, agent)
    memory = replace(conversation.memory, misses=0, question=None)
    free = replace(conversation, holder=Holder.BOT, agent_id=None, agent_seen_at=None, memory=memory)
    work.uow.conversations.save(free)
    return [notify.send(work, speech, free, reply("agent_left", name=agent.name), Author.SYSTEM)]


def lapse(work: Work, speech: Speech) -> list[OutboxRow]:
    """Conversations whose agent is gone return to the queue; their customers are told."""
    rows: list[OutboxRow] = []
    for conversation in work.uow.conversations.held_and_silent(work.now - SILENT_FOR):
        queued = replace(conversation, holder=Holder.QUEUE, agent_id=None, agent_seen_at=None, queued_at=work.now)
        work.uow.conversations.save(queued, "agent_gone")
        rows.append(notify.send(work, speech, queued, reply("agent_away"), Author.SYSTEM))
    return rows


def queued(work: Work, conversation: Conversation) -> Conversation:
    """The conversation as one that waits for a person (not yet stored)."""
    if conversation.holder is not Holder.BOT:
        return conversation
    memory = replace(conversation.memory, misses=0, question=None)
    return replace(conversation, holder=Holder.QUEUE, queued_at=work.now, memory=memory)
