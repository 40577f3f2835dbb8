"""How much one conversation may ask of the bot: no machine gets far, and nobody who is a person is kept waiting."""

from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.pace import Limits, Pace, Rest, Step, answered, enough, fetched, may_fetch, step

NOW = 1_772_433_000
MINUTE, HOUR, DAY = 60, 3600, 86_400
LIMITS = Limits(a_minute=30, a_day=300, same=5)
AWAY = "Thank you for contacting Sharma Traders. We will get back to you shortly."
OURS = "I have put 2 × *Mango pickle*, 250 g (₹450) into your cart. Anything else?"


@dataclass
class Talk:
    """Messages one after the other; the pace is kept between them as a database keeps it."""

    limits: Limits = LIMITS
    now: int = NOW
    pace: Pace = field(default_factory=dict)

    def hears(self, words: str = "", after: int = 0, *, tapped: bool = False) -> Step:
        self.now += after
        found = step(self.pace, self.limits, words, self.now, tapped=tapped)
        kept: dict[str, Any] = orjson.loads(orjson.dumps(found.pace))
        self.pace = kept
        return found

    def rests(self, *texts: str, after: int = 0) -> list[Rest | None]:
        return [self.hears(text, after).rest for text in texts]


def different(count: int) -> list[str]:
    """Texts, no two of them alike, as a machine that is never at a loss for words makes them."""
    return [f"{word} {other}" for word in _WORDS for other in _WORDS][:count]


_WORDS = [f"{a}{b}" for a in "bcdfghjklmnpqrstvwz" for b in ("ai", "o", "u", "ee")]


# ---------------------------------------------------------------- a minute and a day


def test_ten_lines_in_a_burst_are_answered() -> None:
    assert Talk().rests(*different(10)) == [None] * 10


def test_so_many_in_a_minute_are_answered_then_the_bot_rests_and_says_so_once() -> None:
    talk = Talk()
    found = [talk.hears(text) for text in different(100)]
    assert [one.rest for one in found] == [None] * 30 + [Rest.MINUTE] * 70
    assert [place for place, one in enumerate(found) if one.first] == [30]


def test_after_five_minutes_it_goes_on() -> None:
    talk = Talk()
    talk.rests(*different(31))
    assert talk.rests("hello", after=299) == [Rest.MINUTE]
    assert talk.rests("hello", after=1) == [None]


def test_who_never_pauses_is_answered_so_often_a_day_and_no_more() -> None:
    talk = Talk()
    found = [talk.hears(text, 10) for text in different(8_640)]
    assert sum(one.rest is None for one in found[:8_600]) == 300
    assert [one.rest for one in found if one.first] == [Rest.DAY]


def test_the_day_is_over_a_day_after_it_began() -> None:
    talk = Talk(Limits(a_day=3))
    assert talk.rests("one", "two", "three", "four") == [None, None, None, Rest.DAY]
    assert talk.rests("five", after=DAY - 1) == [Rest.DAY]
    assert talk.rests("six", after=1) == [None]


def test_what_comes_while_the_bot_rests_is_not_counted() -> None:
    """A real customer who ran into it is not punished for what they wrote meanwhile."""
    talk = Talk()
    talk.rests(*different(30))
    talk.rests(*different(1000))
    assert talk.pace["day"][1] == 30


@given(
    st.lists(
        st.tuples(
            st.integers(0, 2 * HOUR), st.sampled_from(["hi", "1", AWAY, OURS, "2 mango", "नमस्ते", ""]), st.booleans()
        ),
        max_size=400,
    )
)
def test_whoever_writes_whatever_the_limits_hold(said: list[tuple[int, str, bool]]) -> None:
    """In any minute and any day that it counts; what is told comes seldom; no rest is longer than a day."""
    limits = Limits(a_minute=3, a_day=20)
    talk, taken, told = Talk(limits), [], 0
    for after, words, tapped in said:
        found = talk.hears(words, after, tapped=tapped)
        told += found.first
        if found.rest is None:
            taken.append(talk.now)
        assert talk.pace.get("rests_until", 0) <= talk.now + DAY
    for span, most in ((MINUTE, limits.a_minute), (DAY, limits.a_day)):
        for began in taken:
            assert sum(began <= at < began + span for at in taken) <= 2 * most
    assert told <= len(taken) + 1


@given(st.lists(st.integers(2, 600), min_size=1, max_size=290))
def test_nobody_who_writes_different_things_no_faster_than_every_two_seconds_meets_a_rest(pauses: list[int]) -> None:
    talk = Talk()
    texts = different(len(pauses))
    assert [talk.hears(text, pause).rest for text, pause in zip(texts, pauses, strict=True)] == [None] * len(pauses)


@given(st.integers(-400 * DAY, 400 * DAY))
def test_a_clock_that_was_wrong_silences_nobody_for_long(wrong: int) -> None:
    talk = Talk(Limits(a_minute=1, a_day=2), now=NOW + wrong)
    talk.rests("one", "two", "three")
    talk.now = NOW
    talk.rests("four")
    assert talk.rests("five", after=2 * DAY) == [None]


# ---------------------------------------------------------------- loops


def test_an_automatic_answer_is_answered_four_times_and_told_once() -> None:
    talk = Talk()
    found = [talk.hears(AWAY, 3) for _ in range(50)]
    assert [one.rest for one in found] == [None] * 4 + [Rest.LOOP] * 46
    assert [place for place, one in enumerate(found) if one.first] == [4]


def test_what_else_they_say_is_answered_meanwhile() -> None:
    talk = Talk()
    talk.rests(*[AWAY] * 6)
    assert talk.rests("where is my order?", AWAY, "I need it today") == [None, Rest.LOOP, None]


