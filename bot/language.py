"""The conversation follows the customer's language and script."""

from model.conversation import Memory
from model.language import CODES, OWN_SCRIPT
from model.message import Heard

_SURE = 0.6
_SURE_OF_FEW = 0.8
"""For two or three words: "thanks bhai" in the middle of an English talk changes nothing."""
_FEW = 3


def follow(memory: Memory, heard: Heard) -> None:
    """Change when they change; stay where a message is too short or too unclear to tell."""
    if memory.language_fixed or heard.language not in CODES or heard.intent == "inform":
        return
    own_script = not heard.text.isascii() and heard.language in OWN_SCRIPT
    words = len(heard.text.split())
    sure = _SURE if own_script or words > _FEW else _SURE_OF_FEW
    if heard.language_confidence >= sure and (own_script or words >= 2):
        memory.language = heard.language
