"""A seeded shop without a bot, and the demo shop's own catalogue."""

import pytest

from gateways.shop_folder import read_shop
from shop.search import Finder
from tests.kit import ROOT, Stall


@pytest.fixture
def stall() -> Stall:
    return Stall()


@pytest.fixture(scope="session")
def finder() -> Finder:
    """The demo shop's names."""
    return Finder(read_shop(ROOT / "data" / "shop"))
