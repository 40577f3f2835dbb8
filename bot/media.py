"""A picture, paper or recording is fetched before its turn decides: like hearing, with no transaction open."""

import asyncio
from dataclasses import replace

import structlog

from bot.parts import Parts
from model.errors import Fault, Refused
from model.message import Inbound, MediaKind, Sort

log = structlog.get_logger()

_RECORDINGS = (MediaKind.AUDIO, MediaKind.VOICE)


async def opened(parts: Parts, conversation_id: int, inbound: Inbound) -> Inbound:
    """The message with its file kept here, a recording with its words where somebody can write them down.

    As it came, where there is nothing to fetch or it cannot be had. Raises Unavailable.
    """
    source = parts.media.get(inbound.address.channel)
    if inbound.media is None or source is None or parts.files is None or inbound.media.kind is MediaKind.STICKER:
        return inbound
    try:
        raw = await source.fetch(inbound.address, inbound.media)
        file = await asyncio.to_thread(parts.files.keep, conversation_id, raw)
    except (Fault, Refused) as trouble:
        log.warning("media_not_had", kind=inbound.media.kind.value, reason=type(trouble).__name__)
        return inbound
    kept = replace(inbound, file=file)
    if inbound.media.kind not in _RECORDINGS:
        return replace(kept, sort=Sort.PLAIN)
    words = await parts.transcriber.words(raw, inbound.media.mime) if parts.transcriber else ""
    return replace(kept, text=words, sort=Sort.PLAIN) if words else kept
