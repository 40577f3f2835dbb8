"""Message templates: what may be sent on WhatsApp when the customer last wrote more than 24 hours ago.

The provider approves each by name and language; it must exist there before it can be sent.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from model.language import DEFAULT


@dataclass(frozen=True, slots=True)
class Template:
    """One template in one language. `parameters` name the values of the reply it stands for, in order.

    `category`: utility, authentication or marketing. `content_sid` is Twilio's id of it ("" where it has none).
    """

    name: str
    language: str
    category: str
    body: str
    parameters: tuple[str, ...]
    content_sid: str = ""

    def filled(self, values: Sequence[str]) -> dict[str, Any]:
        """What a channel needs to send it. Parameters may hold no line ends (WhatsApp's rule)."""
        found: dict[str, Any] = {"name": self.name, "language": self.language, "category": self.category}
        found["parameters"] = [" ".join(value.split()) for value in values]
        return found | ({"content_sid": self.content_sid} if self.content_sid else {})


@dataclass(frozen=True, slots=True)
class Templates:
    """`by_key` maps a response key to its templates by language."""

    by_key: Mapping[str, Mapping[str, Template]] = field(default_factory=dict)

    def standing_for(self, key: str, language: str) -> Template | None:
        """The template for a response in a language, else in English; None where none stands for it."""
        languages = self.by_key.get(key, {})
        return languages.get(language) or languages.get(DEFAULT)
