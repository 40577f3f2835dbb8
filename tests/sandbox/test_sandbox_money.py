"""Amounts in the Indian way."""

import pytest

from sandbox.money import rupees


@pytest.mark.parametrize(
    ("paise", "written"),
    [
        (0, "₹0.00"),
        (5, "₹0.05"),
        (49900, "₹499.00"),
        (100000, "₹1,000.00"),
        (9999999, "₹99,999.99"),
        (12345650, "₹1,23,456.50"),
        (123456789000, "₹1,23,45,67,890.00"),
        (-12345650, "-₹1,23,456.50"),
    ],
)
def test_lakhs_and_crores_are_grouped(paise: int, written: str) -> None:
    assert rupees(paise) == written
