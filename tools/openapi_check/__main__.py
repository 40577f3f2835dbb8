"""Sends everything to judges, prints what they accepted and refused; exit status 1 where anything was refused."""

import argparse
import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

from rich.console import Console

from tools.openapi_check.amended import META, TWILIO, Amendment
from tools.openapi_check.contents import contents
from tools.openapi_check.judge import Judge, judge_meta, judge_twilio
from tools.openapi_check.sending import Replies, to_meta, to_twilio

Send = Callable[[Judge, Replies], Coroutine[Any, Any, None]]
_SHOWN = 40


def _check(name: str, judge: Judge, amendments: tuple[Amendment, ...], send: Send, out: Console) -> bool:
    """Whether all of it was accepted."""
    out.print(f"{name}, description {judge.description.version}, amended where:")
    for amendment in amendments:
        out.print(f"  - {amendment.why}")
    asyncio.run(send(judge, list(contents())))
    for call, count in sorted(judge.accepted.items()):
        out.print(f"  {count:6} accepted: {call}")
    out.print(f"  {len(judge.refused):6} refused")
    for about, problem in judge.refused[:_SHOWN]:
        out.print(f"         {about}\n           {problem}")
    return not judge.refused


def main() -> None:
    """Check against the descriptions that are given."""
    parser = argparse.ArgumentParser(prog="python -m tools.openapi_check", description=__doc__)
    parser.add_argument("--meta", type=Path, help="business-messaging-api_v23.0.yaml of github.com/facebook/openapi")
    parser.add_argument("--twilio", type=Path, help="twilio_api_v2010.json or .yaml of github.com/twilio/twilio-oai")
    given = parser.parse_args()
    if not given.meta and not given.twilio:
        parser.error("give at least one description")
    out = Console(markup=False, highlight=False, soft_wrap=True)
    well = []
    if given.meta:
        well.append(_check("Meta", judge_meta(given.meta), META, to_meta, out))
    if given.twilio:
        well.append(_check("Twilio", judge_twilio(given.twilio), TWILIO, to_twilio, out))
    sys.exit(0 if all(well) else 1)


if __name__ == "__main__":
    main()
