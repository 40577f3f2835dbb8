"""A server that answers as Rasa does and hears what a script says: wares by "do you have …?", else a bare value."""

import json
import re
from typing import Any

from aiohttp import web

from tools.bench import canned_nlu

_ASKS = re.compile(r"do you have (.+)\?")


def heard(text: str) -> dict[str, Any]:
    """Rasa's parse JSON."""
    asks = _ASKS.fullmatch(text)
    intent = {"name": "search" if asks else "inform", "confidence": 1.0}
    entities = [{"entity": "product", "value": asks[1], "start": asks.start(1), "end": asks.end(1)}] if asks else []
    return {"text": text, "intent": intent, "intent_ranking": [intent], "entities": entities}


def build_app() -> web.Application:
    """Such a server."""
    return canned_nlu.build_app(lambda text: json.dumps(heard(text)).encode())
