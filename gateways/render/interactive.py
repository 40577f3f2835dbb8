"""Messages of Meta's Cloud API, each within its limits: texts, pictures, buttons, lists.

Limits are those of Meta's documentation ("Messages", per type) and of its OpenAPI description, whichever is narrower:
the documentation allows a list's body 4,096 characters, the description 1,024.
"""

from collections.abc import Mapping, Sequence
from typing import Any

import regex

from gateways.render.content import Choice
from gateways.render.graphemes import is_visible, shorten, units
from gateways.render.splitting import LINK, split, within

Message = dict[str, Any]
"""A message body without `messaging_product`, `recipient_type` and `to`: `type`, and what that type holds."""

CAPTION = 1024
ROWS = 10
BUTTON_TITLE = 20
_TEXT = 4096
_BODY = 1024
_BUTTONS = 3
_ROW_TITLE = 24
_ROW_DESCRIPTION = 72
_ID = 200
"""A list row's; a button's may have 256."""
_BAD_ID = regex.compile(r"^\s|\s$|[\p{Cc}\p{Cs}]")


def texts(words: str) -> list[Message]:
    """As many text messages as it takes; none for no words."""
    return [_text(part) for part in split(words, within(_TEXT))]


def _text(words: str) -> Message:
    body = {"preview_url": True, "body": words} if LINK.search(words) else {"body": words}
    return {"type": "text", "text": body}


def pictured(url: str, words: str) -> list[Message]:
    """A picture with the words beneath it; too many words follow as text."""
    fits = units(words) <= CAPTION
    image = {"link": url, "caption": words} if words and fits else {"link": url}
    return [{"type": "image", "image": image}, *([] if fits else texts(words))]


def asking(words: str, kind: str, action: Mapping[str, Any], image: str = "") -> list[Message]:
    """An interactive message with these words (never empty) as its body.

    Too many go ahead as text, all but the last line: that is the question.
    """
    *before, last = _bodies(words)
    header = {"header": {"type": "image", "image": {"link": image}}} if image else {}
    interactive = {"type": kind, **header, "body": {"text": last}, "action": action}
    return [
        *(message for part in before for message in texts(part)),
        {"type": "interactive", "interactive": interactive},
    ]


def _bodies(words: str) -> list[str]:
    if units(words) <= _BODY:
        return [words]
    ahead, _, question = map(str.strip, words.rpartition("\n"))
    if is_visible(ahead) and is_visible(question) and units(question) <= _BODY:
        return [ahead, question]
    return split(words, within(_BODY))


def is_tappable(choice: Choice) -> bool:
    """Whether Meta takes the choice's id: not empty, not too long, no blanks around it."""
    return 0 < units(choice.id) <= _ID and not _BAD_ID.search(choice.id)


def distinct(choices: Sequence[Choice]) -> list[Choice]:
    """Of choices that do the same only the first: Meta refuses an id that occurs twice in a message."""
    first: dict[str, Choice] = {}
    for choice in choices:
        first.setdefault(choice.id, choice)
    return list(first.values())


def fit_buttons(choices: Sequence[Choice], most: int = _BUTTONS) -> bool:
    """Whether reply buttons show them whole: few, short, no two alike (Meta refuses those), nothing to explain."""
    titles = {choice.title for choice in choices}
    short = all(units(choice.title) <= BUTTON_TITLE and not choice.description for choice in choices)
    return 1 <= len(choices) <= most and short and len(titles) == len(choices)


def choosing(words: str, choices: Sequence[Choice], label: str, image: str = "") -> list[Message]:
    """Reply buttons where those show the choices whole, else a list (at most ten) that opens by a button, `label`.

    A list can show no picture, so it goes ahead with the words as its caption, and the list repeats their first line.
    """
    if fit_buttons(choices):
        buttons = [{"type": "reply", "reply": {"id": choice.id, "title": choice.title}} for choice in choices]
        return asking(words, "button", {"buttons": buttons}, image)
    ahead = pictured(image, words) if image else []
    words = words.partition("\n")[0] if image else words
    return [*ahead, *asking(words, "list", {"button": label, "sections": [_section(choices, label)]})]


def _section(choices: Sequence[Choice], label: str) -> dict[str, Any]:
    """Meta's documentation wants a title for a section, its description only where there are several."""
    taken: set[str] = set()
    return {"title": label, "rows": [_row(choice, taken) for choice in choices]}


def _row(choice: Choice, taken: set[str]) -> dict[str, str]:
    """A title cut short stands whole in the description."""
    title = _untaken(choice.title, taken)
    taken.add(title)
    about = (choice.description,) if title == choice.title else (choice.title, choice.description)
    description = shorten(": ".join(filter(None, about)), _ROW_DESCRIPTION)
    row = {"id": choice.id, "title": title}
    return row | {"description": description} if description else row


def _untaken(title: str, taken: set[str]) -> str:
    """The title, cut short; with a number behind it where another row has it already."""
    shown, place = shorten(title, _ROW_TITLE), 1
    while shown in taken:
        place += 1
        mark = f" ({place})"
        shown = shorten(title, _ROW_TITLE - len(mark)) + mark
    return shown
