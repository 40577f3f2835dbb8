"""Sign-ins that last: a token in a cookie, its hash in the store."""

import hashlib
import hmac
import secrets
from dataclasses import dataclass
from datetime import timedelta
from zoneinfo import ZoneInfo

from aiohttp import web

from model.rows import User
from shop.work import Work

COOKIE = "haat_console"
LASTS = timedelta(hours=12)
_NO_SHOP_YET = "Asia/Kolkata"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who makes a request: the user, their session's token, the zone in which they read times, our signing key."""

    user: User
    token: str
    zone: ZoneInfo
    secret: str

    @property
    def actor(self) -> str:
        """How the history names them."""
        return f"agent:{self.user.id}"

    @property
    def csrf(self) -> str:
        """What a form or a fetch of this session carries to show that it comes from our own page."""
        return hmac.new(self.secret.encode(), f"csrf:{self.token}".encode(), hashlib.sha256).hexdigest()


def new_token() -> str:
    """32 random bytes, as letters."""
    return secrets.token_urlsafe(32)


def _hashed(token: str) -> str:
    return hashlib.sha256(token.encode(errors="surrogatepass")).hexdigest()


def begin(work: Work, token: str, user: User) -> None:
    """The user is signed in by this token for 12 hours."""
    work.uow.desk.add_session(_hashed(token), user.id, work.now + LASTS)


def end(work: Work, token: str) -> None:
    """Signed out."""
    work.uow.desk.drop_session(_hashed(token))


def visitor(work: Work, token: str, secret: str, demo: bool) -> Visitor | None:
    """Whose token this is; demo users count only where they may sign in."""
    user = work.uow.desk.session_user(_hashed(token), work.now) if token else None
    if user is None or (user.demo and not demo):
        return None
    zone = work.catalogue.shop.zone if work.uow.catalogue.version() else _NO_SHOP_YET
    return Visitor(user, token, ZoneInfo(zone), secret)


def give(response: web.StreamResponse, token: str, secure: bool) -> None:
    """Put the token into the browser, out of reach of scripts and other sites."""
    age = int(LASTS.total_seconds())
    response.set_cookie(COOKIE, token, max_age=age, path="/console", secure=secure, httponly=True, samesite="Strict")


def take_away(response: web.StreamResponse, secure: bool) -> None:
    """Take the token out of the browser."""
    response.del_cookie(COOKIE, path="/console", secure=secure, httponly=True, samesite="Strict")
