"""The conversation follows the customer's language and script."""

from model.conversation import Memory
from model.language import CODES
from model.message import Heard

_SURE = 0.6


def follow(memory: Memory, heard: Heard) -> None:
    """Change when they change; stay where a message is too short or too unclear to tell."""
    if memory.language_fixed or heard.language not in CODES or heard.intent == "inform":
        return
    own_script = not heard.text.isascii() and heard.language in ("hi", "ta", "te")
    long_enough = len(heard.text.split()) >= 2
    if heard.language_confidence >= _SURE and (own_script or long_enough):
        memory.language = heard.language
