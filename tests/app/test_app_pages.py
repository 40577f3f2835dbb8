"""The shop's page, the widget's files, the pictures: served under a strict policy, and nothing else with them."""

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from model.language import CODES, NAMES
from tests.app.app_kit import Served, bare, served
from tests.webhooks.edge_kit import PNG

pytestmark = pytest.mark.asyncio(loop_scope="module")


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def shop(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Served]:
    """One shop for all of these tests: they only look."""
    folder = tmp_path_factory.mktemp("pages")
    with pytest.MonkeyPatch.context() as patch:
        bare(patch, folder)
        async with served(folder) as running:
            yield running


async def test_the_shops_page_is_served_under_a_policy_that_runs_nothing_inline(shop: Served) -> None:
    async with shop.http.get(shop.url + "/") as answer:
        policy, page = answer.headers["Content-Security-Policy"], await answer.text()
    assert 200 == answer.status
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert "<script>" not in page
    assert " style=" not in page
    assert "/webchat/widget.js" in page


@pytest.mark.parametrize("lang", [*CODES, "xx", "<script>", "../../etc", "%00"])
async def test_the_page_speaks_every_language_and_english_for_an_unknown_one(shop: Served, lang: str) -> None:
    status, page = await shop.get(f"/?lang={lang}")
    code = lang if lang in CODES else "en"
    assert 200 == status
    assert f'<html lang="{code}">' in page
    assert f'data-lang="{code}"' in page
    assert f'<a href="?lang={code}" lang="{code}" aria-current="true">{NAMES[code]}</a>' in page
    assert len(CODES) == page.count('<a href="?lang=')


@pytest.mark.parametrize(
    ("name", "kind"),
    [("widget.js", "text/javascript"), ("page.js", "text/javascript"), ("page.css", "text/css"),
     *((f"words/{code}.json", "application/json") for code in CODES if code != "en")],
)  # fmt: skip
async def test_the_widgets_files_may_be_used_by_other_sites(shop: Served, name: str, kind: str) -> None:
    async with shop.http.get(f"{shop.url}/webchat/{name}", headers={"Origin": "https://elsewhere.example"}) as answer:
        assert (200, kind) == (answer.status, answer.content_type)
        assert "cross-origin" == answer.headers["Cross-Origin-Resource-Policy"]
        assert "*" == answer.headers["Access-Control-Allow-Origin"]


@pytest.mark.parametrize("name", ["widget.js", "words/ta.json"])
async def test_a_browser_that_has_a_file_of_the_widgets_is_not_sent_it_again(shop: Served, name: str) -> None:
    async with shop.http.get(f"{shop.url}/webchat/{name}") as first:
        assert "max-age=300" in first.headers["Cache-Control"]
    async with shop.http.get(f"{shop.url}/webchat/{name}", headers={"If-None-Match": first.headers["ETag"]}) as again:
        assert (304, b"") == (again.status, await again.read())


@pytest.mark.parametrize(
    "name",
    ["README.md", "page.html.j2", "page.words.j2", "..%2fpyproject.toml", "widget.js%00", "widget.js/", "words",
     "words/", "words/en.json", "words/xx.json", "words/ta", "words/TA.json", "words/../widget.json",
     "words/..%2f..%2fpyproject.toml", "words/%2e%2e/README.md", "words/ta.json%00", "words/ta.json/"],
)  # fmt: skip
async def test_no_other_file_of_the_widgets_folder_is_served(shop: Served, name: str) -> None:
    assert 404 == (await shop.get(f"/webchat/{name}"))[0]


async def test_pictures_come_from_their_folder(shop: Served) -> None:
    async with shop.http.get(f"{shop.url}/shop/pictures/mango-pickle.png") as answer:
        assert (200, "image/png", PNG) == (answer.status, answer.content_type, await answer.read())


@pytest.mark.parametrize(
    "name",
    ["missing.png", "notes.txt", "../secret.png", "..%2fsecret.png", "%2e%2e%2fsecret.png", "..%5csecret.png",
     "%2fetc%2fpasswd", "....//secret.png", "mango-pickle.png%00", "", ".", "mango-pickle.png%2f..%2f..%2fsecret.png",
     "%ff.png", "x" * 5000 + ".png"],
)  # fmt: skip
async def test_nothing_else_is_found_among_the_pictures(shop: Served, name: str) -> None:
    assert 404 == (await shop.get(f"/shop/pictures/{name}"))[0]


@pytest.mark.parametrize(
    "path", ["/", "/webchat/widget.js", "/shop/pictures/mango-pickle.png", "/health/live", "/nowhere"]
)
async def test_every_answer_tells_browsers_not_to_guess_or_frame(shop: Served, path: str) -> None:
    async with shop.http.get(shop.url + path) as answer:
        assert "nosniff" == answer.headers["X-Content-Type-Options"]
        assert "DENY" == answer.headers["X-Frame-Options"]
        assert "same-origin" == answer.headers["Referrer-Policy"]
