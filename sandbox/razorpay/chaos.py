"""What may be made to go wrong at Razorpay beyond what may go wrong everywhere."""

from collections.abc import Mapping
from dataclasses import dataclass

from sandbox import chaos


@dataclass(frozen=True, slots=True)
class Knobs(chaos.Knobs):
    """`old_secret` signs webhooks with the older secret; `refund_ms` passes until a refund is processed."""

    old_secret: bool = False
    refund_ms: int = 2000


TAKES: Mapping[str, chaos.Taker] = {**chaos.TAKES, "old_secret": chaos.FLAG, "refund_ms": chaos.COUNT}

Chaos = chaos.Chaos[Knobs]
