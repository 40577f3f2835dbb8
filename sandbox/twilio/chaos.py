"""What may be made to go wrong at Twilio beyond what may go wrong everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from sandbox import chaos

RETRIES = ("ct", "rt", "4xx", "5xx", "all")


@dataclass(frozen=True, slots=True)
class Knobs(chaos.Knobs):
    """Webhooks are called `received` (a customer wrote) or by the status that they tell.

    `status_ms` passes between sent and delivered. `fail_messages` of the next messages are taken and not delivered,
    with `error_code`; messages that do not arrive end as `failed_as`. `window` says when it is told that WhatsApp's
    window is closed: `later` by status, or `refuse` at once.

    `sms_rate` and `whatsapp_rate` are what a sender sends in a second, in segments and messages (0: without limit);
    what is more waits, and is refused where it would wait more than `queue_ms`. `calls_rate` is how many API calls a
    second are answered (0: all).

    `hide_numbers` gives WhatsApp's user ids in place of customers' numbers. `any_content` takes every ContentSid, not
    only those that were made known. `retry_on` names what lets a webhook be sent a second time (Twilio's retry
    policies: ct no connection, rt no answer in time, 4xx, 5xx, all). `bad_signature` signs webhooks wrongly. `by_day`
    has lists look at times to the day alone, which is all that Twilio promises.
    """

    status_ms: int = 200
    fail_messages: int = 0
    error_code: int = 30008
    failed_as: Literal["undelivered", "failed"] = "undelivered"
    window: Literal["later", "refuse"] = "later"
    sms_rate: int = 10
    whatsapp_rate: int = 80
    queue_ms: int = 36_000_000
    calls_rate: int = 0
    hide_numbers: bool = False
    any_content: bool = False
    retry_on: tuple[str, ...] = ("ct",)
    bad_signature: bool = False
    by_day: bool = False


def _are_retries(value: object) -> bool:
    return isinstance(value, list) and all(policy in RETRIES for policy in value)


TAKES: Mapping[str, chaos.Taker] = {
    **chaos.TAKES,
    "status_ms": chaos.COUNT,
    "fail_messages": chaos.COUNT,
    "error_code": chaos.COUNT,
    "failed_as": chaos.one_of("undelivered", "failed"),
    "window": chaos.one_of("later", "refuse"),
    "sms_rate": chaos.COUNT,
    "whatsapp_rate": chaos.COUNT,
    "queue_ms": chaos.COUNT,
    "calls_rate": chaos.COUNT,
    "hide_numbers": chaos.FLAG,
    "any_content": chaos.FLAG,
    "retry_on": (_are_retries, f"a list of {', '.join(RETRIES)}"),
    "bad_signature": chaos.FLAG,
    "by_day": chaos.FLAG,
}

Chaos = chaos.Chaos[Knobs]
