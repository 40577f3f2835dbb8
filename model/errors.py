"""The one error tree.

HaatError
├── Refused       the customer (or caller) can mend it; carries a response key and its parameters
├── Unavailable   something outside does not answer now; try again after a while
├── Undeliverable a message of ours will not go; its trouble tells what to do instead
├── Conflict      somebody changed the same thing meanwhile; start the work again
└── Fault         a defect or a broken promise of ours or of a provider; retrying will not help
"""

from typing import Any

from model.message import Trouble


class HaatError(Exception):
    """The root of every error raised on purpose."""


class Refused(HaatError):
    """A wish that cannot be served as it stands; the customer is told why in their own language.

    `key` names a response in `data/responses/`, `params` fill its placeholders.
    """

    def __init__(self, key: str, **params: Any) -> None:
        super().__init__(key)
        self.key = key
        self.params = params


class Unavailable(HaatError):
    """A part outside does not answer. `retry_after` is in seconds."""

    def __init__(self, what: str, retry_after: float = 1.0) -> None:
        super().__init__(what)
        self.what = what
        self.retry_after = retry_after


class Undeliverable(HaatError):
    """A provider will not take or bring a message. `code` is the provider's own."""

    def __init__(self, trouble: Trouble, code: str = "") -> None:
        super().__init__(f"{trouble}: {code}" if code else str(trouble))
        self.trouble = trouble
        self.code = code


class Conflict(HaatError):
    """The conversation was changed or taken by somebody else while this work went on."""


class Fault(HaatError):
    """A defect; `detail` is safe to log (no personal data, no secrets)."""

    def __init__(self, detail: str) -> None:
        super().__init__(detail)
        self.detail = detail
