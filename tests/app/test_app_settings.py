"""Settings: their defaults, what is half set up, and what production refuses."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from app.settings import Settings

SAFE = {
    "HAAT_ENV": "production",
    "HAAT_SECRET_KEY": "s" * 32,
    "HAAT_PUBLIC_URL": "https://shop.example",
}
RAZORPAY = {"RAZORPAY_KEY_ID": "rzp_live_1", "RAZORPAY_KEY_SECRET": "k", "RAZORPAY_WEBHOOK_SECRET": "webhook-secret"}
DEFAULTS = {
    "env": "development",
    "host": "127.0.0.1",
    "port": 8080,
    "public_url": "http://127.0.0.1:8080",
    "database_url": "sqlite+aiosqlite:///var/haat.db",
    "redis_url": "",
    "nlu_url": "",
    "shop": Path("data/shop"),
    "files": Path("var/files"),
    "webchat_origins": "",
    "razorpay_api_url": "https://api.razorpay.com",
    "razorpay_key_id": "",
}


def settings_of(**env: Any) -> Settings:
    """What these, named as in the environment, make of the settings."""
    return Settings(**env)


def problems(**env: str) -> str:
    with pytest.raises(ValidationError) as refused:
        settings_of(**env)
    return "; ".join(f"{problem['loc']} {problem['msg']}" for problem in refused.value.errors())


def test_nothing_need_be_set() -> None:
    settings = Settings()
    assert DEFAULTS == {name: getattr(settings, name) for name in DEFAULTS}
    assert (False, False, [], []) == (
        settings.production, settings.razorpay, settings.nlu_urls, settings.webhook_secrets,
    )  # fmt: skip
    assert frozenset({"http://127.0.0.1:8080"}) == settings.origins
    assert "" == settings.metrics_token.get_secret_value()


@pytest.mark.parametrize("given", RAZORPAY)
def test_a_provider_half_set_up_is_refused_by_the_names_that_are_missing(given: str) -> None:
    told = problems(**{given: "x"})
    assert "RAZORPAY is only half set up" in told
    assert [name in told for name in RAZORPAY] == [name != given for name in RAZORPAY]


def test_a_provider_with_all_of_its_settings_is_on() -> None:
    assert settings_of(**RAZORPAY).razorpay


def test_a_providers_address_alone_sets_nothing_up() -> None:
    assert not settings_of(RAZORPAY_API_URL="http://127.0.0.1:8090").razorpay


def test_two_webhook_secrets_stand_side_by_side() -> None:
    settings = settings_of(**RAZORPAY | {"RAZORPAY_WEBHOOK_SECRET": " new , old,"})
    assert ["new", "old"] == settings.webhook_secrets


def test_a_safe_production_starts() -> None:
    assert settings_of(**SAFE | RAZORPAY).production


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"HAAT_SECRET_KEY": ""}, "HAAT_SECRET_KEY"),
        ({"HAAT_SECRET_KEY": "s" * 31}, "HAAT_SECRET_KEY"),
        ({"HAAT_PUBLIC_URL": "http://shop.example"}, "HAAT_PUBLIC_URL"),
        ({"HAAT_PUBLIC_URL": "ftp://shop.example"}, "HAAT_PUBLIC_URL"),
        ({"RAZORPAY_API_URL": "http://127.0.0.1:8090"}, "RAZORPAY_API_URL"),
        ({"RAZORPAY_WEBHOOK_SECRET": "good-enough,short"}, "RAZORPAY_WEBHOOK_SECRET"),
    ],
)
def test_production_refuses_by_name_what_is_unsafe(change: dict[str, str], told: str) -> None:
    assert told in problems(**SAFE | RAZORPAY | change)


def test_production_has_no_default_for_its_secret_and_public_address() -> None:
    told = problems(HAAT_ENV="production")
    assert "HAAT_SECRET_KEY" in told
    assert "HAAT_PUBLIC_URL" in told


@pytest.mark.parametrize(
    ("given", "missing"),
    [
        ({"WHATSAPP_ACCESS_TOKEN": "x"}, "WHATSAPP_APP_SECRET"),
        ({"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}, "TWILIO_SMS_FROM or TWILIO_WHATSAPP_FROM"),
        ({"TWILIO_SMS_FROM": "+15005550006"}, "TWILIO_AUTH_TOKEN"),
    ],
)
def test_every_provider_is_whole_or_off(given: dict[str, str], missing: str) -> None:
    with pytest.raises(ValidationError, match=missing):
        settings_of(**given)


TWILIO = {"TWILIO_ACCOUNT_SID": "AC1", "TWILIO_AUTH_TOKEN": "t"}


@pytest.mark.parametrize("number", ["whatsapp:+919845012345", "+919845012345"])
def test_a_whatsapp_number_has_its_country_code(number: str) -> None:
    assert number == settings_of(**TWILIO, TWILIO_WHATSAPP_FROM=number).twilio_whatsapp_from


@pytest.mark.parametrize(
    "number",
    ["919845012345", "whatsapp:919845012345", "whatsapp:", "+09845012345", "+91 98450 12345", "+91", "TINYPK",
     "whatsapp:whatsapp:+919845012345", "+919845012345\n", "MG" + "5" * 32],
)  # fmt: skip
def test_what_is_no_whatsapp_number_is_refused_and_told_how_to_write(number: str) -> None:
    """It would match nothing that Twilio tells: every message would be refused, and the customers not heard."""
    assert (
        "TWILIO_WHATSAPP_FROM is no sender: write your WhatsApp number with plus and country code, as whatsapp:+91"
        in (problems(**TWILIO, TWILIO_WHATSAPP_FROM=number))
    )


@pytest.mark.parametrize(
    "sender", ["+14155550100", "57575", "555", "MG" + "5a" * 16, "TINYPK", "AX-SHOPIN", "Ann & Bob", "3M"]
)
def test_sms_go_out_by_a_number_a_short_code_a_service_or_a_name(sender: str) -> None:
    assert sender == settings_of(**TWILIO, TWILIO_SMS_FROM=sender).twilio_sms_from


@pytest.mark.parametrize(
    "sender",
    ["14155550100", "919845012345", "whatsapp:+14155550100", "+1 415 555 0100", "+57575", "MG" + "5" * 31,
     "A name too long", "नमस्ते", "-", "12", "+14155550100,+14155550101"],
)  # fmt: skip
def test_what_is_no_sender_of_sms_is_refused_and_told_how_to_write(sender: str) -> None:
    told = problems(**TWILIO, TWILIO_SMS_FROM=sender)
    assert "TWILIO_SMS_FROM is no sender: write a number with plus and country code, as +14155550100" in told


def test_secrets_are_not_shown() -> None:
    settings = settings_of(**SAFE | RAZORPAY | {"RAZORPAY_KEY_SECRET": "hush-hush", "HAAT_METRICS_TOKEN": "psst"})
    assert "hush-hush" not in repr(settings)
    assert "psst" not in repr(settings)
    assert SAFE["HAAT_SECRET_KEY"] not in repr(settings)


def test_a_refusal_shows_no_secrets_either() -> None:
    with pytest.raises(ValidationError) as refused:
        settings_of(RAZORPAY_KEY_SECRET="hush-hush")
    assert "hush-hush" not in str(refused.value)


def test_settings_come_from_the_env_file_and_the_environment_goes_before_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / ".env").write_text("HAAT_PORT=9001\nHAAT_HOST=127.0.0.2\nSOMEBODY_ELSES=1\n", encoding="utf-8")
    monkeypatch.setenv("HAAT_HOST", "127.0.0.3")
    assert (9001, "127.0.0.3") == ((settings := Settings()).port, settings.host)


@pytest.mark.parametrize("port", ["-1", "65536", "http"])
def test_a_port_is_a_port(port: str) -> None:
    assert "HAAT_PORT" in problems(HAAT_PORT=port)


def test_an_unknown_environment_is_refused() -> None:
    assert "HAAT_ENV" in problems(HAAT_ENV="staging")


@pytest.mark.parametrize(
    ("named", "origins"),
    [
        ("https://a.example", {"https://a.example"}),
        (" https://A.example/ ,https://b.example:8443,", {"https://a.example", "https://b.example:8443"}),
    ],
)
def test_origins_are_compared_as_browsers_write_them(named: str, origins: set[str]) -> None:
    assert origins == settings_of(HAAT_WEBCHAT_ORIGINS=named).origins


def test_the_public_address_carries_the_widget_where_no_origin_is_named() -> None:
    settings = settings_of(HAAT_PUBLIC_URL="https://Shop.example/market")
    assert {"https://shop.example"} == settings.origins


def test_several_nlu_servers_are_named_with_commas() -> None:
    settings = settings_of(HAAT_NLU_URL="http://127.0.0.1:5005, http://127.0.0.1:5006,")
    assert ["http://127.0.0.1:5005", "http://127.0.0.1:5006"] == settings.nlu_urls


def test_in_development_the_secret_is_made_once_and_kept_for_its_owner_alone(tmp_path: Path) -> None:
    secret = Settings().secret
    assert len(secret) >= 32
    assert secret == Settings().secret
    assert 0o600 == (tmp_path / "var" / "secret.key").stat().st_mode & 0o777
