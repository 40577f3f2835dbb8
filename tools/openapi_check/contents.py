"""Replies of every kind, in several scripts and sizes, and whom they go to."""

from collections.abc import Iterator, Mapping
from typing import Any

Content = Mapping[str, Any]
_SITE = "https://shop.example"
_PICTURE = f"{_SITE}/pictures/mango.jpg"
_LABELS = {"choose": "चुनें", "more": "और देखें", "packs": "पैक"}
_TITLES = ("Mango Pickle", "आम का अचार", "మామిడికాయ పచ్చడి", "மாங்காய் ஊறுகாய்", "Gongura 🌶️", "Kaju Katli (Diwali special box)")
_TEMPLATE = {
    "name": "order_packed",
    "language": "en",
    "parameters": ["Asha", "HT-AAAAA", "₹ 499.50"],
    "category": "utility",
    "content_sid": "HX" + "0a" * 16,
}


def contents() -> Iterator[tuple[str, Content]]:
    """(what it is, content) of replies as `bot.speech` makes them."""
    yield from _texts()
    yield from _choices()
    yield from _products()
    yield from _links_and_files()
    yield from _templates()


def _texts() -> Iterator[tuple[str, Content]]:
    for title in _TITLES:
        yield f"text {title!r}", _text(f"{title}: ₹ 199.00\n\nhttps://shop.example/p/1")
    yield "text of 10,000 letters", _text("\n".join(f"{n}. {_TITLES[n % 6]}" for n in range(500)))
    yield "text without a blank", _text("ఆవకాయ" * 900)
    yield "text of an agent", _text("Namaste, this is Meera.") | {"name": "Meera"}


def _choices() -> Iterator[tuple[str, Content]]:
    for count in (1, 2, 3, 4, 9, 10, 11, 25):
        for described in (False, True):
            name = f"{count} choices{' with descriptions' if described else ''}"
            yield name, _with_choices("What would you like?", _some(count, described))
    yield "choices with long titles", _with_choices("Which?", _some(3, title="Andhra style mango pickle with garlic "))
    yield "choices with titles alike", _with_choices("Which?", [_choice(n, "Yes") for n in range(3)])
    yield "choices under a long text", _with_choices("नमस्ते जी! " * 300 + "\nक्या चाहिए?", _some(3))
    yield "choices in an old row", {"kind": "choices", "body": "Which?", "choices": _some(5), "text": "Which?"}
    yield "place", _text("Where shall we bring it?") | {"ask_place": True}


def _products() -> Iterator[tuple[str, Content]]:
    for count in (1, 2, 5, 10, 12):
        for packs in (0, 1, 2, 3, 6):
            for image in (_PICTURE, None):
                cards = [_product(n, packs, image) for n in range(count)]
                content = _text("Our pickles") | {"kind": "products", "products": cards, "labels": _LABELS}
                yield f"{count} products of {packs} packs{', pictured' if image else ''}", content
    one = [_product(0, 2, _PICTURE)]
    yield "a product with choices beneath", _with_choices("Shall I add it?", _some(2)) | {"products": one}
    long = [_product(n, 1, _PICTURE) | {"subtitle": "Sun-dried, hand-pounded. " * 10} for n in range(3)]
    yield "products with long words", _text("Look") | {"kind": "products", "products": long}


def _links_and_files() -> Iterator[tuple[str, Content]]:
    pay = {"kind": "link", "url": "https://rzp.io/i/abc", "title": "Pay ₹ 499.50"}
    yield "link", _text("Please pay.") | pay
    yield "link with a long title", _text("Please pay.") | pay | {"title": "Pay four hundred and ninety-nine rupees"}
    yield "link to a machine without a name", _text("Please pay.") | pay | {"url": "http://127.0.0.1:8080/pay/1"}
    yield "link with choices", _with_choices("Please pay.", _some(2)) | pay
    for words in ("", "Today's menu", "मेन्यू " * 400):
        about = f"captioned by {len(words)} letters"
        yield f"image {about}", _text(words) | {"kind": "image", "url": _PICTURE}
        yield f"document {about}", _text(words) | {"kind": "document", "url": f"{_SITE}/bill.pdf", "name": "बिल.pdf"}
    yield "document without a name", _text("") | {"kind": "document", "url": f"{_SITE}/bill%20one.pdf"}


def _templates() -> Iterator[tuple[str, Content]]:
    yield "template", {"kind": "template", "text": "Packed", "template": _TEMPLATE}
    bare = {"name": "hello", "language": "hi", "parameters": [], "content_sid": _TEMPLATE["content_sid"]}
    yield "template without parameters", {"kind": "template", "text": "Hello", "template": bare}
    odd = _TEMPLATE | {"parameters": ["", "two\nlines", "x" * 3000]}
    yield "template with odd parameters", {"kind": "template", "text": "Packed", "template": odd}


def standing_for() -> Content:
    """A reply that a template stands for where the window is closed."""
    return _text("Your order is packed.") | {"template": _TEMPLATE}


def _text(words: str) -> dict[str, Any]:
    return {"kind": "text", "body": words, "text": words}


def _with_choices(words: str, choices: list[Content]) -> dict[str, Any]:
    return _text(words) | {"kind": "choices", "choices": choices, "labels": _LABELS}


def _some(count: int, described: bool = False, title: str = "") -> list[Content]:
    more = {"description": "250 g, 500 g or 1 kg; hand-made in small batches by our own families"} if described else {}
    return [{**_choice(n, f"{title or _TITLES[n % 6]} {n}"), **more} for n in range(count)]


def _choice(number: int, title: str) -> Content:
    return {"id": f"category:pickles:{number}", "title": title}


def _product(number: int, packs: int, image: str | None) -> dict[str, Any]:
    choices = [{"id": f"add:p{number}-{250 * (n + 1)}:1", "title": f"{250 * (n + 1)} g"} for n in range(packs)]
    title = _TITLES[number % 6]
    return {"title": title, "subtitle": "Sun-dried", "price": "₹ 199.00 – 699.00", "image": image, "choices": choices}
