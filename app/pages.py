"""The demo shop's page with the widget on it, and the widget's files."""

from collections.abc import Mapping
from os.path import isfile
from pathlib import Path
from typing import Any

from aiohttp import web
from aiohttp.typedefs import Handler
from jinja2 import Environment, FileSystemLoader

from app.settings import ROOT, Settings
from model.catalogue import Catalogue, Category
from model.language import CODES, DEFAULT, NAMES, pick
from model.ports import Store

_WIDGET = ROOT / "widget"
_FILES = {
    "widget.js": "text/javascript",
    "page.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
    **{f"words/{code}.json": "application/json" for code in CODES if code != DEFAULT},
}
"""What is served of the widget's folder, and as what."""
_ANYWHERE = {"Cross-Origin-Resource-Policy": "cross-origin", "Access-Control-Allow-Origin": "*"}
"""The widget stands on other sites' pages and fetches its words from there; there is nothing secret in its files."""
_CACHE = "public, max-age=300"
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)


def shown(catalogue: Catalogue, lang: str) -> dict[str, Any]:
    """What the page's template wants of a catalogue, in a language."""
    shop = catalogue.shop
    about = {
        "name": shop.name,
        "tagline": shop.tagline,
        "about": shop.about,
        "address": [shop.street, f"{shop.city} {shop.pincode}", shop.state],
        "hours": [(day, shop.hours.get(day, "closed")) for day in _DAYS],
        "phone": shop.phone,
        "email": shop.email,
    }
    return {"shop": about, "categories": [_category(catalogue, category, lang) for category in catalogue.categories]}


def _category(catalogue: Catalogue, category: Category, lang: str) -> Mapping[str, Any]:
    products = []
    for product in catalogue.on_shelf(category.id):
        first = next(iter(catalogue.packs(product.id)), None)
        if first:
            picture = f"/shop/{product.picture}" if product.picture else None
            line = {"name": pick(product.name, lang), "price": str(first.price), "pack": first.pack, "picture": picture}
            products.append(line)
    return {"id": category.id, "name": pick(category.name, lang), "products": products}


def add_pages(app: web.Application, store: Store, settings: Settings) -> None:
    """`GET /`, the widget's files under /webchat/, the pictures under /shop/pictures/."""
    environment = Environment(loader=FileSystemLoader(_WIDGET), autoescape=True)
    template = environment.get_template("page.html.j2")

    async def home(request: web.Request) -> web.Response:
        catalogue = await store.transact(lambda uow: uow.catalogue.current())
        lang = request.query.get("lang", DEFAULT)
        lang = lang if lang in CODES else DEFAULT
        html = template.render(lang=lang, languages=NAMES, base="", **shown(catalogue, lang))
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": _CSP})

    async def picture(request: web.Request) -> web.StreamResponse:
        path = _inside(settings.shop / "pictures", request.match_info["name"])
        return web.FileResponse(path, headers={"Cache-Control": _CACHE, "Cross-Origin-Resource-Policy": "cross-origin"})

    app.router.add_get("/", home)
    for name, kind in _FILES.items():
        app.router.add_get(f"/webchat/{name}", _asset(name, kind))
    app.router.add_get("/shop/pictures/{name}", picture)


def _asset(name: str, kind: str) -> Handler:
    """Serves one file of the widget's; no part of a request's path ever names a file."""
    headers = {"Cache-Control": _CACHE, "Content-Type": f"{kind}; charset=utf-8", **_ANYWHERE}

    async def asset(request: web.Request) -> web.StreamResponse:
        return web.FileResponse(_WIDGET / name, headers=headers)

    return asset


def _inside(folder: Path, name: str) -> Path:
    """A picture of that name in the folder itself. Raises 404 for anything else, a name too long for a file too."""
    path = folder / name
    if path.name != name or path.suffix not in (".png", ".jpg", ".jpeg") or not isfile(path):
        raise web.HTTPNotFound()
    return path
