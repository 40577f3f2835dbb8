"""A webhook's body: every entry, every change, every message and status in it, in order."""

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import orjson
import structlog

from model.message import Arrival
from webhooks.tame import Wild, id_of, kind_of, part, parts, whole_of
from webhooks.whatsapp.messages import read_message
from webhooks.whatsapp.notices import read_new_id, read_news, read_preference, read_status
from webhooks.whatsapp.people import people_of

log = structlog.get_logger()

_OBJECT = "whatsapp_business_account"
_MOST_DIGITS = 20
_NOT_FOR_US = frozenset({"smb_message_echoes", "message_echoes", "history", "smb_app_state_sync", "standby"})
"""What the shop itself sent or has on its phone, and talks that another sender holds."""


def read(raw: bytes) -> list[Arrival]:
    """All that a signed body brings. What is broken in it is left out or taken for unsupported; the rest counts.

    Raises ValueError where the body is no JSON object of a WhatsApp account.
    """
    body = _parse(raw)
    if not isinstance(body, dict) or body.get("object") != _OBJECT:
        raise ValueError("this is no webhook of a WhatsApp account")
    changes = [(entry, change) for entry in parts(body, "entry") for change in parts(entry, "changes")]
    return [arrival for entry, change in changes for arrival in _read_change(entry, change)]


def _parse(raw: bytes) -> Any:
    with suppress(orjson.JSONDecodeError):
        return orjson.loads(raw)
    return _parse_at_length(raw)


def _parse_at_length(raw: bytes) -> Any:
    """What the strict and fast reader refuses, such as half of a surrogate pair where a text was cut."""
    try:
        return json.loads(raw, parse_int=_whole)
    except RecursionError as error:
        raise ValueError("nested too deeply") from error


def _whole(digits: str) -> int | None:
    """Python refuses a number of thousands of digits, and the body with it; to us it is no number at all."""
    return int(digits) if len(digits) <= _MOST_DIGITS else None


def _read_change(entry: Wild, change: Wild) -> Iterator[Arrival]:
    field, value = kind_of(change.get("field")) or "messages", part(change, "value")
    account = id_of(part(value, "metadata").get("phone_number_id"))
    reader = _FIELDS.get(field)
    if reader:
        yield from reader(account, value)
    elif field not in _NOT_FOR_US:
        yield read_news(field, account, entry, value)


def _messages(account: str, value: Wild) -> Iterator[Arrival]:
    messages = parts(value, "messages")
    people = people_of(value) if messages else {}
    for message in messages:
        yield from _known("message", message, read_message(message, account, people))
    for status in parts(value, "statuses"):
        yield from _known("status", status, read_status(status, account))
    codes = [whole_of(error.get("code")) for error in parts(value, "errors")]
    if codes:
        log.warning("whatsapp_errors", codes=codes)


def _preferences(account: str, value: Wild) -> Iterator[Arrival]:
    for preference in parts(value, "user_preferences"):
        yield from _known("preference", preference, read_preference(preference, account))


def _new_ids(account: str, value: Wild) -> Iterator[Arrival]:
    for update in parts(value, "user_id_update"):
        yield from _known("user_id_update", update, read_new_id(update, account))


_FIELDS: dict[str, Callable[[str, Wild], Iterator[Arrival]]] = {
    "messages": _messages,
    "user_preferences": _preferences,
    "user_id_update": _new_ids,
}


def _known(what: str, wild: Wild, arrival: Arrival | None) -> Iterator[Arrival]:
    """What could be read; a line in the log, which holds nothing of the person, for what could not."""
    if arrival is not None:
        yield arrival
    else:
        log.warning("whatsapp_unreadable", what=what, kind=kind_of(wild.get("type")) or kind_of(wild.get("status")))
