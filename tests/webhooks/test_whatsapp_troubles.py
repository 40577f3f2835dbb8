"""What the providers' error codes mean."""

from collections.abc import Mapping

import pytest

from model.message import Trouble
from model.troubles import META, META_BUSY, TWILIO, TWILIO_BUSY, TWILIO_UNSENT


@pytest.mark.parametrize(("table", "busy"), [(META, META_BUSY), (TWILIO, TWILIO_BUSY)])
def test_a_code_is_a_trouble_or_passes_by_itself(table: Mapping[int, Trouble], busy: frozenset[int]) -> None:
    assert set() == busy & table.keys()
    assert Trouble.REFUSED not in table.values()


@pytest.mark.parametrize(
    ("code", "trouble"),
    [(470, Trouble.WINDOW_CLOSED), (131047, Trouble.WINDOW_CLOSED), (131026, Trouble.UNREACHABLE),
     (131050, Trouble.NO_MARKETING), (132001, Trouble.TEMPLATE), (132016, Trouble.TEMPLATE),
     (131053, Trouble.MEDIA), (190, Trouble.CHANNEL_DOWN), (0, Trouble.CHANNEL_DOWN), (219, Trouble.CHANNEL_DOWN),
     (368, Trouble.CHANNEL_DOWN), (131042, Trouble.CHANNEL_DOWN)],
)  # fmt: skip
def test_meta_s_codes(code: int, trouble: Trouble) -> None:
    assert trouble == META[code]


@pytest.mark.parametrize(
    ("code", "trouble"),
    [(63016, Trouble.WINDOW_CLOSED), (21610, Trouble.OPTED_OUT), (63014, Trouble.OPTED_OUT),
     (63049, Trouble.NO_MARKETING), (21211, Trouble.UNREACHABLE), (30005, Trouble.UNREACHABLE),
     (63024, Trouble.UNREACHABLE), (63027, Trouble.TEMPLATE), (63042, Trouble.TEMPLATE), (63019, Trouble.MEDIA),
     (11200, Trouble.MEDIA), (20003, Trouble.CHANNEL_DOWN), (20005, Trouble.CHANNEL_DOWN),
     (30002, Trouble.CHANNEL_DOWN)],
)  # fmt: skip
def test_twilio_s_codes(code: int, trouble: Trouble) -> None:
    assert trouble == TWILIO[code]


@pytest.mark.parametrize("code", [21606, 21408, 21612])
def test_what_may_be_the_matter_of_one_country_does_not_stop_the_channel(code: int) -> None:
    assert Trouble.CHANNEL_DOWN != TWILIO[code]


def test_what_twilio_surely_did_not_hand_on_passes_by_itself() -> None:
    assert TWILIO_UNSENT < TWILIO_BUSY


@pytest.mark.parametrize("code", [30008, 30017, 30410, 63009, 63010, 63012, 20500])
def test_what_may_have_come_is_not_counted_among_that(code: int) -> None:
    assert code not in TWILIO_UNSENT
