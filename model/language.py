"""Language codes, the same everywhere: files, settings, `--lang`, the NLU."""

from collections.abc import Mapping

NAMES: Mapping[str, str] = {
    "en": "English",
    "hi": "हिन्दी",
    "ta": "தமிழ்",
    "te": "తెలుగు",
    "hi-Latn": "Hinglish",
    "ta-Latn": "Tanglish",
    "te-Latn": "Tenglish",
}
"""Every way of writing that the product speaks, as its speakers call it."""
CODES = tuple(NAMES)
DEFAULT = "en"
OWN_SCRIPT = tuple(code for code in CODES if f"{code}-Latn" in NAMES)
"""Those with a script of their own, which may be written in Latin letters too."""

Texts = Mapping[str, str]
"""One text in several languages: code -> text; `en` is always there."""


def pick(texts: Texts, code: str) -> str:
    """The text in `code`; in Latin letters a language falls back to English, not to another script."""
    return texts.get(code) or texts[DEFAULT]
