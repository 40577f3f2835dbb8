"""What is told between the sockets of a conversation while it happens: the topic and the shape of a line."""

from typing import Any

from model.message import Line
from model.rows import OutboxRow


def chat_topic(conversation_id: int) -> str:
    """What the customer's own sockets listen to."""
    return f"chat:{conversation_id}"


def line_event(line: Line | OutboxRow) -> dict[str, Any]:
    """A line of the transcript; one on its way out is ours and has no id of the customer's."""
    event = {"type": "line", "seq": line.seq, "author": str(line.author), "content": line.content}
    event |= {"at": line.at.isoformat()}
    return event | {"client_id": line.client_id} if isinstance(line, Line) else event
