"""The reckoning with Meta's stand-in, when all is quiet: each message has its answer, in order, and only one."""

import json
import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

from tests.crash.meta_customers import Talk
from tests.crash.whatsapp_floor import WhatsAppFloor

Row = dict[str, Any]

_TEAPOT = re.compile(r"teapot № (\d+)")
_ADDED = re.compile(r"that makes (\d+)|^Added: (1) ×")


@dataclass(frozen=True)
class WhatsAppBooks:
    """What customers said, what Meta took (oldest first), and the bot's database."""

    floor: WhatsAppFloor
    talks: Sequence[Talk]
    taken: Sequence[Row]

    def check(self) -> Counter[str]:
        """Everything; tells how many messages went twice, by why."""
        self.each_message_counts_once()
        self.transcripts_have_no_gap()
        self.nothing_broke()
        return self.each_has_one_answer()

    def each_message_counts_once(self) -> None:
        """What was said is stored once, done, and one line of the transcript; nothing is left to send."""
        said = Counter(said.id for talk in self.talks for said in talk.said)
        assert said == self._count("SELECT provider_id FROM inbox WHERE state = 'done'")
        assert said == self._count("SELECT client_id FROM message WHERE author = 'customer'")
        assert [] == self.floor.rows("SELECT id FROM outbox")

    def transcripts_have_no_gap(self) -> None:
        """In each conversation as many lines as messages and answers, the last one numbered so."""
        lines = self.floor.rows("SELECT count(*) AS lines, max(seq) AS last FROM message GROUP BY conversation_id")
        assert Counter(2 * len(talk.said) for talk in self.talks) == Counter(row["lines"] for row in lines)
        assert [] == [row for row in lines if row["lines"] != row["last"]]

    def nothing_broke(self) -> None:
        """No turn, send or job failed: being killed is no error of any of them."""
        lines = [json.loads(line) for line in self.floor.log.read_text(encoding="utf-8").splitlines()]
        assert [] == [line for line in lines if line["level"] == "error"]

    def each_has_one_answer(self) -> Counter[str]:
        """The answers, in order, each once but for those whose taking Meta could not tell the bot: these went again.

        Which they were the bot's books say too: it knows the ids of all messages but theirs.
        """
        known = self._known()
        lost: Counter[str] = Counter()
        by_user: dict[str, list[Row]] = {talk.user: [] for talk in self.talks}
        for message in self.taken:
            by_user[message["to"]].append(message)
        for talk in self.talks:
            answers = [list(same) for _, same in groupby(by_user[talk.user], key=_answer)]
            given = [_answer(same[0]) for same in answers]
            assert talk.answers == given, (talk.user, [(m["seq"], _answer(m), m["at"]) for m in by_user[talk.user]])
            for *before, last in answers:
                assert known[last["id"]], talk.user
                lost.update(self._cause(message, known) for message in before)
        return lost

    def _cause(self, message: Row, known: Mapping[str, bool]) -> str:
        cause = self.floor.weather.cause(message["at"])
        assert not known[message["id"]], "sent again though it was known to have gone"
        assert cause, ("sent again though nothing went wrong", message["at"], self.floor.weather.deaths)
        return cause

    def _known(self) -> dict[str, bool]:
        """Each message that was reported on, and whether the bot knows which it was."""
        rows = self.floor.rows("SELECT provider_id, seq FROM delivery")
        return {row["provider_id"]: row["seq"] is not None for row in rows}

    def _count(self, query: str) -> Counter[str]:
        return Counter(value for row in self.floor.rows(query) for value in row.values())


def _answer(message: Row) -> str:
    """How this answer is known; the whole of it where it is none of those that are due."""
    body = message["body"]
    words = body["interactive"]["body"]["text"] if body["type"] == "interactive" else body["text"]["body"]
    if teapot := _TEAPOT.search(words):
        return f"teapot {teapot[1]}"
    added = _ADDED.search(words)
    return f"packs {added[1] or added[2]}" if added else words
