"""What Meta and Twilio refuse, written down apart from the code that keeps to it; every number is the provider's.

Meta: the pages "Messages" of its documentation and facebook/openapi v23.0. Lengths are checked in UTF-16 units, which
are never fewer than code points.
"""

import re
import unicodedata
from collections.abc import Iterator, Mapping
from typing import Any

GSM = set(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿"
    "abcdefghijklmnopqrstuvwxyzäöñüà^{}\\[~]|€"
)

_UNSEEN = {"Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Mn", "Mc", "Me"}


def size(text: str) -> int:
    """UTF-16 units; raises where a text cannot be sent at all (half of a surrogate pair)."""
    return len(text.encode("utf-16-le")) // 2


def check_words(text: str, limit: int) -> None:
    """Something to see, not too long, nothing that no message may hold."""
    letters = {unicodedata.category(letter) for letter in set(text) - {"\n"}}
    assert letters - _UNSEEN, ascii(text)
    assert "Cc" not in letters, ascii(text)
    assert text == text.strip()
    assert size(text) <= limit, f"{size(text)} > {limit}"


def check_title(text: str, limit: int) -> None:
    """The same in one line."""
    check_words(text, limit)
    assert "\n" not in text


def check_whatsapp(message: Mapping[str, Any]) -> None:
    """Whether Meta's Cloud API takes a message."""
    assert set(message) == {"type", message["type"]}
    _CHECKS[message["type"]](message[message["type"]])


def _text(text: Mapping[str, Any]) -> None:
    check_words(text["body"], 4096)
    assert text.get("preview_url", False) == bool(re.search(r"https?://\S", text["body"], re.IGNORECASE))


def _media(media: Mapping[str, Any]) -> None:
    _address(media["link"])
    if "caption" in media:
        check_words(media["caption"], 1024)


def _document(document: Mapping[str, Any]) -> None:
    check_title(document["filename"], 240)
    _media(document)


def _address(url: str) -> None:
    assert url.startswith(("http://", "https://"))
    assert url.isascii()
    assert not any(letter.isspace() for letter in url)


def _template(template: Mapping[str, Any]) -> None:
    assert 1 <= len(template["name"]) <= 512
    assert template["language"]["policy"] == "deterministic"
    assert template["language"]["code"]
    for component in template.get("components", ()):
        assert component["type"] == "body"
        assert component["parameters"]
        for parameter in component["parameters"]:
            assert parameter["type"] == "text"
            check_parameter(parameter["text"])


def check_parameter(text: str) -> None:
    """What fills a template's place."""
    check_title(text, 1024)
    assert "\t" not in text
    assert "     " not in text


def _interactive(interactive: Mapping[str, Any]) -> None:
    check_words(interactive["body"]["text"], 1024)
    if "header" in interactive:
        assert interactive["type"] == "button", "only reply buttons are sent with a picture above"
        _image_header(interactive["header"])
    _ACTIONS[interactive["type"]](interactive["action"])


def _image_header(header: Mapping[str, Any]) -> None:
    assert set(header) == {"type", "image"}
    assert header["type"] == "image"
    assert set(header["image"]) == {"link"}
    _address(header["image"]["link"])


def _buttons(action: Mapping[str, Any]) -> None:
    assert set(action) == {"buttons"}
    buttons = [button["reply"] for button in action["buttons"]]
    assert all(button["type"] == "reply" for button in action["buttons"])
    assert 1 <= len(buttons) <= 3
    _unlike(buttons, 20, 256)


def _unlike(shown: list[Mapping[str, Any]], title: int, id_: int) -> None:
    for one in shown:
        check_title(one["title"], title)
        assert 1 <= size(one["id"]) <= id_
        assert one["id"] == one["id"].strip()
    for key in ("id", "title"):
        assert len({one[key] for one in shown}) == len(shown), f"two of the same {key}"


def _list(action: Mapping[str, Any]) -> None:
    assert set(action) == {"button", "sections"}
    check_title(action["button"], 20)
    assert 1 <= len(action["sections"]) <= 10
    for section in action["sections"]:
        check_title(section["title"], 24)
        assert section["rows"]
    rows = [row for section in action["sections"] for row in section["rows"]]
    assert 1 <= len(rows) <= 10
    _unlike(rows, 24, 200)
    for row in rows:
        if "description" in row:
            check_title(row["description"], 72)


def _cta(action: Mapping[str, Any]) -> None:
    assert action["name"] == "cta_url"
    assert set(action["parameters"]) == {"display_text", "url"}
    check_title(action["parameters"]["display_text"], 20)
    _address(action["parameters"]["url"])
    assert "127.0.0.1" not in action["parameters"]["url"]
    assert "localhost" not in action["parameters"]["url"]


def _location(action: Mapping[str, Any]) -> None:
    assert action == {"name": "send_location"}


_CHECKS = {
    "text": _text,
    "image": _media,
    "document": _document,
    "template": _template,
    "interactive": _interactive,
}
_ACTIONS = {
    "button": _buttons,
    "list": _list,
    "cta_url": _cta,
    "location_request_message": _location,
}


def words_of(message: Mapping[str, Any]) -> Iterator[str]:
    """Every text of a message, and the addresses that it opens."""
    for value in message.values():
        if isinstance(value, str):
            yield value
        elif isinstance(value, Mapping):
            yield from words_of(value)
        elif isinstance(value, list):
            for one in value:
                yield from words_of(one)


def ids_of(message: Mapping[str, Any]) -> set[str]:
    """What a tap on one of its buttons or rows would tell."""
    action = message.get("interactive", {}).get("action", {})
    buttons = [*action.get("buttons", ()), *(b for card in action.get("cards", ()) for b in card["action"]["buttons"])]
    rows = [row for section in action.get("sections", ()) for row in section["rows"]]
    return {button[button["type"]]["id"] for button in buttons} | {row["id"] for row in rows}


def check_sms(text: str) -> None:
    """At most ten segments, counted the plain way: 153 septets each, 67 units where a letter is not of the alphabet."""
    assert text.strip()
    if set(text) <= GSM:
        assert len(text) + sum(letter in "^{}\\[~]|€" for letter in text) <= 1530
    else:
        assert size(text) <= 670
