"""The pictures of the shop's products: their size, their sameness from run to run, and that none is missing."""

from io import BytesIO
from pathlib import Path

import pytest
from click.testing import CliRunner
from PIL import Image

from tools.draw_pictures import Product, draw, main, picture, products
from tools.pictures.canvas import HEIGHT, MOST_BYTES, WIDTH, Canvas
from tools.pictures.recipes import RECIPES
from tools.pictures.shapes import oval

SHOP = Path(__file__).parents[2] / "data" / "shop"
NEW_PRODUCTS = [
    Product("brinjal-pickle", "pickles", "jar"),
    Product("prawn-pickle", "pickles", "pouch"),
    Product("gajak", "sweets", "box"),
    Product("thenkuzhal", "snacks", "pouch"),
    Product("garam-masala", "podis", "pouch"),
    Product("filter-coffee", "drinks", "pouch"),
    Product("thandai", "drinks", "jar"),
    Product("gift-hamper", "gifts", "box"),
]


def opened(data: bytes) -> Image.Image:
    return Image.open(BytesIO(data))


def shop_of(folder: Path, **products_by_shelf: str) -> Path:
    rows = (f"- {{id: {product}, category: {shelf}}}\n" for product, shelf in products_by_shelf.items())
    (folder / "products.yml").write_text("".join(rows), encoding="utf-8")
    (folder / "variants.yml").write_text("[]\n", encoding="utf-8")
    return folder


@pytest.mark.parametrize("product", [Product("mixture", "snacks", "pouch"), *NEW_PRODUCTS[:1]], ids=lambda p: p.id)
def test_drawn_twice_a_picture_has_the_same_bytes(product: Product) -> None:
    assert picture(product) == picture(product)


@pytest.mark.parametrize("product", NEW_PRODUCTS, ids=lambda p: p.id)
def test_a_product_without_a_recipe_gets_a_picture_of_its_shelf(product: Product) -> None:
    assert product.id not in RECIPES
    data = picture(product)
    assert (WIDTH, HEIGHT) == opened(data).size
    assert len(data) <= MOST_BYTES


def test_new_products_of_one_shelf_are_told_apart_by_their_colours() -> None:
    drawn = {picture(Product(name, "podis", "pouch")) for name in ("garam-masala", "chaat-masala", "goda-masala")}
    assert len(drawn) == 3


@pytest.mark.parametrize("product", products(SHOP), ids=lambda p: p.id)
def test_every_product_of_the_demo_shop_has_its_picture(product: Product) -> None:
    """Draw what is missing with `python -m tools.draw_pictures <id>`."""
    data = (SHOP / "pictures" / f"{product.id}.png").read_bytes()
    image = opened(data)
    assert ("PNG", "P", (480, 360)) == (image.format, image.mode, image.size)
    assert len(data) <= 12 * 1024


def test_no_two_products_of_the_demo_shop_look_the_same() -> None:
    files = [path.read_bytes() for path in sorted((SHOP / "pictures").glob("*.png"))]
    assert len(files) == len(set(files))


def test_no_picture_is_left_of_a_product_that_is_gone() -> None:
    assert {product.id for product in products(SHOP)} == {path.stem for path in (SHOP / "pictures").glob("*.png")}


def test_only_the_named_products_are_drawn(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, lassi="drinks", chaas="drinks")
    assert [shop / "pictures" / "chaas.png"] == draw(shop, ["chaas"])
    assert ["chaas.png"] == [path.name for path in (shop / "pictures").iterdir()]


def test_a_product_without_variants_comes_in_its_shelfs_usual_packaging(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, chaas="drinks", gajak="sweets", chhundo="pickles")
    assert ["pouch", "box", "jar"] == [product.packaging for product in products(shop)]


def test_the_command_names_what_it_wrote(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, chaas="drinks")
    result = CliRunner().invoke(main, ["--shop", str(shop)])
    assert (0, 1) == (result.exit_code, result.output.count("chaas.png"))


def test_the_command_refuses_an_id_that_is_not_sold(tmp_path: Path) -> None:
    shop = shop_of(tmp_path, chaas="drinks")
    result = CliRunner().invoke(main, ["--shop", str(shop), "chass"])
    assert result.exit_code == 2
    assert "chass" in result.output


def test_a_drawing_with_too_much_detail_is_refused_rather_than_saved_too_large() -> None:
    canvas = Canvas(seed="confetti")
    for _ in range(12_000):
        x, y, shade = canvas.chance.uniform(0, WIDTH), canvas.chance.uniform(0, HEIGHT), canvas.chance.randrange(4096)
        canvas.fill(oval(x, y, 2, 2), f"#{shade:03x}")
    with pytest.raises(ValueError, match="does not fit"):
        canvas.png()
