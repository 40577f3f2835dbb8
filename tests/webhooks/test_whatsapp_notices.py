"""What Meta tells besides messages: statuses, wishes, news of the account."""

from datetime import UTC, datetime
from typing import Any

import pytest

from model.message import AccountNews, Channel, Preference, Progress, Status, Trouble
from model.troubles import META, META_BUSY
from tests.webhooks.whatsapp_kit import BUSINESS, FROM_MEENA, NUMBER_ID, OURS, arrivals, only, parsed, raw_of, value_of
from webhooks.whatsapp import read

AT = datetime(2025, 10, 9, 8, 55, tzinfo=UTC)
WISHED_AT = datetime.fromtimestamp(1760000200, UTC)


def status(progress: Progress, **more: Any) -> Status:
    return Status(Channel.WHATSAPP, NUMBER_ID, OURS, progress, AT, **more)


@pytest.mark.parametrize(
    ("name", "progress"),
    [("sent", Progress.SENT), ("delivered", Progress.DELIVERED), ("read", Progress.READ), ("played", Progress.READ),
     ("group", Progress.DELIVERED)],
)  # fmt: skip
def test_a_status_tells_how_far_a_message_is(name: str, progress: Progress) -> None:
    assert status(progress) == only(f"status_{name}")


def test_a_failure_tells_its_trouble_and_code() -> None:
    assert status(Progress.FAILED, trouble=Trouble.WINDOW_CLOSED, code="131047") == only("status_failed")


@pytest.mark.parametrize(
    ("errors", "trouble", "code"),
    [
        ([{"code": 131026}], Trouble.UNREACHABLE, "131026"),
        ([{"code": 131050}], Trouble.NO_MARKETING, "131050"),
        ([{"code": 131049}], Trouble.NO_MARKETING, "131049"),
        ([{"code": 132015}], Trouble.TEMPLATE, "132015"),
        ([{"code": 131053}], Trouble.MEDIA, "131053"),
        ([{"code": 131031}], Trouble.CHANNEL_DOWN, "131031"),
        ([{"code": 0}], Trouble.CHANNEL_DOWN, "0"),
        ([{"code": "131047"}], Trouble.WINDOW_CLOSED, "131047"),
        ([{"code": 131009}], Trouble.REFUSED, "131009"),
        ([{"code": 987654}], Trouble.REFUSED, "987654"),
        ([{"title": "no code"}, {"code": 131047}], Trouble.WINDOW_CLOSED, "131047"),
        ([{"code": "odd"}], Trouble.REFUSED, "odd"),
        ([], Trouble.REFUSED, ""),
        ("odd", Trouble.REFUSED, ""),
        (None, Trouble.REFUSED, ""),
    ],
)
def test_the_first_code_tells_the_trouble(errors: Any, trouble: Trouble, code: str) -> None:
    body = parsed("status_failed")
    value_of(body)["statuses"][0]["errors"] = errors
    assert [status(Progress.FAILED, trouble=trouble, code=code)] == arrivals(body)


@pytest.mark.parametrize("code", sorted(META_BUSY))
def test_what_passes_by_itself_is_no_trouble(code: int) -> None:
    body = parsed("status_failed")
    value_of(body)["statuses"][0]["errors"] = [{"code": code}]
    assert [status(Progress.FAILED, code=str(code))] == arrivals(body)
    assert code not in META


def test_statuses_are_told_in_the_order_they_stand() -> None:
    told = [arrival.progress for arrival in read(raw_of("batch")) if isinstance(arrival, Status)]
    assert [Progress.READ, Progress.SENT, Progress.DELIVERED] == told


@pytest.mark.parametrize("word", ["deleted", "warning", "teleported", "SENT", "", None, 7, ["sent"]])
def test_a_status_that_tells_no_progress_is_left_out(word: Any) -> None:
    body = parsed("status_sent")
    value_of(body)["statuses"][0]["status"] = word
    assert [] == arrivals(body)


@pytest.mark.parametrize("own_id", ["", None, "x" * 257, "a\x00b", {"id": 1}])
def test_a_status_of_no_message_is_left_out(own_id: Any) -> None:
    body = parsed("status_sent")
    value_of(body)["statuses"][0]["id"] = own_id
    assert [] == arrivals(body)


@pytest.mark.parametrize("moment", ["", None, "soon", 0, -5, True, 1.5, 10**15, "9" * 40, "٣٤٥"])
def test_a_status_without_a_sound_time_has_none(moment: Any) -> None:
    body = parsed("status_sent")
    value_of(body)["statuses"][0]["timestamp"] = moment
    [found] = arrivals(body)
    assert isinstance(found, Status)
    assert found.at is None


