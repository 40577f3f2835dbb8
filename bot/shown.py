"""A customer's message as the transcript shows it."""

from model.conversation import Conversation
from model.files import PICTURES, SOUNDS
from model.message import Inbound, Sort

_PAPERS = {"mp4": "video", "3gp": "video", **dict.fromkeys((*SOUNDS, "amr"), "recording")}


def shown(conversation: Conversation, inbound: Inbound) -> dict[str, object]:
    """A message as the transcript shows it: a tap by the title of what was tapped, a file by its picture."""
    about: dict[str, object] = {"about": dict(inbound.about)} if inbound.about else {}
    if inbound.file:
        return _shown_file(inbound) | about
    titles = {choice[0]: choice[1] for choice in conversation.memory.choices}
    said = inbound.text or titles.get(inbound.tap, inbound.tap.partition(":")[0])
    text = " ".join(part for part in (_named(inbound), said) if part)
    return {"kind": "text", "body": text, "text": text} | about


def _named(inbound: Inbound) -> str:
    """What a message without words, or with more than words, is."""
    if inbound.media:
        return f"[{inbound.media.kind}]"
    if inbound.place:
        where = ", ".join(part for part in (inbound.place.name, inbound.place.address) if part)
        return f"[location {inbound.place.latitude:.6f}, {inbound.place.longitude:.6f}] {where}".strip()
    return "" if inbound.sort is Sort.PLAIN else f"[{inbound.sort}]"


def _shown_file(inbound: Inbound) -> dict[str, object]:
    ending = inbound.file.rpartition(".")[2]
    kind, text = ("image", "[photo]") if ending in PICTURES else ("document", f"[{_PAPERS.get(ending, 'document')}]")
    body = f"{text} {inbound.text}".strip()
    url = f"/webchat/files/{inbound.file}"
    return {"kind": kind, "body": body, "text": body, "url": url, "file": inbound.file}