def test_two_automatic_answers_in_turn_are_a_loop_too() -> None:
    talk = Talk()
    other = "Our office hours are from nine in the morning to six in the evening."
    rests = talk.rests(*[AWAY, other] * 20, after=5)
    assert rests.index(Rest.LOOP) == 8
    assert set(rests[8:]) == {Rest.LOOP}


@pytest.mark.parametrize(
    "text",
    [
        "Your request #{} was received. We will get back to you.",
        "(ref 2026-03-{:06d}) Thank you for contacting Sharma Traders, we are away.",
    ],
)
def test_a_number_that_is_counted_up_hides_no_loop(text: str) -> None:
    rests = Talk().rests(*(text.format(48_210 + count) for count in range(10)), after=5)
    assert rests == [None] * 4 + [Rest.LOOP] * 6


def test_a_slow_machine_is_caught_as_well() -> None:
    assert Talk().rests(*[AWAY] * 10, after=20 * MINUTE)[4:] == [Rest.LOOP] * 6


def test_the_same_question_every_day_is_no_loop() -> None:
    assert Talk().rests(*["when does my order of last week come please"] * 30, after=DAY) == [None] * 30


def test_people_may_say_the_same_often() -> None:
    talk = Talk(Limits())
    assert talk.rests(*["my cart", "hi", "yes"] * 9, after=10) == [None] * 27
    assert talk.rests(*["ok"] * 30, after=10)[23:] == [Rest.LOOP] * 7


@pytest.mark.parametrize("text", ["1", "2", "10", "560011", "", "👍"])
def test_numbers_and_signs_pick_what_was_numbered_as_often_as_they_like(text: str) -> None:
    assert Talk().rests(*[text] * 200, after=3) == [None] * 200


def test_amounts_tell_orders_apart() -> None:
    orders = [f"{packs} mango pickle 250 g and {packs} lemon pickle" for packs in range(1, 20)]
    assert Talk().rests(*orders, after=5) == [None] * 19


def test_who_taps_is_no_machine() -> None:
    talk = Talk()
    for _ in range(20):
        assert talk.rests(*[AWAY] * 4, after=1) == [None] * 4
        assert talk.hears(after=60, tapped=True).rest is None


def test_of_loops_it_is_told_once_an_hour() -> None:
    talk = Talk()
    told = [talk.now for _ in range(1000) if talk.hears(AWAY, 60).first]
    assert len(told) == 17
    assert all(later - sooner >= HOUR for sooner, later in pairwise(told))


# ---------------------------------------------------------------- echoes


@pytest.mark.parametrize(
    "echo",
    [
        OURS,
        "I have put 2 x Mango pickle, 250 g (Rs 450) into your cart. Anything else?",
        OURS + "\n1. Go to checkout\n2. More",
        OURS.upper(),
    ],
)
def test_our_own_words_are_known_however_a_channel_shaped_them(echo: str) -> None:
    talk = Talk(pace=answered({}, [OURS, "Another thing that was said."]))
    first = talk.hears(echo, 2)
    assert (first.rest, first.first) == (Rest.ECHO, True)
    assert talk.rests("Another thing that was said.", "Mango pickle: 450", after=1) == [Rest.ECHO] * 2


def test_after_a_minute_their_own_words_are_answered() -> None:
    talk = Talk(pace=answered({}, [OURS]))
    talk.hears(OURS)
    assert talk.rests("two jars please", after=MINUTE) == [None]


def test_short_answers_may_be_said_back() -> None:
    talk = Talk(pace=answered({}, ["You're welcome!"]))
    assert talk.rests("You're welcome!") == [None]


def test_an_echo_is_told_once_an_hour() -> None:
    talk, told = Talk(), 0
    for _ in range(60):
        talk.pace = answered(talk.pace, [OURS])
        told += talk.hears(OURS, 2 * MINUTE).first
    assert told == 2


@given(st.text(max_size=400), st.text(max_size=400))
def test_any_text_is_weighed(ours: str, theirs: str) -> None:
    talk = Talk(pace=answered({}, [ours]))
    assert talk.hears(theirs).rest in (None, Rest.ECHO)


# ---------------------------------------------------------------- files


def files(pace: Pace, limits: Limits, sizes: list[int], after: int = 1) -> tuple[Pace, int]:
    """The pace after these were sent, and how many were fetched."""
    count, now = 0, NOW
    for size in sizes:
        now += after
        if may_fetch(pace, limits, now):
            pace, count = fetched(pace, size, now), count + 1
    return pace, count


def test_an_album_of_thirty_photos_is_fetched() -> None:
    assert files({}, LIMITS, [300_000] * 30)[1] == 30


def test_so_many_files_a_day() -> None:
    pace, count = files({}, LIMITS, [1000] * 200)
    assert count == 50
    assert may_fetch(pace, LIMITS, NOW + DAY + 2)


def test_so_many_bytes_a_day_and_the_file_that_reaches_them() -> None:
    assert files({}, Limits(bytes_a_day=40_000_000), [16_000_000] * 10)[1] == 3


@given(st.lists(st.integers(0, 16_000_000), max_size=120), st.integers(0, HOUR))
def test_no_sizes_and_pauses_get_by_the_quota(sizes: list[int], after: int) -> None:
    limits = Limits(files_a_day=20, bytes_a_day=50_000_000)
    _, count = files({}, limits, sizes[: DAY // max(after, 1)], after)
    days = 1 + len(sizes) * after // DAY
    assert count <= 20 * (days + 1)


def test_that_it_was_enough_is_told_once_a_day() -> None:
    pace, first = enough({"files": [NOW, 50, 1000, False]}, NOW + 1)
    pace, second = enough(pace, NOW + 2)
    assert (first, second) == (True, False)
    assert not may_fetch(pace, LIMITS, NOW + 3)
    assert enough(pace, NOW + DAY)[1]
