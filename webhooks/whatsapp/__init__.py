"""WhatsApp by Meta's Cloud API: `verify` the raw bytes, `read` the batch, hand it in at the door, answer."""

from webhooks.whatsapp.batch import read
from webhooks.whatsapp.edge import MAX_BODY, add_routes, handshake, verify

__all__ = ["MAX_BODY", "add_routes", "handshake", "read", "verify"]
