"""The way out to the web chat: a reply is in the transcript already; the sockets that show it are told."""

from model.live import chat_topic, line_event
from model.ports import Live
from model.rows import OutboxRow


class WebChat:
    """The `Sender` port. A socket that is away reads what it missed from the transcript when it is back."""

    def __init__(self, live: Live) -> None:
        self._live = live

    async def send(self, row: OutboxRow) -> None:
        """Tell the sockets of the conversation."""
        await self._live.publish(chat_topic(row.conversation_id), line_event(row))
