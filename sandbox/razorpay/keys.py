"""Idempotency keys of refunds: the same key and the same body never refund twice."""

from dataclasses import dataclass

from sandbox.razorpay.entities import Refund
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.rules import check_key


@dataclass(slots=True)
class _Use:
    request: object
    refund: Refund | None = None


class RefundKeys:
    """Keys seen so far, each with the request it came with and what that led to."""

    def __init__(self) -> None:
        self._uses: dict[str, _Use] = {}

    def claim(self, key: str, request: object) -> Refund | None:
        """The refund an earlier, equal request made; None where this one is the first.

        Raises `Refusal`: 409 while the first is being worked on, 400 on another request or a bad key.
        """
        check_key(key)
        use = self._uses.get(key)
        if use is None:
            self._uses[key] = _Use(request)
            return None
        return _repeated(use, request)

    def settle(self, key: str, refund: Refund) -> None:
        """What the claimed request led to."""
        self._uses[key].refund = refund

    def release(self, key: str) -> None:
        """The claimed request led to nothing: the key may be used again."""
        del self._uses[key]


def _repeated(use: _Use, request: object) -> Refund:
    if use.request != request:
        raise Refusal("Different request body sent with the same idempotency key.")
    if use.refund is None:
        said = "Request failed because another request with the same idempotency key is in progress."
        raise Refusal(said, reason="NA", status=409)
    return use.refund
