"""A reply as SMS: plain words, numbered choices, links whole; GSM-7 wherever the letters are Latin."""

import unicodedata
from collections.abc import Mapping
from typing import Any

import regex

from gateways.render.content import tame
from gateways.render.gsm import in_gsm, segments
from gateways.render.splitting import split

_SEGMENTS = 10
"""A message of more is cut: carriers differ in how many they put together again."""
_LETTERS = 1530
"""No ten segments hold more."""

_HERE = "\0"
"""Stands for a link while the words around it are changed; no clean text holds it."""
_LINK = r"https?://\S*[^\s.,;:!?'\"*_~)\]}>»”’…।]"
_MARKED = regex.compile(r"(?<![\w*_~])([*_~])(?=\S)([^\n]{0,500}?\S)\1(?![\w*_~])")
"""WhatsApp's *bold*, _italic_ and ~struck~, which a phone would show as it stands."""
_EMOJI = regex.compile(r"[\p{Extended_Pictographic}\p{Emoji_Presentation}\p{RI}--[©®™]]", regex.V1)
_JOINERS = regex.compile(r"[\ufe0f\u20e3\U0001f3fb-\U0001f3ff\U000e0020-\U000e007f]")
_CLUSTER = regex.compile(r"\X")
_NOTHING_LEFT = regex.compile(r"\s*(?:\d+\.|[-•])?\s*")
_TIDY = ((regex.compile(r"[^\S\n]{2,}"), " "), (regex.compile(r" *\n *"), "\n"), (regex.compile(r"\n{3,}"), "\n\n"))


def sms(content: Mapping[str, Any]) -> list[str]:
    """Texts, in order, of at most ten segments each; [] where a reply says nothing."""
    shown = tame(content)
    return split(simple(shown.plain, shown.url), _fits)


def _fits(text: str) -> bool:
    return len(text) <= _LETTERS and segments(text) <= _SEGMENTS


def simple(text: str, url: str = "") -> str:
    """The text without formatting and emoji, in GSM-7 where it can be; `url` and other links stay as they are.

    Texts in other letters stay, paid as UCS-2. Where a line is nothing but emoji it says in words what they show.
    """
    link = regex.compile(f"{regex.escape(url)}|{_LINK}" if url else _LINK, regex.IGNORECASE)
    links = iter(link.findall(text))
    bare = _MARKED.sub(r"\2", link.sub(_HERE, text).replace("```", ""))
    bare = _in_gsm_if_it_can(_without_emoji(bare))
    for pattern, tidy in _TIDY:
        bare = pattern.sub(tidy, bare)
    return regex.sub(_HERE, lambda _: next(links), bare).strip()


def _in_gsm_if_it_can(text: str) -> str:
    written = [in_gsm(piece) for piece in text.split(_HERE)]
    known = [piece for piece in written if piece is not None]
    return _HERE.join(known) if len(known) == len(written) else text


def _without_emoji(text: str) -> str:
    return "\n".join(map(_plain_line, text.split("\n")))


def _plain_line(line: str) -> str:
    if not _EMOJI.search(line) and not _JOINERS.search(line):
        return line
    clusters = _CLUSTER.findall(line)
    rest = "".join("" if _EMOJI.search(one) else _JOINERS.sub("", one) for one in clusters)
    if not _NOTHING_LEFT.fullmatch(rest):
        return rest
    named = [_name(one) for one in clusters if _EMOJI.search(one)]
    return f"{rest.rstrip()} {' '.join(dict.fromkeys(named))}".strip()


def _name(emoji: str) -> str:
    """What the emoji shows, in brackets; itself where that is unknown."""
    name = unicodedata.name(emoji[0], "").lower()
    return f"({name})" if name else emoji
