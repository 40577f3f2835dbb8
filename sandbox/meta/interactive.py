"""Interactive messages: what Meta demands of them, and what of them a telephone shows.

Limits: Meta, "Interactive messages": body 1,024, header and footer 60; 3 reply buttons (title 20, id 256); a list has
10 sections and 10 rows in all (row title 24, description 72, id 200, section title 24, list button 20); a link button
20; 2 to 10 cards of a carousel, 160 each.
"""

from collections.abc import Callable

from sandbox.meta import fields
from sandbox.meta.errors import invalid, missing, parameter
from sandbox.meta.fields import Json, known, text
from sandbox.meta.mediafields import CheckMedia, absolute, read_media

_KEYS = frozenset({"type", "header", "body", "footer", "action"})
_PRODUCTS = frozenset({"title", "product_items"})
_REPLY, _ROW = frozenset({"id", "title"}), frozenset({"id", "title", "description"})


def read_interactive(content: object, check: CheckMedia) -> Json:
    """What the telephone shows of it. Raises `GraphError` on the first thing that Meta would not take."""
    given = known(content, "interactive", _KEYS)
    kind = given.get("type")
    reader = _READERS.get(kind) if isinstance(kind, str) else None
    if reader is None:
        raise parameter(f"Param interactive['type'] must be one of {{{', '.join(_READERS)}}}.")
    action = given.get("action")
    if action is None:
        raise missing("Parameter 'action' of interactive is mandatory")
    shown = reader(action, check) | {"text": _text_of(given, "body", 1024, needed=True)}
    footer = _text_of(given, "footer", 60, needed=False)
    header = _header(given.get("header"), kind, check)
    return shown | ({"footer": footer} if footer else {}) | ({"header": header} if header else {})


def _text_of(holder: Json, name: str, most: int, *, needed: bool) -> str:
    value = holder.get(name)
    if value is None and not needed:
        return ""
    where = f"interactive['{name}']"
    return text(known(value, where, frozenset({"text"})), "text", where, most)


def _header(value: object, kind: object, check: CheckMedia) -> Json:
    if value is None:
        return {}
    where = "interactive['header']"
    header = known(value, where, frozenset({"type", "text", "image", "video", "document", "sub_text"}))
    allowed = ["text"] if kind == "list" else ["text", "image", "video", "document"]
    if kind == "location_request_message":
        raise invalid("Header is not allowed for interactive type location_request_message")
    of = fields.one_of(header.get("type"), f"{where}['type']", allowed)
    if of == "text":
        return {"kind": "text", "text": text(header, "text", where, 60)}
    return read_media(of, header.get(of), f"{where}['{of}']", check, caption=False)


def _buttons(action: object, _: CheckMedia) -> Json:
    where = "interactive['action']"
    buttons = fields.items(known(action, where, frozenset({"buttons"})), "buttons", where)
    fields.count(len(buttons), 1, 3, "buttons")
    read = [_button(button, f"{where}['buttons'][{index}]") for index, button in enumerate(buttons)]
    fields.unique((button["id"] for button in read), "button id")
    fields.unique((button["title"] for button in read), "button title")
    return {"buttons": read}


def _button(value: object, where: str) -> Json:
    button = known(value, where, frozenset({"type", "reply"}))
    fields.one_of(button.get("type"), f"{where}['type']", ["reply"])
    return _reply(button.get("reply"), f"{where}['reply']")


def _reply(value: object, where: str) -> Json:
    reply = known(value, where, _REPLY)
    return {"id": _id(reply, where, 256), "title": text(reply, "title", where, 20)}


def _id(holder: Json, where: str, most: int) -> str:
    found = text(holder, "id", where, most)
    if found != found.strip():
        raise invalid(f"{where}['id'] must not begin or end with a space")
    return found


def _list(action: object, _: CheckMedia) -> Json:
    where = "interactive['action']"
    given = known(action, where, frozenset({"button", "sections"}))
    title, sections = text(given, "button", where, 20), fields.items(given, "sections", where)
    fields.count(len(sections), 1, 10, "sections")
    read = [_section(section, f"{where}['sections'][{index}]") for index, section in enumerate(sections)]
    rows = [row for section in read for row in section["rows"]]
    if len(rows) > 10:
        raise invalid("Total row count exceed max allowed count: 10")
    fields.unique((row["id"] for row in rows), "row id")
    if len(read) > 1 and not all(section["title"] for section in read):
        raise missing("Section title is mandatory where there is more than one section")
    return {"list": {"title": title, "sections": read}}


