"""Twilio's error bodies, and what it says of messages that did not arrive.

Refusal            the caller can mend it; HTTP 400 unless said otherwise
  unauthorised()   401, code 20003
  not_found()      404, code 20404
  too_many()       429, code 20429
  trouble()        500, code 20500
"""

from typing import Any

_MORE = "https://www.twilio.com/docs/errors"

_FAILURES = {
    11200: "HTTP retrieval failure",
    11751: "Media Message - Media exceeds messaging provider size limit",
    30003: "Unreachable destination handset",
    30005: "Unknown destination handset",
    30006: "Landline or unreachable carrier",
    30007: "Message filtered",
    30008: "Unknown error",
    63016: (
        "Failed to send freeform message because you are outside the allowed window. "
        "If you are using WhatsApp, please use a Message Template."
    ),
    63018: "Rate limit exceeded for Channel",
    63019: "Media failed to download",
    63021: "Channel invalid content error",
    63024: "Invalid message recipient",
    63034: "Media exceeds size limit",
}


class Refusal(Exception):
    """An answer in place of what was asked for."""

    def __init__(self, code: int, message: str, status: int = 400, **more: str) -> None:
        super().__init__(message)
        self.code = code
        self.status = status
        self.body: dict[str, Any] = {
            "code": code,
            **more,
            "message": message,
            "more_info": f"{_MORE}/{code}",
            "status": status,
        }


def failure(code: int) -> str:
    """What Twilio says of a message that failed with `code`."""
    return _FAILURES.get(code, "Unknown error")


def unauthorised() -> Refusal:
    """Wrong or no credentials, or somebody else's account."""
    return Refusal(20003, "Authenticate", 401, detail="Your AccountSid or AuthToken was incorrect.")


def not_found(path: str) -> Refusal:
    """No such message, no such media, no such address."""
    return Refusal(20404, f"The requested resource {path} was not found", 404)


def not_allowed() -> Refusal:
    """The address exists, for other methods."""
    return Refusal(20004, "Method not allowed", 405)


def too_many() -> Refusal:
    """More calls at once than the account may make; nothing was done."""
    return Refusal(20429, "Too Many Requests", 429)


def trouble() -> Refusal:
    """Something is wrong at Twilio's end."""
    return Refusal(20500, "An internal server error has occurred", 500)
