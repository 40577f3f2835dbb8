"""Media in messages: an uploaded id or a link, one of the two.

Limits: Meta, "Media": captions 1,024; a link must be https (here also http, where it leads to this machine or the
shop).
"""

import ipaddress
from collections.abc import Callable
from typing import Literal, get_args

from yarl import URL

from sandbox.meta.errors import invalid, parameter
from sandbox.meta.fields import Json, known, text

MediaKind = Literal["image", "video", "audio", "document", "sticker"]
KINDS: tuple[MediaKind, ...] = get_args(MediaKind)
CheckMedia = Callable[[str, str, str], Json]
"""Called with the kind, the id ("" if none) and the link ("" if none): where the page finds it, as `{url, mime?}`.

Raises `GraphError` where there is no such upload, or the link is nothing that Meta would fetch.
"""


def read_media(kind: str, value: object, where: str, check: CheckMedia, *, caption: bool) -> Json:
    """`{kind, url, name?, text?}` of a media object. Raises `GraphError`."""
    names = {"id", "link"} | ({"caption"} if caption and kind in ("image", "video", "document") else set())
    given = known(value, where, frozenset(names | ({"filename"} if kind == "document" else set())))
    media_id, link = text(given, "id", where, 64, needed=False), text(given, "link", where, 2000, needed=False)
    if bool(media_id) == bool(link):
        raise parameter(f"Param {where} must have exactly one of id and link.")
    read = {"kind": kind, **check(kind, media_id, link)}
    if name := text(given, "filename", where, 240, needed=False):
        read["name"] = name
    if said := text(given, "caption", where, 1024, needed=False) if caption else "":
        read["text"] = said
    return read


def absolute(address: str) -> bool:
    """Whether this is an http or https address with a host."""
    try:
        url = URL(address)
        return url.scheme in ("http", "https") and bool(url.host)
    except ValueError:
        return False


def fetchable(link: str, shop_url: str) -> bool:
    """Whether Meta's stand-in takes this link: https, or anything of the shop or of this machine."""
    if not absolute(link):
        return False
    url = URL(link)
    return url.scheme == "https" or reachable_here(url, shop_url)


def reachable_here(url: URL, shop_url: str) -> bool:
    """Whether the address is the shop's, or this machine's: only those are ever fetched."""
    return url.origin() == URL(shop_url).origin() or _loopback(url.host or "")


def _loopback(host: str) -> bool:
    try:
        return host == "localhost" or ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def bad_link(kind: str) -> Exception:
    """Not an address that can be fetched."""
    return invalid(f"{kind} link is not a valid https URL")
