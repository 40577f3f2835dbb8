"""Language codes, the same everywhere: files, settings, `--lang`, the NLU."""

from collections.abc import Mapping

CODES = ("en", "hi", "ta", "te", "hi-Latn", "ta-Latn", "te-Latn")
DEFAULT = "en"

Texts = Mapping[str, str]
"""One text in several languages: code -> text; `en` is always there."""


def pick(texts: Texts, code: str) -> str:
    """The text in `code`; in Latin letters a language falls back to English, not to another script."""
    return texts.get(code) or texts[DEFAULT]
