"""What Meta tells besides customers' messages: how ours fared, what customers wish, changes of their ids, news."""

from collections.abc import Iterator

from model.message import (
    AccountNews,
    Address,
    Channel,
    Moved,
    Preference,
    Progress,
    Status,
    Trouble,
)
from model.troubles import META, META_BUSY
from webhooks.tame import Wild, fact_of, id_of, kind_of, number_of, part, parts, time_of

_PROGRESS = {
    "sent": Progress.SENT,
    "delivered": Progress.DELIVERED,
    "read": Progress.READ,
    "played": Progress.READ,
    "failed": Progress.FAILED,
}
_NEW_NUMBER = frozenset({"user_changed_number", "customer_changed_number"})
_NEW_USER_ID = "user_changed_user_id"
_WANTED = {"stop": False, "resume": True, "signup": True}
_LISTS = frozenset({"restriction_info"})
"""Lists whose items tell about the account; others may tell about people."""
_KNOWN_ALREADY = frozenset({"metadata", "messaging_product"})
_MOST_DETAILS = 30


def read_status(status: Wild, account: str) -> Status | None:
    """How far a message of ours is; None for words that tell no progress."""
    own_id, progress = id_of(status.get("id")), _PROGRESS.get(kind_of(status.get("status")))
    if not own_id or progress is None:
        return None
    at = time_of(status.get("timestamp"))
    if progress is not Progress.FAILED:
        return Status(Channel.WHATSAPP, account, own_id, progress, at)
    code = next((code for error in parts(status, "errors") if (code := id_of(error.get("code")))), "")
    return Status(Channel.WHATSAPP, account, own_id, progress, at, _trouble(code), code)


def _trouble(code: str) -> Trouble | None:
    """None for what passes by itself: Meta says that the message was not sent, and it may be sent again."""
    number = int(code) if code.isascii() and code.isdecimal() else -1
    return None if number in META_BUSY else META.get(number, Trouble.REFUSED)


def read_preference(preference: Wild, account: str) -> Preference | None:
    """Whether a customer wants the shop's advertising, and since when."""
    user = _user(preference.get("wa_id"), preference.get("user_id"))
    wanted = _WANTED.get(kind_of(preference.get("value")))
    if not user or wanted is None or preference.get("category") != "marketing_messages":
        return None
    at = time_of(preference.get("timestamp"))
    return Preference(Address(Channel.WHATSAPP, account, user), wanted, at=at)


def read_system(message: Wild, account: str) -> Moved | AccountNews:
    """A customer's number or user id has changed; else (their phone is another one now) news without a person.

    With a new number the user id changes too; the next message tells it.
    """
    system = part(message, "system")
    kind = kind_of(system.get("type"))
    old, new = _moved(kind, message, system)
    if old and new and old != new:
        return Moved(Address(Channel.WHATSAPP, account, old), new)
    return AccountNews(Channel.WHATSAPP, account, kind or "system")


def _moved(kind: str, message: Wild, system: Wild) -> tuple[str, str]:
    """From and to; before version 12 of Meta's API these were `customer` and `new_wa_id`."""
    previous, user_id = system.get("previous_user_id"), system.get("user_id")
    if kind in _NEW_NUMBER:
        old = _user(system.get("customer"), message.get("from"), previous)
        return old, _user(system.get("wa_id"), system.get("new_wa_id"), user_id)
    return (id_of(previous), id_of(user_id)) if kind == _NEW_USER_ID else ("", "")


def read_new_id(update: Wild, account: str) -> Moved | None:
    """A change of a user id, as Meta told it before it became a system message: {"previous", "current"}."""
    ids = part(update, "user_id")
    old, new = id_of(ids.get("previous")), id_of(ids.get("current"))
    return Moved(Address(Channel.WHATSAPP, account, old), new) if old and new and old != new else None


def _user(*told: object) -> str:
    """The first number among them, else the first id."""
    return next(filter(None, map(number_of, told)), "") or next(filter(None, map(id_of, told)), "")


def read_news(field: str, account: str, entry: Wild, value: Wild) -> AccountNews:
    """News of the account. `account` is empty where they are of no certain number; `business` is the account's id.

    Details are the plain values of the notice; those of an object in it are named "object.value".
    """
    business = id_of(entry.get("id"))
    told = [*([("business", business)] if business else []), *_plain(value)]
    return AccountNews(Channel.WHATSAPP, account, field, dict(told[:_MOST_DETAILS]))


def _plain(value: Wild) -> Iterator[tuple[str, str]]:
    for name, found in value.items():
        if name in _KNOWN_ALREADY:
            continue
        if isinstance(found, dict):
            yield from _inside(name, found)
        elif kind_of(name) in _LISTS:
            for place, item in enumerate(parts(value, name)):
                yield from _inside(f"{name}.{place}", item)
        else:
            yield from _inside("", {name: found})


def _inside(name: str, found: Wild) -> Iterator[tuple[str, str]]:
    for key, value in found.items():
        if kind_of(key) and fact_of(value):
            yield f"{name}.{key}" if name else key, fact_of(value)
