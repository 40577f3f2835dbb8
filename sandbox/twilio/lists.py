"""What a list of messages or files holds, page by page.

Twilio ("Messages resource"): newest first, narrowed by `To`, `From` and `DateSent`, of which `DateSent>` and
`DateSent<` mean "at or after" and "at or before", in GMT. The next page begins after the record that its `PageToken`
names, so records that come meanwhile shift nothing.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from yarl import URL

from sandbox.twilio.entities import Message
from sandbox.twilio.errors import Refusal
from sandbox.twilio.shapes import Json, page_answer

Query = Mapping[str, str]

_DAY = 24 * 3600
_USUAL, _MOST = 50, 1000
_AFTER = "PA"
"""What a page token begins with; the sid of the last record before the page follows."""
_PAGING = frozenset({"PageSize", "Page", "PageToken"})


def narrowed(messages: Iterable[Message], query: Query, by_day: bool) -> list[Message]:
    """Those that are asked for; `by_day`: times are looked at to the day. Raises `Refusal`."""
    names = {sign: f"DateSent{sign}" for sign in ("<", ">", "")}
    times = {sign: _seconds(query[name]) for sign, name in names.items() if query.get(name)}

    def is_wanted(message: Message) -> bool:
        ends = {"To": message.to, "From": message.sender}
        between = all(query.get(name) in (None, "", str(end)) for name, end in ends.items())
        units = {sign: _DAY if by_day or not sign else 1 for sign in times}
        return between and all(_fits(message.sent_at, sign, at, units[sign]) for sign, at in times.items())

    return [message for message in messages if is_wanted(message)]


def _fits(sent_at: float, sign: str, at: float, unit: int) -> bool:
    """Whether a message was sent at, before or after that time, in whole units; one that was not sent never was."""
    sent, named = sent_at // unit, at // unit
    return bool(sent_at) and {"<": sent <= named, ">": sent >= named}.get(sign, sent == named)


def _seconds(text: str) -> float:
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise Refusal(20001, f"Invalid date value: {text}") from error
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).timestamp()


def page_of(name: str, items: Sequence[Json], path: str, query: Query) -> Json:
    """The page that is asked for of all `items`, which have a `sid` each."""
    size, page = max(1, min(_number(query, "PageSize", _USUAL), _MOST)), _number(query, "Page", 0)
    last = query.get("PageToken", "").removeprefix(_AFTER)
    sids = [str(item["sid"]) for item in items]
    start = sids.index(last) + 1 if last in sids else page * size
    shown = items[start : start + size]
    filters = {name: value for name, value in query.items() if name not in _PAGING}

    def address(number: int, token: str = "") -> str:
        paging = {"PageSize": str(size), "Page": str(number), **({"PageToken": token} if token else {})}
        return str(URL.build(path=path).with_query({**filters, **paging}))

    more = address(page + 1, f"{_AFTER}{sids[start + size - 1]}") if start + size < len(items) else None
    before = address(page - 1) if page else None
    return page_answer(name, shown, start, page, size, (address(0), before, address(page), more))


def _number(query: Query, name: str, default: int) -> int:
    value = query.get(name, "")
    return int(value) if value.isascii() and value.isdecimal() else default
