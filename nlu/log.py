"""What a process has to say: structured lines on its standard output, never a text."""

from __future__ import annotations

import json
import sys


def say(**facts: object) -> None:
    """One line of JSON."""
    sys.stdout.write(json.dumps(facts) + "\n")
    sys.stdout.flush()
