"""Reading a shop's folder: the values of a good one; what is said of each mistake, with its file and line."""

import shutil
from contextlib import suppress
from datetime import date
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from gateways.shop_folder import Problem, ShopFolderError, read_shop
from gateways.shop_folder.checks import gstin_digit
from model.catalogue import Catalogue, Category, Coupon, DeliveryArea, Faq, Product, Unit, Variant
from model.errors import HaatError
from model.money import Money

HERE = Path(__file__).parent
TINY = HERE / "tiny_shop"
FILES = sorted(path.name for path in TINY.iterdir())
MISTAKES = yaml.safe_load((HERE / "tiny_shop_mistakes.yml").read_text(encoding="utf-8"))
PICTURE = "pictures/mango-pickle.png"
PNG = b"\x89PNG\r\n\x1a\n"


def tiny_copy(to: Path) -> Path:
    """A copy of the tiny shop, with its picture."""
    shutil.copytree(TINY, to)
    (to / PICTURE).parent.mkdir()
    (to / PICTURE).write_bytes(PNG)
    return to


def told(folder: Path) -> list[str]:
    """What is said of a folder, a line a problem."""
    with pytest.raises(ShopFolderError) as caught:
        read_shop(folder)
    return str(caught.value).splitlines()


def edit(path: Path, old: str, new: str) -> None:
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tiny_copy(tmp_path / "shop")


@pytest.fixture
def tiny(folder: Path) -> Catalogue:
    return read_shop(folder)


def test_the_shop_is_read(tiny: Catalogue) -> None:
    assert tiny.shop.name == "Tiny Shop"
    assert tiny.shop.tagline == {"en": "Small and good", "hi": "छोटी और अच्छी"}
    assert (tiny.shop.street, tiny.shop.state_code, tiny.shop.pincode) == ("1 Market Road", "29", "560001")
    assert (tiny.shop.hours["tue"], tiny.shop.hours["sun"]) == ("09:00-21:00", "closed")
    assert tiny.version == 0


def test_products_are_read(tiny: Catalogue) -> None:
    nutrition = {
        "energy": "180 kcal",
        "protein": "2.1 g",
        "fat": "14 g",
        "carbohydrate": "11.0 g",
        "sugar": "3.0 g",
        "sodium": "3200 mg",
    }
    assert tiny.products[0] == Product(
        id="mango-pickle",
        category="pickles",
        name={"en": "Mango Pickle", "hi-Latn": "Aam ka Achar"},
        aliases=("avakaya", "aam ka achar"),
        description={"en": "Raw mango in mustard oil."},
        taste={"en": "hot and sour"},
        veg=True,
        ingredients=("raw mango", "mustard oil"),
        allergens=("mustard",),
        nutrition=nutrition,
        shelf_life_days=365,
        storage={"en": "Keep it dry: no wet spoon."},
        serving={"en": "with curd rice"},
        gst_percent=5,
        hsn="2001",
        unit=Unit.GRAM,
        picture=PICTURE,
    )


def test_digits_that_yaml_would_take_for_a_number_stay_as_written(tiny: Catalogue) -> None:
    assert tiny.products[1].hsn == "0904"


def test_a_product_needs_no_picture_and_what_is_not_eaten_no_nutrition(tiny: Catalogue) -> None:
    laddu = tiny.product("laddu")
    assert laddu is not None
    assert (laddu.picture, laddu.nutrition, laddu.unit) == (None, {}, Unit.PIECE)


def test_packs_are_sized_in_the_base_unit_and_shown_evenly(tiny: Catalogue) -> None:
    assert tiny.variants == (
        Variant("MANGO-PICKLE-250", "mango-pickle", "250 g", 250, "jar", Money(120_00)),
        Variant("MANGO-PICKLE-1000", "mango-pickle", "1 kg", 1000, "jar", Money(429_50)),
        Variant("LADDU-6", "laddu", "6 pieces", 6, "box", Money(150_00)),
    )


def test_stock_is_counted_in_the_base_unit(tiny: Catalogue) -> None:
    assert tiny.stock == {"mango-pickle": 25_500, "laddu": 200}


def test_the_rest_is_read(tiny: Catalogue) -> None:
    until = date(2027, 12, 31)
    first = date(2026, 1, 1)
    assert tiny.categories[1] == Category("sweets", {"en": "Sweets"}, (), "🍬")
    assert tiny.coupons == (
        Coupon("WELCOME10", 10, None, Money(299_00), Money(100_00), first, until, {"en": "Ten off"}),
        Coupon("FLAT50", None, Money(50_00), Money(0), None, first, first, {"en": "Fifty off"}),
    )
    assert tiny.areas == (
        DeliveryArea(
            name="Bengaluru",
            places=("bangalore", "bengaluru"),
            state="Karnataka",
            pincodes=((560001, 560110), (562125, 562125)),
            charge=Money(40_00),
            free_above=Money(499_00),
            days=(1, 2),
            cash_on_delivery=True,
        ),
    )
    keywords = ("open", "timing", "कब खुला")
    assert tiny.faqs == (Faq("hours", {"en": "When are you open?"}, keywords, {"en": "From nine to nine."}),)


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: f"{mistake['file']} {mistake['write'][:30]!r}")
def test_a_mistake_is_told_with_file_line_and_what_to_write(folder: Path, mistake: dict[str, str]) -> None:
    edit(folder / mistake["file"], mistake["for"], mistake["write"])
    assert told(folder) == mistake["told"].splitlines()


