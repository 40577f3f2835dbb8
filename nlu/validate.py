"""Checks the training data: ``python -m nlu.validate``. Rasa's own validation, then texts that bear two intents."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from nlu.fingerprint import ROOT
from nlu.nearness import conflicts, lines_of

DATA, DOMAIN = ROOT / "data" / "nlu", ROOT / "domain.yml"


def rasa(data: Path, domain: Path) -> list[str]:
    """What Rasa's validation complains of."""
    command = [sys.executable, "-W", "ignore", "-m", "rasa", "data", "validate", "--fail-on-warnings"]
    where = ["--data", str(data), "--domain", str(domain)]
    done = subprocess.run([*command, *where], capture_output=True, text=True, check=False, cwd=ROOT)  # noqa: S603 (our own interpreter)
    if done.returncode == 0:
        return []
    said = [line for line in (done.stdout + done.stderr).splitlines() if line.strip()]
    return said[-20:] or ["rasa data validate failed"]


def doubled(data: Path) -> list[str]:
    """Texts under two intents, one a line."""
    return [
        f"{one.where}: {one.text!r} is {one.intent}, {other.where}: {other.text!r} is {other.intent}"
        for one, other in conflicts(lines_of(data))
    ]


def main() -> int:
    """The exit status: 1 where something is wrong."""
    wrong = doubled(DATA) + rasa(DATA, DOMAIN)
    for line in wrong:
        sys.stderr.write(line + "\n")
    if not wrong:
        sys.stdout.write("The training data is valid, and no text bears two intents.\n")
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())
