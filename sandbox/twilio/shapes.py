"""Messages and media as JSON. Shapes: Twilio's documentation of the Message resource and its subresource Media."""

from collections.abc import Sequence
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any

from sandbox.twilio.entities import Media, Message
from sandbox.twilio.errors import failure

API_VERSION = "2010-04-01"

Json = dict[str, Any]


def message_answer(message: Message, account_sid: str) -> Json:
    """One message. Numbers of things are texts, `error_code` is a number, times are RFC 2822.

    Until a messaging service has chosen the sender there is none, and no segment.
    """
    uri = f"/{API_VERSION}/Accounts/{account_sid}/Messages/{message.sid}"
    unsent = message.status == "accepted"
    priced = message.sent_at and message.direction != "inbound"
    return {
        "account_sid": account_sid,
        "api_version": API_VERSION,
        "body": message.drawn.body,
        "date_created": rfc2822(message.created_at),
        "date_sent": rfc2822(message.sent_at) if message.sent_at else None,
        "date_updated": rfc2822(message.updated_at),
        "direction": message.direction,
        "error_code": message.error_code or None,
        "error_message": failure(message.error_code) if message.error_code else None,
        "from": None if unsent else str(message.sender),
        "messaging_service_sid": message.service_sid or None,
        "num_media": str(len(message.media) or len(message.drawn.media_urls)),
        "num_segments": "0" if unsent else str(message.segments),
        "price": f"-{message.segments * 0.0075:.5f}" if priced else None,
        "price_unit": "USD",
        "sid": message.sid,
        "status": message.status,
        "subresource_uris": {"media": f"{uri}/Media.json"},
        "to": str(message.to),
        "uri": f"{uri}.json",
    }


def media_answer(media: Media, account_sid: str) -> Json:
    """One file of a message, without its bytes."""
    return {
        "account_sid": account_sid,
        "content_type": media.mime,
        "date_created": rfc2822(media.created_at),
        "date_updated": rfc2822(media.created_at),
        "parent_sid": media.message_sid,
        "sid": media.sid,
        "uri": f"{media_path(media, account_sid)}.json",
    }


def media_path(media: Media, account_sid: str) -> str:
    """Where the bytes of a file are, for those with credentials."""
    return f"/{API_VERSION}/Accounts/{account_sid}/Messages/{media.message_sid}/Media/{media.sid}"


def page_answer(
    name: str, shown: Sequence[Json], start: int, page: int, size: int, uris: tuple[str, str | None, str, str | None]
) -> Json:
    """One page; `uris` are the addresses of the first page, the one before, this one and the next."""
    first, before, here, after = uris
    return {
        name: list(shown),
        "end": start + len(shown) - 1 if shown else start,
        "first_page_uri": first,
        "next_page_uri": after,
        "page": page,
        "page_size": size,
        "previous_page_uri": before,
        "start": start,
        "uri": here,
    }


def rfc2822(seconds: float) -> str:
    """`Thu, 20 Nov 2025 09:00:00 +0000`."""
    return format_datetime(datetime.fromtimestamp(seconds, UTC).replace(microsecond=0))