def test_problems_of_all_files_are_told_at_once_in_order_of_file_and_line(folder: Path) -> None:
    edit(folder / "variants.yml", "price: 150", "price: 1.5")
    edit(folder / "variants.yml", "pack: 250 g", "pack: 3 pieces")
    edit(folder / "coupons.yml", "percent: 10", "percent: 0")
    (folder / "shop.yml").write_text("a: [", encoding="utf-8")
    (folder / "faq.yml").unlink()
    assert [line.partition(": ")[0] for line in told(folder)] == [
        "coupons.yml:2",
        "faq.yml:1",
        "shop.yml:1",
        "variants.yml:1",
        "variants.yml:3",
    ]


def test_the_error_is_ours_and_carries_its_problems(folder: Path) -> None:
    edit(folder / "coupons.yml", "percent: 10", "percent: 0")
    with pytest.raises(HaatError) as caught:
        read_shop(folder)
    assert isinstance(caught.value, ShopFolderError)
    assert caught.value.problems == (Problem("coupons.yml", 2, "percent is 0; write at least 1"),)


@pytest.mark.parametrize("file", FILES)
def test_a_missing_file_is_told_and_nothing_that_follows_from_it(folder: Path, file: str) -> None:
    (folder / file).unlink()
    assert told(folder) == [f"{file}:1: the file is missing; add it to the shop's folder"]


def test_a_file_with_a_misspelt_name_is_recognised(folder: Path) -> None:
    (folder / "coupons.yml").rename(folder / "coupon.yaml")
    assert told(folder) == ["coupons.yml:1: the file is missing; is it 'coupon.yaml'? rename that"]


def test_a_missing_folder_is_one_problem(tmp_path: Path) -> None:
    missing = tmp_path / "shop"
    assert told(missing) == [f"{missing}:1: there is no such folder, or it may not be read"]


@pytest.mark.parametrize("file", FILES)
def test_an_empty_file_is_told_and_nothing_that_follows_from_it(folder: Path, file: str) -> None:
    (folder / file).write_text("# nothing yet\n", encoding="utf-8")
    assert told(folder) == [f"{file}:1: the file is empty; write [] where there is nothing to list"]


def test_a_shop_may_have_no_coupons_areas_and_questions(folder: Path) -> None:
    for file in ("coupons.yml", "delivery_areas.yml", "faq.yml"):
        (folder / file).write_text("[]", encoding="utf-8")
    catalogue = read_shop(folder)
    assert (catalogue.coupons, catalogue.areas, catalogue.faqs) == ((), (), ())


def test_a_list_where_a_map_belongs_is_told_and_the_other_way_round(folder: Path) -> None:
    (folder / "stock.yml").write_text("- laddu: 2 pieces", encoding="utf-8")
    (folder / "faq.yml").write_text("id: hours", encoding="utf-8")
    assert told(folder) == [
        "faq.yml:1: the file holds a map; write a list: each entry begins with '- '",
        "stock.yml:1: the file holds a list; write lines 'key: value'",
    ]


def test_a_file_in_another_encoding_is_told_with_the_line(folder: Path) -> None:
    (folder / "faq.yml").write_bytes("- id: a\n  question: {en: Café?}\n".encode("latin-1"))
    assert told(folder) == ["faq.yml:2: a letter here is not UTF-8; save the file with the encoding UTF-8"]


def test_a_byte_order_mark_does_no_harm(folder: Path) -> None:
    path = folder / "shop.yml"
    path.write_text(path.read_text(encoding="utf-8"), encoding="utf-8-sig")
    assert read_shop(folder).shop.name == "Tiny Shop"


def test_a_file_over_two_megabytes_is_not_read(folder: Path) -> None:
    (folder / "faq.yml").write_bytes(b"#" * (2 * 1024 * 1024 + 1))
    assert told(folder) == ["faq.yml:1: the file is larger than 2 MB; split the shop or shorten its texts"]


def test_more_than_two_thousand_products_are_refused_at_the_first_too_many(folder: Path) -> None:
    (folder / "products.yml").write_text("- {}\n" * 2_001, encoding="utf-8")
    assert told(folder) == ["products.yml:2001: there are 2001 entries; write at most 2000"]


def test_a_key_that_is_missing_is_told_where_its_entry_begins(folder: Path) -> None:
    edit(folder / "products.yml", "  taste: {en: sweet}\n", "")
    assert told(folder) == ["products.yml:22: 'taste' is missing; add it here"]


