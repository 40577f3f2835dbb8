"""Razorpay's error bodies.

Refusal              the caller can mend it; 400 unless said otherwise
  unauthorised()     401
  unknown_id()       400, as Razorpay answers for things that do not exist
  too_many()         429, under the same code as a bad request
  trouble()          500
"""

from typing import Any


class Refusal(Exception):
    """An answer in place of what was asked for. `field` names the wrong field, where one is to blame."""

    def __init__(
        self,
        description: str,
        *,
        field: str = "",
        reason: str = "input_validation_failed",
        status: int = 400,
        code: str = "BAD_REQUEST_ERROR",
    ) -> None:
        super().__init__(description)
        self.status = status
        self.body = _body(code, description, field, reason)


def _body(code: str, description: str, field: str, reason: str) -> dict[str, Any]:
    known = reason != "NA"
    error: dict[str, Any] = {
        "code": code,
        "description": description,
        "source": "business" if known else "NA",
        "step": "payment_initiation" if known else "NA",
        "reason": reason,
        "metadata": {},
    }
    return {"error": error | ({"field": field} if field else {})}


def unauthorised() -> Refusal:
    """Razorpay says BAD_REQUEST_ERROR even here: only the status tells."""
    return Refusal("Authentication failed", reason="NA", status=401)


def unknown_id() -> Refusal:
    """No such link, payment or refund, or somebody else's."""
    return Refusal("The id provided does not exist")


def unknown_fields(names: list[str]) -> Refusal:
    """Fields that are not part of the call."""
    listed = ", ".join(names)
    return Refusal(f"{listed} is/are not required and should not be sent", reason="extra_field_sent")


def too_many() -> Refusal:
    """Over the rate limit. The code is a bad request's: Razorpay's SDK raises the same error for both."""
    return Refusal("Too many requests", reason="NA", status=429)


def trouble() -> Refusal:
    """Something is wrong at Razorpay's end."""
    said = "We are facing some trouble completing your request at the moment. Please try again shortly."
    return Refusal(said, reason="NA", status=500, code="SERVER_ERROR")
