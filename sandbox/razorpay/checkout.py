"""The hosted pay page: what a customer sees behind a link."""

import hmac

from aiohttp import web
from yarl import URL

from sandbox.pages import page
from sandbox.razorpay.desk import Desk
from sandbox.razorpay.entities import Link
from sandbox.razorpay.errors import Refusal
from sandbox.razorpay.signing import callback_query


class Checkout:
    """Shows a link and takes the customer's choice. `key_secret` signs what they bring back."""

    def __init__(self, desk: Desk, key_secret: str) -> None:
        self._desk = desk
        self._key_secret = key_secret

    def routes(self) -> list[web.RouteDef]:
        """At the root: the addresses are given to customers."""
        return [web.get("/pay/{id}", self.show), web.post("/pay/{id}", self.choose)]

    async def show(self, request: web.Request) -> web.Response:
        """The link in whatever state it is."""
        try:
            link = self._desk.link(request.match_info["id"])
        except Refusal:
            return page("razorpay/unknown.html", {}, status=404)
        return page("razorpay/pay.html", self._about(link) | {"left": "left" in request.query})

    async def choose(self, request: web.Request) -> web.Response:
        """One of `upi`, `card`, `fail`, `leave`, from the page's own form; then onwards by redirect."""
        form = await request.post()
        link = self._asked_for(request, str(form.get("token", "")))
        here = f"/pay/{link.id}"
        match form.get("choice"):
            case "upi" | "card" as method if link.status == "created":
                self._desk.pay(link.id, method)
                raise web.HTTPSeeOther(self._return_address(link) or here)
            case "fail" if link.status == "created":
                self._desk.fail(link.id, "upi")
            case "leave":
                here += "?left"
        raise web.HTTPSeeOther(here)

    def _asked_for(self, request: web.Request, token: str) -> Link:
        try:
            link = self._desk.link(request.match_info["id"])
        except Refusal:
            raise web.HTTPNotFound from None
        if not hmac.compare_digest(token.encode(), link.form_token.encode()):
            raise web.HTTPForbidden(text="This did not come from the pay page. Open the link again.")
        return link

    def _about(self, link: Link) -> dict[str, object]:
        last = link.payments[-1] if link.payments else None
        return {
            "link": link,
            "shop": link.asked.notes.get("shop_name") or link.asked.notes.get("shop") or "",
            "declined": last is not None and last.failed,
            "receipt": link.captured[0] if link.captured else None,
            "return_address": self._return_address(link),
            "shop_address": _origin(link.asked.callback_url),
        }

    def _return_address(self, link: Link) -> str:
        if not (link.asked.callback_url and link.captured):
            return ""
        back = URL(link.asked.callback_url)
        return str(back.update_query(callback_query(link.captured[0], self._key_secret)))


def _origin(address: str) -> str:
    return f"{URL(address).origin()}/" if address else ""
