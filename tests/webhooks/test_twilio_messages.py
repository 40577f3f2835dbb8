"""What Twilio's forms tell: messages of every kind, and how far ours have come."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model.message import Address, Channel, Inbound, Media, MediaKind, Place, Progress, Sort, Status, Trouble
from model.troubles import TWILIO_BUSY, TWILIO_UNSENT
from tests.webhooks.twilio_kit import (
    MEDIA_SID,
    OTHER_ACCOUNT,
    SERVICE,
    SHOP,
    SID,
    media_url,
    reported,
    said,
    texted,
)
from webhooks.twilio_form import read_message, read_status

REF = f"Messages/{SID}/Media/{MEDIA_SID}"
BSUID = "IN.13491208655302741918"
FIRST = Inbound(
    Address(Channel.WHATSAPP, SHOP, "919811122233"), SID, "mango pickle", name="Meena", phone="+919811122233"
)


def _one(fields: dict[str, str]) -> Inbound:
    (message,) = read_message(fields)
    assert isinstance(message, Inbound)
    return message


def test_a_whatsapp_message_tells_who_wrote_what() -> None:
    assert FIRST == _one(said())


def test_an_sms_is_of_the_same_person_by_another_channel() -> None:
    assert replace(FIRST, address=Address(Channel.SMS, SHOP, "919811122233"), name="") == _one(texted())


@pytest.mark.parametrize("sender", ["AX-SHOPIN", "57575"])
def test_an_sms_may_come_from_what_is_no_number(sender: str) -> None:
    message = _one(texted(From=sender))
    assert (sender, "") == (message.address.user, message.phone)


def test_a_customer_may_have_a_number_and_a_user_id() -> None:
    for told in (BSUID, f"whatsapp:{BSUID}"):
        assert replace(FIRST, also=BSUID) == _one(said(ExternalUserId=told))


@pytest.mark.parametrize("told", ["", BSUID, f"whatsapp:{BSUID}"])
def test_who_hides_their_number_is_known_by_their_user_id(told: str) -> None:
    message = _one(said(From=f"whatsapp:{BSUID}", WaId="", ExternalUserId=told))
    assert (BSUID, "", "") == (message.address.user, message.phone, message.also)


def test_who_writes_under_a_user_id_keeps_the_number_that_is_told_nonetheless() -> None:
    assert replace(FIRST, also=BSUID) == _one(said(From=f"whatsapp:{BSUID}"))


@pytest.mark.parametrize("told", ["foo_bar", "whatsapp:foo_bar", "in.1", "IN.", "IN.1 2", "IN." + "1" * 129])
def test_what_is_no_user_id_is_left_out(told: str) -> None:
    assert FIRST == _one(said(ExternalUserId=told))


def test_who_has_no_profile_name_may_have_a_user_name() -> None:
    assert "meena.k" == _one(said(ProfileName="", ProfileUsername="meena.k")).name
    assert "" == _one({k: v for k, v in said().items() if k != "ProfileName"}).name


@pytest.mark.parametrize(
    ("body", "text"),
    [("आम का अचार 🥭\nदो", "आम का अचार 🥭\nदो"), ("remove\x00 null\x07 bytes\x00", "remove null bytes"),
     ("half\ud83d", "half"), ("a\r\nb", "a\nb"), ("க்\u200dஷ", "க்\u200dஷ"), ("x" * 5000, "x" * 4096)],
)  # fmt: skip
def test_words_are_kept_without_what_no_phone_shows(body: str, text: str) -> None:
    assert text == _one(said(Body=body)).text


@pytest.mark.parametrize("tap", ["add:mango-250:1", "category:pickles:0", "rest:9", "help", "order_items:a*1,b*2"])
def test_a_tap_on_a_choice_of_ours_is_a_tap(tap: str) -> None:
    button = said(Body="", MessageType="button", ButtonText="Add", ButtonPayload=tap)
    row = said(Body="Add", MessageType="interactive", ListTitle="Add", ListId=tap)
    for fields in (button, row):
        assert replace(FIRST, text="Add", tap=tap) == _one(fields)


@pytest.mark.parametrize("tap", ["", "قبول الدعوة", "Yes please", "add:mango 250", "a:" + "x" * 300, "a:\x07", "Add:1"])
def test_a_tap_on_anything_else_counts_by_its_words(tap: str) -> None:
    assert replace(FIRST, text="Yes") == _one(said(Body="Yes", ButtonText="Yes", ButtonPayload=tap))
    assert replace(FIRST, text="Yes") == _one(said(Body="", ButtonText="Yes", ButtonPayload=tap))


def test_a_place_is_a_place() -> None:
    there = {"MessageType": "location", "Latitude": "12.160894393921", "Longitude": "-75.265205383301"}
    place = Place(12.160894393921, -75.265205383301)
    assert replace(FIRST, text="", sort=Sort.PLACE, place=place) == _one(said(Body="", **there))
    named = _one(said(Body="", **there, Label="Our house", Address="4th Cross\nJayanagar"))
    assert replace(place, name="Our house", address="4th Cross Jayanagar") == named.place


@pytest.mark.parametrize(("latitude", "longitude"), [("91", "0"), ("nan", "0"), ("0", "inf"), ("", "1"), ("here", "1")])
def test_what_is_nowhere_on_earth_is_no_place(latitude: str, longitude: str) -> None:
    message = _one(said(Body="", MessageType="location", Latitude=latitude, Longitude=longitude))
    assert (Sort.UNSUPPORTED, None, {"kind": "location"}) == (message.sort, message.place, message.about)


KINDS = {
    ("image/jpeg", "image"): MediaKind.IMAGE,
    ("IMAGE/PNG", ""): MediaKind.IMAGE,
    ("image/webp", "sticker"): MediaKind.STICKER,
    ("video/mp4", "video"): MediaKind.VIDEO,
    ("audio/ogg; codecs=opus", "audio"): MediaKind.VOICE,
    ("audio/mpeg", "audio"): MediaKind.AUDIO,
    ("application/pdf", "document"): MediaKind.DOCUMENT,
    ("", ""): MediaKind.DOCUMENT,
}


@pytest.mark.parametrize(("mime", "kind"), KINDS)
def test_a_file_is_to_be_fetched_from_our_own_account(mime: str, kind: str) -> None:
    fields = said(Body="see", NumMedia="1", MessageType=kind, MediaUrl0=media_url(), MediaContentType0=mime)
    media = Media(KINDS[mime, kind], REF, mime.partition(";")[0].casefold())
    assert replace(FIRST, text="see", sort=Sort.MEDIA, media=media) == _one(fields)


def test_each_file_of_a_message_is_one_of_its_own_the_first_with_the_caption() -> None:
    second = "ME" + "8" * 32
    fields = texted(
        Body="both", NumMedia="2", MediaUrl0=media_url(), MediaContentType0="image/png",
        MediaUrl1=media_url(sid=second), MediaContentType1="image/jpeg",
    )  # fmt: skip
    first, other = read_message(fields)
    assert isinstance(first, Inbound)
    assert isinstance(other, Inbound)
    assert (SID, "both", Media(MediaKind.IMAGE, REF, "image/png")) == (first.provider_id, first.text, first.media)
    assert Media(MediaKind.IMAGE, f"Messages/{SID}/Media/{second}", "image/jpeg") == other.media
    assert (f"{SID}:1", "", first.address) == (other.provider_id, other.text, other.address)


def test_no_more_files_are_read_than_a_message_holds() -> None:
    many = {f"MediaUrl{i}": media_url() for i in range(30)}
    assert 10 == len({message.provider_id for message in read_message(said(**many)) if isinstance(message, Inbound)})


@pytest.mark.parametrize(
    "url",
    ["http://internal.example/file.png", "http://169.254.169.254/latest/meta-data", "file:///etc/passwd", "", "//", "[",
     media_url(account=OTHER_ACCOUNT), media_url(sid="ME1"), media_url() + "/../../../Keys",
     media_url().replace("/Media/", "/Feedback/"), media_url().replace("2010-04-01", "2010-04-01/..")],
)  # fmt: skip
def test_a_file_that_lies_elsewhere_is_not_fetched(url: str) -> None:
    message = _one(said(Body="media", NumMedia="1", MediaUrl0=url, MediaContentType0="image/png"))
    assert (Sort.UNSUPPORTED, None, "media") == (message.sort, message.media, message.text)


@pytest.mark.parametrize("host", ["https://internal.example", "https://user:word@api.twilio.com", "http://127.0.0.1:9"])
def test_of_an_address_only_the_path_is_kept(host: str) -> None:
    """It is asked of the API that the shop has set, whatever host is named."""
    url = media_url().replace("https://api.twilio.com", host)
    message = _one(said(NumMedia="1", MediaUrl0=url, MediaContentType0="image/png"))
    assert message.media
    assert REF == message.media.ref


@pytest.mark.parametrize("mime", ["text/vcard", "text/x-vcard"])
def test_a_contact_card_is_no_file(mime: str) -> None:
    message = _one(said(Body="", NumMedia="1", MediaUrl0=media_url(), MediaContentType0=mime))
    assert (Sort.CONTACTS, None) == (message.sort, message.media)


@pytest.mark.parametrize("kind", ["", "order", "Odd Kind", "reaction"])
def test_a_message_without_anything_that_we_know_is_unsupported(kind: str) -> None:
    message = _one(said(Body=" ", MessageType=kind))
    known = {"kind": kind} if kind in ("order", "reaction") else {}
    assert (Sort.UNSUPPORTED, known) == (message.sort, message.about)
    assert Sort.UNSUPPORTED == _one({k: v for k, v in said().items() if k != "Body"}).sort


@pytest.mark.parametrize(
    ("body", "kind", "text"),
    [("STOP", "STOP", "STOP"), ("रुको", "STOP", "STOP"), ("cancel", "stop", "STOP"), ("INFO", "HELP", "HELP"),
     ("unstop", "START", "START"), ("Yes", "START", "Yes"), ("two jars", "NEWS", "two jars")],
)  # fmt: skip
def test_what_twilio_takes_for_stop_start_or_help_is_that(body: str, kind: str, text: str) -> None:
    """But "yes", a START to Twilio, may be the answer to a question."""
    message = _one(texted(Body=body, OptOutType=kind))
    assert (Sort.PLAIN, text) == (message.sort, message.text)


OWN_WORDS = {
    "STOP": ("STOP", "stop", " Stop\n", "stopall", "Unsubscribe", "CANCEL", "end", "Quit", "revoke", "OptOut"),
    "START": ("START", "unstop"),
    "HELP": ("help", "INFO"),
}


@pytest.mark.parametrize(("kind", "word"), [(kind, word) for kind, words in OWN_WORDS.items() for word in words])
def test_twilio_does_not_tell_what_it_took_its_own_words_for(kind: str, word: str) -> None:
    """It has acted on them all the same; on WhatsApp they are words like any other."""
    assert kind == _one(texted(Body=word)).text
    assert kind == _one(texted(Body=word, NumMedia="1", MediaUrl0=media_url(), MediaContentType0="image/png")).text
    assert word == _one(said(Body=word)).text


@pytest.mark.parametrize("body", ["stop it", "yes", "cancel my order", "end.", "the end"])
def test_only_a_whole_message_is_one_of_twilios_words(body: str) -> None:
    assert body == _one(texted(Body=body)).text


def test_what_agents_may_want_to_know_is_kept() -> None:
    quoted = "MM" + "0f1e2d3c" * 4
    fields = said(
        OriginalRepliedMessageSid=quoted, Forwarded="true", FrequentlyForwarded="false", ReferralNumMedia="1",
        ReferralHeadline="Fresh\nmango pickle", ReferralSourceUrl="https://fb.me/1", ReferralSourceId="120",
    )  # fmt: skip
    about = {"quoted": quoted, "forwarded": "once", "referral": "Fresh mango pickle https://fb.me/1"}
    assert about == _one(fields).about
    assert {"forwarded": "often"} == _one(said(Forwarded="true", FrequentlyForwarded="true")).about
    assert {"referral": "120"} == _one(said(ReferralSourceId="120", Forwarded="false")).about


STATUS = Status(Channel.WHATSAPP, SHOP, SID, Progress.SENT)


@pytest.mark.parametrize("status", ["accepted", "queued", "sending", "scheduled", "receiving", "a new one", ""])
def test_what_twilio_has_yet_to_send_is_no_news(status: str) -> None:
    assert [] == read_status(reported(status))


@pytest.mark.parametrize("progress", [Progress.SENT, Progress.DELIVERED, Progress.READ])
def test_how_far_a_message_of_ours_has_come_is_told(progress: Progress) -> None:
    assert [replace(STATUS, progress=progress)] == read_status(reported(progress.value))
    assert [replace(STATUS, progress=progress)] == read_status(reported(progress.value.upper(), ErrorCode="0"))


def test_an_sms_is_reported_by_its_sender() -> None:
    for sender in (SHOP, "TINYPK"):
        report = reported("delivered", From=sender, To="+919811122233", RawDlrDoneDate="2603021200")
        assert [Status(Channel.SMS, sender, SID, Progress.DELIVERED)] == read_status(report)


@pytest.mark.parametrize(
    ("code", "trouble"),
    [("63016", Trouble.WINDOW_CLOSED), ("21610", Trouble.OPTED_OUT), ("30008", Trouble.REFUSED), ("", Trouble.REFUSED),
     ("30005", Trouble.UNREACHABLE), ("99999", Trouble.REFUSED)],
)  # fmt: skip
@pytest.mark.parametrize("status", ["failed", "undelivered", "canceled"])
def test_why_a_message_did_not_come_is_told_by_its_code(status: str, code: str, trouble: Trouble) -> None:
    failed = replace(STATUS, progress=Progress.FAILED, trouble=trouble, code=code)
    assert [failed] == read_status(reported(status, ErrorCode=code, ErrorMessage="Unknown error"))


@pytest.mark.parametrize("code", sorted(TWILIO_UNSENT))
def test_what_was_surely_not_handed_on_and_passes_by_itself_is_no_trouble(code: int) -> None:
    failed = replace(STATUS, progress=Progress.FAILED, code=str(code))
    assert [failed] == read_status(reported("failed", ErrorCode=str(code)))


@pytest.mark.parametrize("code", sorted(TWILIO_BUSY - TWILIO_UNSENT))
def test_what_passes_but_may_have_come_is_not_to_be_sent_again(code: int) -> None:
    failed = replace(STATUS, progress=Progress.FAILED, trouble=Trouble.REFUSED, code=str(code))
    assert [failed] == read_status(reported("undelivered", ErrorCode=str(code)))


@pytest.mark.parametrize("code", ["none", "-1", "1" * 11, "٣"])
def test_a_code_that_is_no_number_is_left_out(code: str) -> None:
    failed = replace(STATUS, progress=Progress.FAILED, trouble=Trouble.REFUSED)
    assert [failed] == read_status(reported("failed", ErrorCode=code))


def test_a_message_that_failed_before_a_sender_was_chosen_is_told_of_the_service() -> None:
    report = reported("failed", MessagingServiceSid=SERVICE, ErrorCode="21703", From="", To="+919811122233")
    failed = Status(Channel.SMS, SERVICE, SID, Progress.FAILED, trouble=Trouble.CHANNEL_DOWN, code="21703")
    assert [failed] == read_status(report)


NAMES = st.sampled_from([*said(MediaUrl0="", OptOutType="", Latitude="", Longitude="", MessageStatus="")])


@given(st.dictionaries(NAMES, st.text(st.characters(codec=None))))
def test_any_form_is_read_or_refused_with_value_error(changed: dict[str, str]) -> None:
    for read, usual in ((read_message, said()), (read_status, reported("sent"))):
        try:
            came = read(usual | changed)
        except ValueError:
            continue
        for arrival in came:
            if isinstance(arrival, Inbound):
                kept = "".join((arrival.provider_id, arrival.text, arrival.tap, arrival.name, *arrival.about.values()))
                assert b"\x00" not in kept.encode()
