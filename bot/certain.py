"""What needs no understanding: STOP, START, HELP and the plain wish for a person, whole messages only."""

from shop.search import normal

_WORDS = {
    "stop": "stop unsubscribe stopall|stop all|opt out|optout|band karo|message band karo|बंद करो|रोको|"
    "நிறுத்து|நிறுத்துங்கள்|நிறுத்தவும்|niruthu|niruthunga|ఆపు|ఆపండి|ఆపేయండి|aapandi|aapeyandi",
    "start": "start unstop|opt in|optin|subscribe|chalu karo|शुरू करो|தொடங்கு|தொடங்குங்கள்|ప్రారంభించు|ప్రారంభించండి",
    "help": "help info|madad|मदद|सहायता|உதவி|udhavi|సహాయం|sahayam",
    "human": "human agent|person|operator|representative|talk to a person|talk to human|talk to a human|"
    "talk to someone|talk to an agent|real person|customer care|insaan|insaan se baat|insaan se baat karo|"
    "kisi insaan se baat karni hai|इंसान|किसी से बात करनी है|इंसान से बात करनी है",
}
_MEANING = {
    phrase: meaning
    for meaning, words in _WORDS.items()
    for phrase in (*words.split("|")[0].split(" "), *words.split("|")[1:])
}


def certain(text: str) -> str | None:
    """stop, start, help or human where the whole message says just that; else None."""
    return _MEANING.get(normal(text[:80]))
