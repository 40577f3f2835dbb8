"""Letters as readers see them: measuring, cleaning and shortening texts without cutting a letter in two.

A cluster is a letter with all that hangs on it (UAX 29, by the `regex` package), and more than that: consonants that
are joined by a virama (क्ष, క్ష, க்ஷ) are never parted, not even where UAX 29 would part them.
"""

import regex

_CLUSTER = regex.compile(r"\X(?:(?<=\p{ccc=9}[\u200c\u200d]*)(?=\p{L})\X)*")
_VISIBLE = regex.compile(r"[^\s\p{Z}\p{Cc}\p{Cf}\p{Cs}\p{M}]")
_LINE_ENDS = regex.compile(r"\r\n|[\r\v\f\x1c-\x1e\x85\u2028\u2029]")
_UNPRINTABLE = regex.compile(r"[\x00-\x08\x0e-\x1b\x1f\x7f-\x9f\p{Cs}]")


def units(text: str) -> int:
    """Length in UTF-16 units.

    Neither Meta nor Twilio says whether its "characters" are code points or UTF-16 units. There are never fewer units
    than code points, so what is within a limit in units is within it either way.
    """
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


def is_visible(text: str) -> bool:
    """Whether a reader sees anything of it: blanks, control and joining characters alone are an empty message."""
    return text[:1].isalnum() or _VISIBLE.search(text) is not None


def clean(text: str) -> str:
    """Without what no message may hold (control characters, halves of pairs), with one kind of line end; trimmed."""
    if not text.isprintable():
        text = _UNPRINTABLE.sub("", _LINE_ENDS.sub("\n", text)).replace("\t", " ")
    return text.strip()


def one_line(text: str) -> str:
    """A clean text in one line, each run of blanks as one space."""
    return " ".join(clean(text).split())


def boundary(text: str, end: int) -> int:
    """The last place at or before `end` where no cluster is cut; `end` itself where one cluster fills all of it."""
    last = 0
    for cluster in _CLUSTER.finditer(text):
        if cluster.end() > end:
            break
        last = cluster.end()
    return last or end


def shorten(text: str, limit: int) -> str:
    """The text, or as many whole clusters of it as fit with "…" into `limit` UTF-16 units."""
    if units(text) <= limit:
        return text
    kept, room = "", limit - 1
    for cluster in _CLUSTER.finditer(text):
        room -= units(cluster[0])
        if room < 0:
            break
        kept += cluster[0]
    return kept.rstrip() + "…"
