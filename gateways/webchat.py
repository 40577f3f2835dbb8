"""The way out to the web chat: a reply is in the transcript already; the sockets that show it are told."""

from model.ports import Live
from model.rows import OutboxRow


def topic(conversation_id: int) -> str:
    """What the sockets of a conversation listen to."""
    return f"chat:{conversation_id}"


class WebChat:
    """The `Sender` port. A socket that is away reads what it missed from the transcript when it is back."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def send(self, row: OutboxRow) -> None:
        """Tell the sockets of the conversation."""
        event = {
            "type": "line",
            "seq": row.seq,
            "author": row.author,
            "content": row.content,
            "at": row.at.isoformat(),
        }
        await self._live.publish(topic(row.conversation_id), event)
