"""``python -m nlu.evaluation own`` and ``python -m nlu.evaluation public FOLDER``."""

from __future__ import annotations

import argparse
import json
import os
import sys
import time
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # before numpy: its threads only wait for each other here

from nlu.evaluation import report, runs
from nlu.evaluation.measures import OUT
from nlu.fingerprint import ROOT

CONFIG = ROOT / "config.yml"
DOCS, PAGE, PUBLIC = ROOT / "docs", ROOT / "var" / "nlu-report.html", ROOT / "docs" / "nlu-public.json"
PICTURE = "nlu-confusions.png"


def arguments(given: list[str] | None) -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(prog="nlu.evaluation", description="How well the NLU understands.")
    parser.add_argument("--config", type=Path, default=CONFIG)
    kinds = parser.add_subparsers(dest="kind", required=True)
    kinds.add_parser("own", help="cross-validation and the test set; writes docs/nlu-report.md")
    public = kinds.add_parser("public", help="a folder of train.csv and test.csv (text, label)")
    public.add_argument("folder", type=Path)
    public.add_argument("--out-of-scope", default=OUT, help="the label of texts that are out of scope")
    public.add_argument("--keep", action="store_true", help="put the figures into the report")
    return parser.parse_args(given)


class Teller:
    """Says on the terminal what is being done, with the seconds since the beginning."""

    def __init__(self) -> None:
        self.began = time.monotonic()

    def __call__(self, doing: str) -> None:
        """Say one thing."""
        sys.stderr.write(f"  {time.monotonic() - self.began:6.0f} s  {doing}\n")
        sys.stderr.flush()


def own(config: Path) -> None:
    """Evaluate on our own data; print the report and write it."""
    tell = Teller()
    answers = runs.own(config, ROOT / "data" / "nlu", ROOT / "tests" / "nlu", tell)
    sections = [*report.own_sections(answers), public_section()]
    image = report.picture(answers.folds)
    (DOCS / PICTURE).write_bytes(image)
    text = report.markdown(sections, PICTURE)
    (DOCS / "nlu-report.md").write_text(text, "utf-8")
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(report.page(sections, image), "utf-8")
    sys.stdout.write(text)
    tell(f"written to docs/nlu-report.md and {PAGE.relative_to(ROOT)}")


def kept_figures() -> dict[str, Any]:
    """What was measured on public sets so far, by the folder's name."""
    kept: dict[str, Any] = json.loads(PUBLIC.read_text("utf-8")) if PUBLIC.exists() else {}
    return kept


def public_section() -> report.Section:
    """What was measured on public sets, with what others have published."""
    rows = [[*row["figures"], row.get("published", "")] for row in kept_figures().values()]
    told = (
        "Other people's data, which stay out of the repository; the same fixed configuration (`make evaluate PUBLIC=`)."
    )
    return "Public sets", told, [[*report.PUBLIC_HEAD, "published"], *rows]


def public(config: Path, folder: Path, out: str, keep: bool) -> None:
    """Score a folder; print its row, and keep it for the report if so wished."""
    learn, check = runs.rows(folder / "train.csv"), runs.rows(folder / "test.csv")
    answers = runs.learned_and_asked(config, learn, check, Teller())
    row = report.public_row(folder.name, answers, out, len(learn))
    sys.stdout.write(report.rows_of([report.PUBLIC_HEAD, row]) + "\n")
    if keep:
        kept = kept_figures()
        kept[folder.name] = {**kept.get(folder.name, {}), "figures": row}
        PUBLIC.write_text(json.dumps(kept, indent=2, ensure_ascii=False) + "\n", "utf-8")


def main(given: list[str] | None = None) -> int:
    """The exit status: 1 where a file is missing."""
    asked = arguments(given)
    try:
        if asked.kind == "own":
            own(asked.config)
        else:
            public(asked.config, asked.folder, asked.out_of_scope, asked.keep)
    except (FileNotFoundError, KeyError) as error:
        sys.stderr.write(f"{error}\nA folder needs train.csv and test.csv with the columns text and label.\n")
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
