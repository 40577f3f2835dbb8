"""How far messages of ours have come: reports come in any order, progress never goes backwards."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from model.message import Channel, Progress

WINDOW = timedelta(hours=24)
"""So long after a customer's message anything may be sent on WhatsApp; after that, approved templates alone."""
_ORDER = {progress: place for place, progress in enumerate((None, Progress.SENT, Progress.DELIVERED, Progress.READ))}
_REACH = {progress: place for place, progress in enumerate((Progress.FAILED, *list(_ORDER)[1:]))}
"""How much of a message the customer has."""


def moves(known: Progress | None, reported: Progress) -> bool:
    """Whether a report tells anything new. A failure ends it, unless the message was delivered after all."""
    if known is Progress.FAILED:
        return reported in (Progress.DELIVERED, Progress.READ)
    if reported is Progress.FAILED:
        return known in (None, Progress.SENT)
    return _ORDER[reported] > _ORDER[known]


TEMPLATE = "template"
"""The form of a line that goes as the template that stands for it."""


def farthest(parts: Iterable[tuple[int, str, int, Progress]]) -> dict[int, Progress]:
    """By line: a failed part counts above all, else the part that has come least far.

    `parts` are (line, form, part, progress). Where a part was sent again, its message that came farthest counts; where
    the template went in a line's place, it alone counts.
    """
    best: dict[tuple[int, str, int], Progress] = {}
    for seq, form, part, progress in parts:
        best[seq, form, part] = max(progress, best.get((seq, form, part), progress), key=_reach)
    found: dict[int, dict[str, Progress]] = {}
    for (seq, form, _), progress in best.items():
        forms = found.setdefault(seq, {})
        forms[form] = min(progress, forms.get(form, progress), key=_reach)
    return {seq: forms.get(TEMPLATE) or next(iter(forms.values())) for seq, forms in found.items()}


def _reach(progress: Progress) -> int:
    return _REACH[progress]


def window_open(channel: Channel, wrote_at: datetime | None, now: datetime) -> bool:
    """Whether anything may be sent, not templates alone (WhatsApp's rule; the other channels know no window)."""
    return channel is not Channel.WHATSAPP or wrote_at is None or now - wrote_at < WINDOW