def _section(value: object, where: str) -> Json:
    section = known(value, where, frozenset({"title", "rows"}))
    rows = fields.items(section, "rows", where)
    fields.count(len(rows), 1, 10, "rows")
    return {
        "title": text(section, "title", where, 24, needed=False),
        "rows": [_row(row, f"{where}['rows'][{index}]") for index, row in enumerate(rows)],
    }


def _row(value: object, where: str) -> Json:
    row = known(value, where, _ROW)
    read = {"id": _id(row, where, 200), "title": text(row, "title", where, 24)}
    described = text(row, "description", where, 72, needed=False)
    return read | ({"description": described} if described else {})


def _link(action: object, _: CheckMedia) -> Json:
    return {"links": [_cta(action, "interactive['action']")]}


def _cta(action: object, where: str) -> Json:
    given = known(action, where, frozenset({"name", "parameters"}))
    fields.one_of(given.get("name"), f"{where}['name']", ["cta_url"])
    where += "['parameters']"
    parameters = known(given.get("parameters"), where, frozenset({"display_text", "url"}))
    address = text(parameters, "url", where, 2000)
    if not absolute(address):
        raise invalid(f"{where}['url'] is not a valid URL")
    return {"title": text(parameters, "display_text", where, 20), "url": address}


def _place(action: object, _: CheckMedia) -> Json:
    given = known(action, "interactive['action']", frozenset({"name"}))
    fields.one_of(given.get("name"), "interactive['action']['name']", ["send_location"])
    return {"ask_place": {"title": "Send location"}}


def _carousel(action: object, check: CheckMedia) -> Json:
    where = "interactive['action']"
    cards = fields.items(known(action, where, frozenset({"cards"})), "cards", where)
    fields.count(len(cards), 2, 10, "cards")
    read = [_card(card, index, f"{where}['cards'][{index}]", check) for index, card in enumerate(cards)]
    if len({frozenset(card) & {"buttons", "links"} for card in read}) > 1:
        raise invalid("All cards of a carousel must have the same kind of buttons")
    fields.unique((button["id"] for card in read for button in card.get("buttons", [])), "button id")
    return {"cards": read}


def _card(value: object, index: int, where: str, check: CheckMedia) -> Json:
    card = known(value, where, frozenset({"card_index", "type", "header", "body", "action"}))
    if card.get("card_index") != index:
        raise invalid(f"{where}['card_index'] must be {index}")
    header = known(card.get("header"), f"{where}['header']", frozenset({"type", "image", "video"}))
    of = fields.one_of(header.get("type"), f"{where}['header']['type']", ["image", "video"])
    read: Json = {"header": read_media(of, header.get(of), f"{where}['header']['{of}']", check, caption=False)}
    if card.get("body") is not None:
        body = known(card["body"], f"{where}['body']", frozenset({"text"}))
        read["text"] = text(body, "text", f"{where}['body']", 160)
    return read | _card_action(card.get("action"), f"{where}['action']")


def _card_action(value: object, where: str) -> Json:
    action = known(value, where, frozenset({"name", "parameters", "buttons"}))
    if "buttons" not in action:
        return {"links": [_cta(action, where)]}
    buttons = fields.items(action, "buttons", where)
    fields.count(len(buttons), 1, 3, "buttons")
    return {"buttons": [_quick(button, f"{where}['buttons'][{at}]") for at, button in enumerate(buttons)]}


def _quick(value: object, where: str) -> Json:
    button = known(value, where, frozenset({"type", "quick_reply"}))
    fields.one_of(button.get("type"), f"{where}['type']", ["quick_reply"])
    return _reply(button.get("quick_reply"), f"{where}['quick_reply']")


def _products(action: object, _: CheckMedia) -> Json:
    """Products come from a catalogue at Meta, and the sandbox's account has none."""
    given = known(action, "interactive['action']", frozenset({"catalog_id", "product_retailer_id", "sections", "name"}))
    sections = fields.items(given, "sections", "interactive['action']") if "sections" in given else []
    where = "interactive['action']['sections']"
    listed = [fields.items(known(section, where, _PRODUCTS), "product_items", where) for section in sections]
    if sum(map(len, listed)) > 30:
        raise invalid("Total product count exceed max allowed count: 30")
    raise invalid("Products not found in FB Catalog")


_READERS: dict[str, Callable[[object, CheckMedia], Json]] = {
    "button": _buttons,
    "list": _list,
    "cta_url": _link,
    "location_request_message": _place,
    "carousel": _carousel,
    "product": _products,
    "product_list": _products,
    "catalog_message": _products,
}
