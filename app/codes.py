"""By which channels one-time codes go, and what the others lack for that."""

from collections.abc import Iterator
from dataclasses import dataclass

from app.settings import Settings
from gateways.render import twilio_template
from model.language import DEFAULT
from model.message import Channel
from model.templates import Template, Templates
from shop.proofs import Codes, Place
from webhooks.twilio_form import bare

_KEY = "prove_code"
_FILE = "data/templates/sign_in_code.yml"


@dataclass(frozen=True, slots=True)
class Way:
    """A channel that reaches a phone. `lacks`: why no code can go by it; "" where one can."""

    name: str
    place: Place
    lacks: str = ""


def ways(settings: Settings, templates: Templates) -> list[Way]:
    """The channels that are set up, the best for a code first.

    A number that never wrote to the shop, or not for a day, gets nothing on WhatsApp but an approved template.
    """
    return [*_ways(settings, templates)]


def _ways(settings: Settings, templates: Templates) -> Iterator[Way]:
    if settings.twilio_sms_from:
        yield Way("SMS", (Channel.SMS, settings.twilio_sms_from))
    if settings.whatsapp_phone_number_id:
        place = (Channel.WHATSAPP, settings.whatsapp_phone_number_id)
        lacks = "" if templates.standing_for(_KEY, DEFAULT) else f"no template stands for {_KEY}: {_FILE} is missing"
        yield Way("WhatsApp", place, lacks)
    if settings.twilio_whatsapp_from:
        place = (Channel.WHATSAPP, bare(settings.twilio_whatsapp_from))
        yield Way("WhatsApp by Twilio", place, _without_content(templates))


def _without_content(templates: Templates) -> str:
    """Twilio sends a template by the id of its content, each language by its own."""
    known = templates.by_key.get(_KEY, {})
    without = [code for code, template in known.items() if not _has_content(template)]
    if without or not known:
        return f"no Content SID (sid: HX…) in {_FILE} for {', '.join(without) or DEFAULT}"
    return ""


def _has_content(template: Template) -> bool:
    return twilio_template({"template": template.filled([""] * len(template.parameters))}) is not None


def read_codes(settings: Settings, templates: Templates) -> Codes | None:
    """How phone numbers are proved; None where no code can go, so that it is not offered."""
    found = ways(settings, templates)
    reach, also = (tuple(way.place for way in found if bool(way.lacks) is lacks) for lacks in (False, True))
    return Codes(settings.secret.encode(), reach, also, settings.codes_a_day) if reach else None


def told(settings: Settings, templates: Templates) -> tuple[bool, str]:
    """Whether codes go as far as anything is set up, and how it stands, for the doctor."""
    found = ways(settings, templates)
    going, lacking = [way for way in found if not way.lacks], [way for way in found if way.lacks]
    if not found:
        return True, "off (no channel reaches a phone): the web chat does not offer to prove a number"
    lacks = "; ".join(f"not by {way.name}, {way.lacks}" for way in lacking)
    if not going:
        return False, f"nobody can prove a phone number: {lacks}"
    approved = " (as the template sign_in_code, once it is approved)" if going[0].place[0] == Channel.WHATSAPP else ""
    return True, "; ".join(filter(None, (f"go by {going[0].name}{approved}", lacks)))
