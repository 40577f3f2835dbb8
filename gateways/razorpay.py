"""Razorpay payment links and refunds through its own SDK, which blocks: it runs on threads of its own.

Rules (Razorpay's API reference): `reference_id` is unique, `expire_by` at least 15 minutes ahead, a link can be
cancelled only while nothing was paid, `X-Refund-Idempotency` makes a refund safe to ask for again.
"""

import asyncio
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from functools import partial
from typing import Any, TypeVar

import razorpay
import requests
import structlog
from razorpay.errors import BadRequestError, GatewayError, ServerError

from model.errors import Fault, Unavailable
from model.money import Money
from model.order import PaymentLink, Refund
from model.ports import LinkState, PaidBy

log = structlog.get_logger()
T = TypeVar("T")

_TIMEOUT = (3.05, 10)
"""Seconds to connect and to answer; the SDK has none of its own."""
_UNREADABLE = (AttributeError, KeyError, OverflowError, TypeError, ValueError)
_BUSY = ("too many requests", "request in progress", "another request")
_UNKNOWN = "does not exist"
_KEYS_TAKE = 30.0
"""Seconds until keys that were refused are tried again: they may be being changed."""


class _Session(requests.Session):
    """Ends a call that hangs, and tells of a network fault in our own words."""

    def request(self, *args: Any, **options: Any) -> requests.Response:
        options.setdefault("timeout", _TIMEOUT)
        try:
            return super().request(*args, **options)
        except requests.RequestException as error:
            raise Unavailable("razorpay", 1.0) from error


class Razorpay:
    """The `PaymentGateway` port. `callback_url` is where the customer comes back to."""

    def __init__(self, url: str, key_id: str, key_secret: str, callback_url: str, shop_name: str) -> None:
        self._session = _Session()
        self._client = razorpay.Client(session=self._session, auth=(key_id, key_secret), base_url=url)
        self._callback_url = callback_url
        self._shop_name = shop_name
        self._threads = ThreadPoolExecutor(4, "razorpay")

    def close(self) -> None:
        """Let the threads and connections go."""
        self._threads.shutdown()
        self._session.close()

    async def create(self, link: PaymentLink, customer: Mapping[str, str], description: str) -> LinkState:
        """Make a link over the link's amount; it ends by itself at `expires_at`."""
        wanted = {
            "amount": link.amount.paise,
            "currency": "INR",
            "accept_partial": False,
            "description": description[:2048],
            "reference_id": link.reference,
            "customer": dict(customer),
            "expire_by": int(link.expires_at.timestamp()),
            "notify": {"sms": False, "email": False},
            "reminder_enable": False,
            "notes": {"reference": link.reference, "shop_name": self._shop_name},
            "callback_url": self._callback_url,
            "callback_method": "get",
        }
        return await self._call(_state, self._client.payment_link.create, wanted)

    async def find(self, reference: str) -> LinkState | None:
        """The link with our reference."""
        read = partial(_with_reference, reference)
        return await self._call(read, self._client.payment_link.all, {"reference_id": reference})

    async def fetch(self, provider_id: str) -> LinkState | None:
        """The link as it stands; None where Razorpay knows no such link."""
        try:
            return await self._call(_state, self._client.payment_link.fetch, provider_id)
        except Fault as fault:
            if _UNKNOWN in fault.detail:
                return None
            raise

    async def cancel(self, provider_id: str) -> LinkState | None:
        """Cancel it; where that is refused (paid, expired, cancelled already), how it stands instead."""
        try:
            return await self._call(_state, self._client.payment_link.cancel, provider_id)
        except Fault:
            return await self.fetch(provider_id)

    async def refund(self, refund: Refund) -> tuple[str, str]:
        """Send the whole amount back; the same key is the same refund."""
        headers = {"X-Refund-Idempotency": refund.key}
        body = {"amount": refund.amount.paise, "notes": {"reason": refund.reason}}
        call = partial(self._client.payment.refund, refund.payment_id, body, headers=headers)
        return await self._call(_refunded, call)

    async def _call(self, read: Callable[[Any], T], call: Callable[..., Any], *args: Any) -> T:
        """Call and read the answer. One that cannot be read may have been a yes: the next try asks first."""
        loop = asyncio.get_running_loop()
        try:
            return read(await loop.run_in_executor(self._threads, call, *args))
        except BadRequestError as error:
            raise _refusal(str(error)) from error
        except (ServerError, GatewayError, *_UNREADABLE) as error:
            raise Unavailable("razorpay", 1.0) from error


def _refusal(description: str) -> Exception:
    """The SDK tells a busy Razorpay and a repeated reference from a wrong request by their words alone."""
    words = description.casefold()
    if any(busy in words for busy in _BUSY):
        return Unavailable("razorpay", 2.0)
    if "authentication failed" in words:
        log.error("razorpay_keys_refused")
        return Unavailable("razorpay", _KEYS_TAKE)
    if "already exists" in words:
        return Unavailable("razorpay", 0.1)
    return Fault(f"razorpay refused: {description[:200]}")


def _with_reference(reference: str, answer: Mapping[str, Any]) -> LinkState | None:
    links = [link for link in answer.get("payment_links") or () if link.get("reference_id") == reference]
    return _state(links[0]) if links else None


def _refunded(answer: Mapping[str, Any]) -> tuple[str, str]:
    return str(answer["id"]), str(answer["status"])


def _state(link: Mapping[str, Any]) -> LinkState:
    currency = str(link["currency"])
    return LinkState(
        provider_id=str(link["id"]),
        reference=str(link.get("reference_id") or ""),
        status=str(link["status"]),
        url=str(link.get("short_url") or ""),
        amount=Money(int(link["amount"])),
        currency=currency,
        payments=tuple(_paid(p, currency) for p in link.get("payments") or () if p.get("status") == "captured"),
    )


def _paid(payment: Mapping[str, Any], currency: str) -> PaidBy:
    return PaidBy(
        payment_id=str(payment["payment_id"]),
        amount=Money(int(payment["amount"])),
        currency=currency,
        method=str(payment.get("method") or ""),
        at=datetime.fromtimestamp(int(payment["created_at"]), UTC),
    )
