"""A picture, paper or recording is fetched before its turn decides: like hearing, with no transaction open."""

import asyncio
from dataclasses import dataclass, replace
from datetime import timedelta

import structlog

from bot.parts import Parts
from model.errors import Fault, Refused, Unavailable
from model.message import Inbound, MediaKind, Sort
from model.rows import InboxRow

log = structlog.get_logger()

_RECORDINGS = (MediaKind.AUDIO, MediaKind.VOICE)
_PATIENCE = timedelta(minutes=10)
"""So long after a message came its file is waited for; then it is answered without, and what stands behind it too."""


@dataclass(frozen=True, slots=True)
class Opened:
    """A message after its file was fetched. `size` in bytes: 0 where it was tried in vain, None where it was not."""

    inbound: Inbound
    size: int | None = None


async def opened(parts: Parts, row: InboxRow) -> Opened:
    """The message with its file kept here, a recording with its words where somebody can write them down.

    As it came, where there is nothing to fetch or it cannot be had. Raises Unavailable.
    """
    inbound, patient = row.inbound, parts.clock() < row.received_at + _PATIENCE
    source = parts.media.get(inbound.address.channel)
    if inbound.media is None or source is None or parts.files is None or inbound.media.kind is MediaKind.STICKER:
        return Opened(inbound)
    try:
        raw = await source.fetch(inbound.address, inbound.media)
        file = await asyncio.to_thread(parts.files.keep, row.conversation_id, raw)
    except (Fault, Refused, Unavailable) as trouble:
        if isinstance(trouble, Unavailable) and patient:
            raise
        log.warning("media_not_had", kind=inbound.media.kind.value, reason=type(trouble).__name__)
        return Opened(inbound, 0)
    kept = replace(inbound, file=file)
    if inbound.media.kind not in _RECORDINGS:
        return Opened(replace(kept, sort=Sort.PLAIN), len(raw))
    words = await _words(parts, raw, inbound.media.mime, patient=patient)
    return Opened(replace(kept, text=words, sort=Sort.PLAIN) if words else kept, len(raw))


async def _words(parts: Parts, raw: bytes, mime: str, *, patient: bool) -> str:
    if parts.transcriber is None:
        return ""
    try:
        return await parts.transcriber.words(raw, mime)
    except Unavailable:
        if patient:
            raise
        return ""
