"""What an action is given: the work at hand, who talks, and what was heard."""

from collections.abc import Callable
from dataclasses import dataclass, field

from model.catalogue import Catalogue
from model.conversation import Conversation, Memory, Outcome, Question
from model.language import Texts, pick
from model.message import Heard
from model.order import Customer
from shop.proofs import Codes
from shop.search import Finder, Found
from shop.work import Work


@dataclass(slots=True)
class Context:
    """One message being acted on. `conversation.memory` may be changed; it is stored with the turn."""

    work: Work
    conversation: Conversation
    customer: Customer
    heard: Heard
    finder: Finder
    online: bool = True
    """Whether customers can pay online (a payment provider is set up)."""
    codes: Codes | None = None
    """How phone numbers are proved; None where no channel reaches a phone."""
    _spotted: tuple[str, list[Found]] = field(default=("", []), init=False)

    @property
    def spotted(self) -> list[Found]:
        """The products that stand in the text by name, or nearly; looked for once a text."""
        if self._spotted[0] != self.heard.text:
            self._spotted = self.heard.text, self.finder.spot(self.heard.text)
        return self._spotted[1]

    @property
    def memory(self) -> Memory:
        """What the bot remembers of this talk."""
        return self.conversation.memory

    @property
    def catalogue(self) -> Catalogue:
        """What the shop sells."""
        return self.work.catalogue

    def word(self, texts: Texts) -> str:
        """A text of the catalogue in the customer's language."""
        return pick(texts, self.memory.language)


Action = Callable[[Context], Outcome]
"""Answers an intent."""

Tap = Callable[[Context, str], Outcome]
"""Answers a tapped choice; gets what follows the verb in the choice's id."""


@dataclass(frozen=True, slots=True)
class Asker:
    """How a question is asked (again) and answered.

    `answer` returns None where the message is no answer to it, and raises Refused where it is a wrong one.
    """

    ask: Callable[[Context, Question], Outcome]
    answer: Callable[[Context, Question], Outcome | None]
