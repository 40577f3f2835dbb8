"""What may be made to go wrong at Meta beyond what may go wrong everywhere, and the limits as they stand."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from sandbox import chaos
from sandbox.meta.errors import CODES


@dataclass(frozen=True, slots=True)
class Knobs(chaos.Knobs):
    """Webhooks carry updates (`message`, `sent`, `delivered`, `read`, `failed`, or the name of another field), and the
    shared knobs go by these names: `drop` keeps them from being sent at all. `batch` updates at most go into one
    webhook (Meta: up to 1,000), those that came together within `batch_ms` or while the shop was busy; `shuffle` turns
    the order of a batch round, gathering for a tenth of a second at least.

    `window`: beyond `window_s` seconds after the customer wrote last, "report" takes a message and reports 131047, as
    Meta does; "refuse" refuses it; "open" lets it pass. `rate` messages a second for the number (130429), 0 for any;
    to one customer a burst of `pair_burst` and one each `pair_every_ms` after it (131056), 0 for any.

    `deliver_ms` until a message is delivered, `read_ms` until it is read without anybody looking (0: only when the chat
    is opened). The next `refuse_next` messages are refused with the error `refuse_code`, the next `undelivered_next`
    are taken and then reported failed with `undelivered_code`. `fetch_links`: pictures and papers given as links are
    fetched from the shop or this machine, as Meta does.
    """

    batch: int = 50
    batch_ms: int = 0
    window: str = "report"
    window_s: int = 86_400
    rate: int = 80
    pair_burst: int = 45
    pair_every_ms: int = 6_000
    deliver_ms: int = 100
    read_ms: int = 0
    refuse_next: int = 0
    refuse_code: int = 131056
    undelivered_next: int = 0
    undelivered_code: int = 131026
    fetch_links: bool = True


_CODE = chaos.one_of(*sorted(CODES))
_COUNTS = ("batch_ms", "window_s", "rate", "pair_burst", "pair_every_ms", "deliver_ms", "read_ms")
TAKES: Mapping[str, chaos.Taker] = {
    **chaos.TAKES,
    **dict.fromkeys((*_COUNTS, "refuse_next", "undelivered_next"), chaos.COUNT),
    "batch": (lambda value: type(value) is int and 1 <= value <= 1000, "a whole number from 1 to 1000"),
    "window": chaos.one_of("report", "refuse", "open"),
    "refuse_code": _CODE,
    "undelivered_code": _CODE,
    "fetch_links": chaos.FLAG,
}


class Chaos(chaos.Chaos[Knobs]):
    """The knobs as they stand now."""

    def __init__(self, knobs: Knobs) -> None:
        super().__init__(knobs, TAKES)

    def next_refusal(self) -> int | None:
        """The error with which this message shall be refused, if it shall; counts it."""
        if not self.knobs.refuse_next:
            return None
        self.knobs = replace(self.knobs, refuse_next=self.knobs.refuse_next - 1)
        return self.knobs.refuse_code

    def next_undelivered(self) -> int | None:
        """The error with which this message shall be reported failed, if it shall; counts it."""
        if not self.knobs.undelivered_next:
            return None
        self.knobs = replace(self.knobs, undelivered_next=self.knobs.undelivered_next - 1)
        return self.knobs.undelivered_code
