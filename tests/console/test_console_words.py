"""The console's words, and lines of a transcript as they are shown."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.speech import Speech
from console.lines import shown
from console.pages import bold
from console.words import details, plain, refusal, span
from model.errors import Refused
from model.message import Author, Line

SPEECH = Speech({"en": {"stock_short": "Too little of {what}."}}, "")
AT = datetime(2025, 11, 20, tzinfo=UTC)


def line(author: Author = Author.BOT, **content: object) -> Line:
    return Line(1, 1, author, content, AT)


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-5, "< 1 min"), (59, "< 1 min"), (60, "1 min"), (3599, "59 min"), (3660, "1 h 1 min"), (86400, "1 day"),
     (200_000, "2 days")],
)  # fmt: skip
def test_a_span_of_time_is_told_roughly(seconds: int, words: str) -> None:
    assert span(timedelta(seconds=seconds)) == words


@pytest.mark.parametrize(
    ("refused", "words"),
    [
        (Refused("cancel_too_late", number="HT-1"), "Order HT-1 is on its way already"),
        (Refused("stock_short", what="pickle"), "Too little of pickle."),
        (Refused("stock_short"), "That is not possible: stock short."),
        (Refused("never_heard_of"), "That is not possible: never heard of."),
    ],
)
def test_every_refusal_is_readable(refused: Refused, words: str) -> None:
    assert words in refusal(refused, SPEECH)


def test_details_of_an_event_show_amounts_in_rupees() -> None:
    told = details({"total": 12050, "paid": True, "status": "out_for_delivery", "reason": None})
    assert told == "total: ₹120.50, paid: yes, status: out for delivery, reason: None"
    assert plain("out_for_delivery") == "Out for delivery"


def test_stars_are_bold_and_markup_stays_text() -> None:
    assert bold("*Total* 5 * 3 <b>*x*</b>") == "<strong>Total</strong> 5 * 3 &lt;b&gt;<strong>x</strong>&lt;/b&gt;"


def test_cards_and_choices_are_chips() -> None:
    cards = [{"title": "Mango", "price": "₹120"}, {"title": "Lime", "price": ""}]
    seen = shown(line(body="Here", products=cards, choices=[{"id": "a", "title": "More"}]), "Meera")
    assert seen.chips == ("Mango · ₹120", "Lime", "More")


@pytest.mark.parametrize(("url", "kept"), [("https://pay.example/1", True), ("javascript:alert(1)", False)])
def test_only_web_addresses_become_links(url: str, kept: bool) -> None:
    assert shown(line(body="Pay", url=url, title="Pay now"), "Meera").url == (url if kept else "")


def test_content_of_an_unknown_kind_is_shown_by_its_plain_text() -> None:
    assert shown(line(kind="hologram", text="A hologram"), "Meera").body == "A hologram"


@pytest.mark.parametrize(
    ("author", "content", "name"),
    [(Author.CUSTOMER, {}, "Meera"), (Author.AGENT, {"name": "Asha"}, "Asha"), (Author.AGENT, {}, "Colleague"),
     (Author.BOT, {}, "Bot"), (Author.SYSTEM, {}, "Notice")],
)  # fmt: skip
def test_a_line_tells_who_wrote_it(author: Author, content: dict[str, str], name: str) -> None:
    assert shown(line(author, **content), "Meera").name == name