def test_a_slip_in_an_entry_hides_no_wrong_name_in_it_and_breaks_none_of_it(folder: Path) -> None:
    edit(folder / "products.yml", "category: sweets", "category: sweet")
    edit(folder / "products.yml", "nutrition: {}", "nutrition: 0")
    assert told(folder) == [
        "products.yml:23: 'sweet' is not in categories.yml; did you mean 'sweets'?",
        "products.yml:30: nutrition is 0; write lines 'key: value' under it",
    ]


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\xff\xd8\xff\xe0", "is not a PNG inside, whatever its name says; export it as PNG"),
        (b"", "is not a PNG inside, whatever its name says; export it as PNG"),
        (PNG + bytes(1024 * 1024), "is larger than 1 MB; save it smaller"),
    ],
    ids=["jpeg", "empty", "large"],
)
def test_a_picture_that_cannot_be_shown_is_told(folder: Path, content: bytes, reason: str) -> None:
    (folder / PICTURE).write_bytes(content)
    assert told(folder) == [f"products.yml:21: the picture {PICTURE} {reason}"]


def test_a_jpeg_may_be_named_either_way(folder: Path) -> None:
    (folder / "a.jpeg").write_bytes(b"\xff\xd8\xff\xe0")
    edit(folder / "products.yml", PICTURE, "a.jpeg")
    assert read_shop(folder).products[0].picture == "a.jpeg"


def test_a_link_out_of_the_folder_is_not_followed(folder: Path) -> None:
    (folder / PICTURE).unlink()
    (folder.parent / "secret.png").write_bytes(PNG)
    (folder / PICTURE).symlink_to(folder.parent / "secret.png")
    reason = f"the picture {PICTURE} lies outside the shop's folder; copy it into the folder"
    assert told(folder) == [f"products.yml:21: {reason}"]


def test_a_loop_of_links_is_told(folder: Path) -> None:
    (folder / PICTURE).unlink()
    (folder / PICTURE).symlink_to(folder / PICTURE)
    assert told(folder) == [f"products.yml:21: the picture {PICTURE} cannot be read; save it again"]


@pytest.mark.parametrize("gstin", ["27AAPFU0939F1ZV", "29AAGCB7383J1Z4"])
def test_the_check_digit_is_that_of_real_gst_numbers(gstin: str) -> None:
    assert gstin_digit(gstin[:14]) == gstin[14]


def test_nested_anchors_cannot_fill_the_memory(folder: Path) -> None:
    doubling = "\n".join(f"- &a{n + 1} [*a{n}, *a{n}]" for n in range(60))
    (folder / "faq.yml").write_text(f"- &a0 [x]\n{doubling}", encoding="utf-8")
    assert [line[:10] for line in told(folder)] == ["faq.yml:1:"]


def test_a_hundred_thousand_brackets_are_told_like_any_mistake(folder: Path) -> None:
    (folder / "faq.yml").write_text("[" * 100_000, encoding="utf-8")
    assert told(folder) == ["faq.yml:1: lists and maps stand more than 12 deep in each other"]


SCALARS = st.none() | st.booleans() | st.integers() | st.floats() | st.dates() | st.text(max_size=20)
KEYS = st.sampled_from(["id", "name", "en", "price", "pack", "product", "unit", "picture", "days", "hours"]) | st.text()
VALUES = st.recursive(SCALARS, lambda inner: st.lists(inner) | st.dictionaries(KEYS, inner), max_leaves=12)
DOCUMENTS = VALUES.map(lambda value: yaml.safe_dump(value, allow_unicode=True).encode("utf-8", "replace"))
PIECES = st.sampled_from(
    ["- ", "\n", ": ", "en", "[", "]", "{", "}", "&a ", "*a", "!!set ", "!x ", '"', "'", "|", "<<", "0x", "1:2"]
)
NOISE = st.lists(PIECES | st.text(max_size=3)).map(lambda parts: "".join(parts).encode("utf-8", "replace"))


@pytest.fixture(scope="module")
def scratch(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tiny_copy(tmp_path_factory.mktemp("scratch") / "shop")


@settings(max_examples=200, deadline=None)
@given(file=st.sampled_from(FILES), content=st.binary(max_size=60) | NOISE | DOCUMENTS)
def test_whatever_a_file_holds_nothing_but_our_error_is_raised(scratch: Path, file: str, content: bytes) -> None:
    before = (scratch / file).read_bytes()
    (scratch / file).write_bytes(content)
    try:
        with suppress(ShopFolderError):
            read_shop(scratch)
    finally:
        (scratch / file).write_bytes(before)


@pytest.mark.parametrize("name", ["two\\nlines", "a" * 100_000], ids=["lines", "length"])
def test_a_problem_stays_one_short_line_whatever_it_quotes(folder: Path, name: str) -> None:
    edit(folder / "products.yml", "category: pickles", f'category: "{name}"')
    assert {line.partition(": ")[0] for line in told(folder)} == {"products.yml:3"}
    assert max(map(len, told(folder))) < 400
