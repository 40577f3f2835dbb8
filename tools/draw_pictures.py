"""Draws a picture for each product of a shop: `python -m tools.draw_pictures [--shop FOLDER] [ID ...]`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click
import yaml

from tools.pictures.canvas import Canvas
from tools.pictures.recipes import recipe

SHOP = Path("data/shop")
USUAL_PACKAGING = {"pickles": "jar", "sweets": "box"}


@dataclass(frozen=True)
class Product:
    """What a picture depends on. `packaging` is jar, pouch or box: that of the product's first variant."""

    id: str
    category: str
    packaging: str


def products(shop: Path) -> list[Product]:
    """The products of a shop's folder in the order of products.yml. Raises OSError, KeyError or yaml.YAMLError."""
    packs: dict[str, str] = {}
    for row in _rows(shop / "variants.yml"):
        packs.setdefault(row["product"], row["packaging"])
    rows = [(str(row["id"]), str(row["category"])) for row in _rows(shop / "products.yml")]
    return [Product(name, shelf, packs.get(name) or USUAL_PACKAGING.get(shelf, "pouch")) for name, shelf in rows]


def picture(product: Product) -> bytes:
    """The product's PNG, 480 x 360, at most 12 KiB; the same bytes each time."""
    canvas = Canvas(seed=product.id)
    recipe(product.id, product.category).draw(canvas, product.packaging)
    return canvas.png()


def draw(shop: Path, wanted: Iterable[str] = ()) -> list[Path]:
    """Writes the pictures of the wanted product ids (all when none is named); answers the paths.

    Raises LookupError, before it draws anything, when the shop does not sell one of them.
    """
    sold = {product.id: product for product in products(shop)}
    chosen = [sold[product_id] for product_id in wanted] or list(sold.values())
    folder = shop / "pictures"
    folder.mkdir(exist_ok=True)
    return [_written(folder / f"{product.id}.png", picture(product)) for product in chosen]


def _written(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _rows(path: Path) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = yaml.safe_load(path.read_text(encoding="utf-8")) or []
    return rows


@click.command()
@click.option("--shop", type=click.Path(exists=True, file_okay=False, path_type=Path), default=SHOP, show_default=True)
@click.argument("ids", nargs=-1)
def main(shop: Path, ids: tuple[str, ...]) -> None:
    """Draw the pictures of the products with these IDS, or of all."""
    try:
        paths = draw(shop, ids)
    except LookupError as error:
        raise click.UsageError(f"{shop} sells no {error}") from error
    for path in paths:
        click.echo(f"{path}  {path.stat().st_size:,} bytes")


if __name__ == "__main__":
    main()
