"""To and From, as Twilio writes them: a number for SMS, `whatsapp:` before it for WhatsApp."""

import re
from dataclasses import dataclass

from sandbox.telephone.entries import Network

_NUMBER = re.compile(r"\+[1-9][0-9]{6,14}")
_SCOPED = re.compile(r"[A-Z]{2}\.(ENT\.)?[A-Za-z0-9]{1,128}")
_SHORT_CODE = re.compile(r"[0-9]{3,8}")
_NAME = re.compile(r"(?=.*[A-Za-z])[A-Za-z0-9 &+_-]{1,11}")
_WHATSAPP = "whatsapp:"


@dataclass(frozen=True, slots=True)
class Address:
    """`value` is a number in E.164, on WhatsApp perhaps a business-scoped user id; of a sender by SMS perhaps a short
    code or a name."""

    network: Network
    value: str

    def __str__(self) -> str:
        return f"{_WHATSAPP}{self.value}" if self.network == "whatsapp" else self.value

    @property
    def is_number(self) -> bool:
        """A number in E.164, not a name or an id."""
        return _NUMBER.fullmatch(self.value) is not None

    @property
    def digits(self) -> str:
        """The number without plus."""
        return self.value.lstrip("+")


def read_address(text: str) -> Address:
    """What is written, right or not."""
    if text.startswith(_WHATSAPP):
        return Address("whatsapp", text.removeprefix(_WHATSAPP))
    return Address("sms", text)


def can_receive(address: Address) -> bool:
    """Whether a message can go there: a number, or a person on WhatsApp."""
    return address.is_number or (address.network == "whatsapp" and _SCOPED.fullmatch(address.value) is not None)


def can_send(address: Address) -> bool:
    """Whether a message can come from there: a number, or by SMS a short code or a name of at most 11 characters."""
    if address.network == "whatsapp":
        return address.is_number
    return any(form.fullmatch(address.value) for form in (_NUMBER, _SHORT_CODE, _NAME))
