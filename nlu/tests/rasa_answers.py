"""Trains, then parses with Rasa's own agent, both in one process: importing Rasa takes most of the time.

``python rasa_answers.py ANSWERS MODELS [arguments of nlu.train] < texts``, a JSON list of texts.
"""

import asyncio
import json
import sys
from pathlib import Path

from nlu import train
from nlu.fingerprint import newest


async def answers(model: Path, texts: list[str]) -> list[object]:
    """What Rasa's message processor answers."""
    from rasa.core.agent import load_agent

    agent = await load_agent(str(model))
    return [await agent.parse_message(text) for text in texts]


def main(into: Path, models: Path, given: list[str]) -> int:
    """Train into ``models`` and write the answers of the model to ``into``; the exit status of training."""
    failed = train.main(["--out", str(models), *given])
    model = newest(models)
    if failed or not model:
        return 1
    with train.hushed():
        into.write_text(json.dumps(asyncio.run(answers(model, json.load(sys.stdin)))), "utf-8")
    return 0


sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:]))