def test_a_time_may_be_a_number() -> None:
    body = parsed("status_sent")
    value_of(body)["statuses"][0]["timestamp"] = 1760000100
    assert [status(Progress.SENT)] == arrivals(body)


@pytest.mark.parametrize(("value", "wanted"), [("stop", False), ("resume", True), ("signup", True)])
def test_a_customer_tells_whether_they_want_advertising(value: str, wanted: bool) -> None:
    body = parsed("preference_stop")
    value_of(body)["user_preferences"][0]["value"] = value
    assert [Preference(FROM_MEENA, wanted, at=WISHED_AT)] == arrivals(body)


@pytest.mark.parametrize("moment", [None, "", "soon", -5, 10**15])
def test_a_wish_without_a_sound_time_has_none(moment: Any) -> None:
    body = parsed("preference_stop")
    value_of(body)["user_preferences"][0]["timestamp"] = moment
    assert [Preference(FROM_MEENA, wanted=False)] == arrivals(body)


def test_who_has_no_number_may_refuse_advertising_too() -> None:
    body = parsed("preference_stop")
    del value_of(body)["user_preferences"][0]["wa_id"]
    [found] = arrivals(body)
    assert isinstance(found, Preference)
    assert ("IN.70010020030040050060", False) == (found.address.user, found.wanted)


@pytest.mark.parametrize(
    "odd", [{"value": "perhaps"}, {"value": None}, {"category": "newsletters"}, {"wa_id": None, "user_id": None}]
)
def test_a_wish_that_cannot_be_read_is_left_out(odd: dict[str, Any]) -> None:
    body = parsed("preference_stop")
    value_of(body)["user_preferences"][0].update(odd)
    assert [] == arrivals(body)


def test_news_of_a_template_is_of_the_whole_account() -> None:
    details = {
        "business": BUSINESS,
        "event": "REJECTED",
        "message_template_id": "770000000000001",
        "message_template_name": "order_packed",
        "message_template_language": "en",
        "reason": "INVALID_FORMAT",
        "message_template_category": "UTILITY",
        "rejection_info.reason": "Parameters stand side by side.",
        "rejection_info.recommendation": "Put words between them.",
    }
    assert AccountNews(Channel.WHATSAPP, "", "message_template_status_update", details) == only("template_rejected")


def test_news_of_the_number_and_the_account_are_told_in_meta_s_words() -> None:
    quality, restricted = only("number_quality"), only("account_restricted")
    assert isinstance(quality, AccountNews)
    assert isinstance(restricted, AccountNews)
    assert ("phone_number_quality_update", "TIER_1K") == (quality.what, quality.details["current_limit"])
    assert "RESTRICTED_BIZ_INITIATED_MESSAGING" == restricted.details["restriction_info.0.restriction_type"]


def test_news_name_no_people() -> None:
    expected = AccountNews(Channel.WHATSAPP, NUMBER_ID, "group_lifecycle_update", {"business": BUSINESS})
    assert expected == only("group_created")


def test_a_webhook_that_comes_in_some_later_year_is_news() -> None:
    body = parsed("template_rejected")
    body["entry"][0]["changes"][0] = {"field": "teleport_update", "value": {"event": "ARRIVED"}}
    expected = AccountNews(Channel.WHATSAPP, "", "teleport_update", {"business": BUSINESS, "event": "ARRIVED"})
    assert [expected] == arrivals(body)


def test_news_are_never_long() -> None:
    body = parsed("template_rejected")
    value_of(body).update({f"key_{number}": "x" * 10_000 for number in range(1000)})
    [found] = arrivals(body)
    assert isinstance(found, AccountNews)
    assert 30 == len(found.details)
    assert 500 == max(map(len, found.details.values()))


@pytest.mark.parametrize("field", ["smb_message_echoes", "message_echoes", "history", "smb_app_state_sync", "standby"])
def test_what_the_shop_itself_sent_is_no_message_of_a_customer(field: str) -> None:
    body = parsed("echo")
    body["entry"][0]["changes"][0]["field"] = field
    assert [] == arrivals(body)


def test_an_echo_among_messages_is_left_out() -> None:
    body = parsed("text")
    value_of(body)["message_echoes"] = value_of(parsed("echo"))["message_echoes"]
    assert 1 == len(arrivals(body))
