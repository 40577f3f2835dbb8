"""Contents of replies of every kind, as hypothesis makes them: cheap to draw, hard to show.

Titles, words and cards are drawn from heaps that were put together of pieces that have broken other programs; beside
them stands whatever Unicode holds.
"""

from random import Random
from typing import Any

from hypothesis import strategies as st

LINKS = (
    "https://pay.example/l/plink_OzX9_a*b*c~d",
    "http://127.0.0.1:8801/pay/plink_1",
    "https://shop.example/" + "long-path/" * 30,
)
_PIECES = (
    "Mango Pickle", "आम का अचार", "क्षत्रिय", "மாங்காய் ஊறுகாய்", "க்ஷ", "మామిడికాయ పచ్చడి", "స్త్రీ", "*bold*", "_it_",
    "👨‍👩‍👧‍👦", "🇮🇳", "👍🏽", "1️⃣", "🌶️", "𝒳", "₹120", "“quoted” – 2 × 250 g · 500 g…", "Łódź", "½", "e\u0301\u0301",
    "\u200d\u200b", "\x00\x1b", "\t", "\r\n", "\u2028", "1. ", "•", "שלום", "ఁ", "\ue000", "\ufdd0", "{[^]}",
)  # fmt: skip
_HUGE = (
    "x" * 5000, "क्" * 60, "😀" * 700, "ప్ర" * 700, "^{}[]~\\|€" * 200, "One line.\n" * 600,
    "a b c d e f g h i j k l m n o p q r s t u v w x y z " * 100,
)  # fmt: skip
_KINDS = ("text", "choices", "products", "link", "image", "document", "template", "unheard-of")
_SHORT = ("Add 250 g", "Add 500 g", "Add 1 kg", "Yes", "No", "अचार", "మామిడి", "மாங்காய்", "🥭 Pickles")
_LONGER = ("A title of 24 characters", "Tender Mango Pickle 250 g, ₹160", "Tender Mango Pickle 500 g, ₹299")
_IMAGES = ("https://shop.example/p/mango.png", "http://127.0.0.1:8800/p/1.png", "/p/relative.png", "", None, "http://[")
_URLS = (*LINKS, "http://localhost/x", "https://10.0.0.1/", "javascript:alert(1)", "https://", "", "https://é.in/")
_IDS = ("a", "b", "rest:9", "", " padded ", "i" * 200, "i" * 201, "id\n")
_heap = Random(7)  # noqa: S311 - no secret


def _words(most: int, huge: float = 0.0) -> str:
    """Some pieces, and with this likelihood a huge one."""
    pieces = [_heap.choice(_PIECES) for _ in range(_heap.randint(1, most))]
    pieces += [_heap.choice(_HUGE)] if _heap.random() < huge else []
    return "".join(piece + _heap.choice(("", " ", "\n")) for piece in pieces)


def _body() -> str:
    link = _heap.choice(("", *LINKS))
    return f"{_words(4, 0.15)} {link}\n{_words(3)}"


_TITLES = [_words(2, 0.02) for _ in range(300)] + [*_SHORT, *_LONGER, "", " ", "\u200d"]
_BODIES = [_body() for _ in range(400)]


def _choice(odd: float, has_description: bool) -> dict[str, Any]:
    """A choice, with this likelihood of an id that some provider refuses."""
    id_ = _heap.choice(_IDS) if _heap.random() < odd else f"category:{_heap.randint(0, 60)}:0"
    choice = {"id": id_, "title": _heap.choice(_heap.choice((_SHORT, _LONGER, _TITLES)))}
    return choice | {"description": _heap.choice(_TITLES)} if has_description else choice


def _choices() -> list[dict[str, Any]]:
    """Few or many, the one half as a provider likes them."""
    odd, has_description = _heap.choice((0, 0, 0.1, 0.5)), _heap.random() < 0.3
    return [_choice(odd, has_description) for _ in range(_heap.choice((0, 1, 2, 3, 4, 8, 11, 40)))]


def _card() -> dict[str, Any]:
    return {
        "title": _heap.choice(_TITLES),
        "subtitle": _heap.choice(_TITLES),
        "price": "250 g ₹120 · 500 g ₹220",
        "image": _heap.choice(_IMAGES),
        "choices": [_choice(0.1, False) for _ in range(_heap.randint(0, 6))],
    }


def _alike(place: int, packs: int) -> dict[str, Any]:
    choices = [{"id": f"add:{place}-{pack}:1", "title": _SHORT[pack]} for pack in range(packs)]
    like = "Hot" if place < 150 else _heap.choice(_TITLES)
    return {"title": f"Pickle {place}", "subtitle": like, "price": "₹120", "image": _IMAGES[0], "choices": choices}


def _products() -> list[dict[str, Any]]:
    """A shelf of anything, or of things that are much alike."""
    count, packs = _heap.randint(0, 15), _heap.randint(0, 3)
    shelf = [_alike(_heap.randint(0, 160), packs) if packs else _card() for _ in range(count)]
    return [*shelf, _alike(161, 1)] if _heap.random() < 0.3 else shelf


titles = st.one_of(st.sampled_from(_TITLES), st.text(max_size=30))
bodies = st.one_of(st.sampled_from(["", *_BODIES]), st.text(max_size=60))
choices = st.sampled_from([_choices() for _ in range(500)])
"""Some choices, 0 to 40; some with the same title or id, some with an id that a provider refuses."""
_labels = st.sampled_from(
    [None, *({"choose": a, "more": b, "packs": a} for a, b in zip(_TITLES, _BODIES, strict=False))]
)
_templates = st.fixed_dictionaries(
    {
        "name": st.sampled_from(["order_moved", "Not Allowed", ""]),
        "language": st.sampled_from(["en", ""]),
        "parameters": st.lists(titles, max_size=4),
        "content_sid": st.sampled_from(["HX" + "0a" * 16, "SM1"]),
    }
)
_everything: dict[str, st.SearchStrategy[Any]] = {
    "choices": choices,
    "products": st.sampled_from([_products() for _ in range(500)]),
    "url": st.sampled_from(_URLS),
    "title": titles,
    "labels": _labels,
    "ask_place": st.booleans(),
    "template": _templates,
}


def _some(*keys: str) -> st.SearchStrategy[dict[str, Any]]:
    return st.fixed_dictionaries({key: _everything[key] for key in keys})


_parts = st.one_of(
    _some("choices", "labels"),
    _some("products", "choices"),
    _some("url", "title"),
    _some("ask_place"),
    _some("template"),
    _some(*_everything),
)


def plain(content: dict[str, Any]) -> str:
    """The whole in words, as the bot puts it."""
    rows = [content["body"]]
    rows += [f"• {card['title']}: {card['price']}" for card in content.get("products", ())]
    rows += [f"{content['title']}: {content['url']}"] if "url" in content else []
    rows += [f"{place}. {choice['title']}" for place, choice in enumerate(content.get("choices", ()), 1)]
    return "\n".join(rows)


def _content(kind: str, body: str, parts: dict[str, Any], has_text: bool) -> dict[str, Any]:
    content = {"kind": kind, "body": body, **parts}
    return content | {"text": plain(content)} if has_text else content


contents = st.builds(_content, st.sampled_from(_KINDS), bodies, _parts, st.booleans())
"""Any content; its `text`, where it has one, is made as the bot makes it."""
