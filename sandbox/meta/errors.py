"""Meta's errors: one table of codes, told as an answer or later by a status webhook.

Source: Meta, "WhatsApp error codes". Apps are told to go by the code and the details, not by the titles.
"""

import secrets
from typing import Any

Json = dict[str, Any]

_HREF = "https://developers.facebook.com/documentation/business-messaging/whatsapp/support/error-codes/"
_TITLES: dict[int, tuple[int, str]] = {
    2: (503, "Service temporarily unavailable"),
    4: (429, "Application request limit reached"),
    10: (403, "Application does not have permission for this action"),
    33: (400, "Parameter value is not valid"),
    100: (400, "Invalid parameter"),
    190: (401, "Invalid OAuth access token"),
    368: (403, "Temporarily blocked for policies violations"),
    80007: (429, "Rate limit issues"),
    130429: (429, "Rate limit hit"),
    130472: (400, "User's number is part of an experiment"),
    131000: (500, "Something went wrong"),
    131005: (403, "Access denied"),
    131008: (400, "Required parameter is missing"),
    131009: (400, "Parameter value is not valid"),
    131016: (500, "Service unavailable"),
    131021: (400, "Recipient cannot be sender"),
    131026: (400, "Message undeliverable"),
    131031: (403, "Account has been locked"),
    131042: (400, "Business eligibility payment issue"),
    131047: (400, "Re-engagement message"),
    131048: (429, "Spam rate limit hit"),
    131049: (400, "This message was not delivered to maintain healthy ecosystem engagement."),
    131050: (400, "User has stopped receipt of marketing messages from this business"),
    131051: (400, "Unsupported message type"),
    131052: (400, "Media download error"),
    131053: (400, "Media upload error"),
    131056: (429, "(Business Account, Consumer Account) pair rate limit hit"),
    131057: (500, "Account in maintenance mode"),
    131062: (400, "Business-scoped User ID recipients are not supported for this message"),
    132000: (400, "Number of parameters does not match the expected number of params"),
    132001: (404, "Template name does not exist in the translation"),
    132005: (400, "Translated text too long"),
    132007: (400, "Template content policy violated"),
    132012: (400, "Parameter format does not match format in the created template"),
    132015: (400, "Template is paused"),
    132016: (400, "Template is disabled"),
    132018: (400, "There is an issue with the parameters in your template"),
    133010: (400, "The account is not registered"),
}
_DETAILS: dict[int, str] = {
    130429: "Message failed to send because there were too many messages sent from this phone number in a short period "
    "of time",
    131026: "Message Undeliverable.",
    131047: "Message failed to send because more than 24 hours have passed since the customer last replied to this "
    "number.",
    131049: "In order to maintain a healthy ecosystem engagement, the message failed to be delivered.",
    131050: "Recipient has chosen to stop receiving marketing messages on WhatsApp from your business.",
    131056: "Message failed to send because there were too many messages sent from this phone number to the same phone "
    "number in a short period of time.",
}

CODES = frozenset(_TITLES)


class GraphError(Exception):
    """An answer in place of what was asked for. `message` replaces the code's title; `details` explain."""

    def __init__(
        self, code: int, details: str = "", *, message: str = "", subcode: int = 0, kind: str = "OAuthException"
    ) -> None:
        self.code = code
        self.status, title = _TITLES[code]
        self.message = message or (title + "." if code == 190 else f"(#{code}) {title}")
        super().__init__(self.message)
        self._details = details or _DETAILS.get(code, "")
        self._subcode = subcode
        self._kind = kind

    def body(self) -> Json:
        """As JSON, with a trace id of its own."""
        error: Json = {"message": self.message, "type": self._kind, "code": self.code}
        if self._details:
            error["error_data"] = {"messaging_product": "whatsapp", "details": self._details}
        if self._subcode:
            error["error_subcode"] = self._subcode
        return {"error": error | {"fbtrace_id": f"A{secrets.token_urlsafe(17)}"}}


def told(code: int, details: str = "") -> Json:
    """The same trouble as a status webhook tells it."""
    title = _TITLES[code][1]
    data = {"details": details or _DETAILS.get(code, title)}
    return {"code": code, "title": title, "message": title, "error_data": data, "href": _HREF}


def parameter(said: str) -> GraphError:
    """A parameter of the wrong shape: `said` is the whole complaint."""
    return GraphError(100, message=f"(#100) {said}")


def missing(details: str) -> GraphError:
    """Something that the message needs is not there."""
    return GraphError(131008, details)


def invalid(details: str) -> GraphError:
    """A value that WhatsApp does not take."""
    return GraphError(131009, details)


def no_such_object(method: str, object_id: str) -> GraphError:
    """An id that is nothing, or somebody else's."""
    said = (
        f"Unsupported {method.lower()} request. Object with ID '{object_id}' does not exist, cannot be loaded due to "
        "missing permissions, or does not support this operation. Please read the Graph API documentation at "
        "https://developers.facebook.com/docs/graph-api"
    )
    return GraphError(100, message=said, subcode=33, kind="GraphMethodException")


def too_many() -> GraphError:
    """Over the rate of the number."""
    return GraphError(130429)


def trouble() -> GraphError:
    """Something is wrong at Meta's end."""
    return GraphError(131000, "An unknown error occurred")
