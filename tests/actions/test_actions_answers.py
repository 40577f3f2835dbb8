"""What customers write where the checkout asks for a name, a phone, a street or a way to pay."""

import pytest

from actions.answers import is_street, name_in, phone_in, street_in, way_to_pay
from model.message import Heard
from model.order import PayBy


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Ramesh Kulkarni", "Ramesh Kulkarni"),
        ("My name is Farhan Ali", "Farhan Ali"),
        ("hi, this is Deepa", "Deepa"),
        ("it's me Ravi", "Ravi"),
        ("Deepa here", "Deepa"),
        ("mera naam Sunita Sharma hai", "Sunita Sharma"),
        ("main Neha Singh bol rahi hoon", "Neha Singh"),
        ("मेरा नाम सुनीता वर्मा है", "सुनीता वर्मा"),
        ("name: R. K. Narayan", "R. K. Narayan"),
        ("Mai Lin", "Mai Lin"),
    ],
)
def test_a_name_is_found_among_polite_words(text: str, name: str) -> None:
    assert name == name_in(text)


@pytest.mark.parametrize(
    "text", ["ok", "thanks", "i already told you", "is it safe to pay online", "pay later", "why?", "mujhe nahi pata"]
)
def test_what_is_no_name_is_not_taken_for_one(text: str) -> None:
    assert name_in(text) is None


def test_a_phone_number_is_found_among_words() -> None:
    assert "98123 45670" == phone_in("mera number 98123 45670 hai")
    assert "+91 98123-45670" == phone_in("call +91 98123-45670")
    assert "12345" == phone_in("12345")


@pytest.mark.parametrize(
    ("text", "street", "pincode"),
    [
        ("12, MG Road 560001", "12, MG Road", "560001"),
        ("4/5 Lane, Pune - 411 001", "4/5 Lane, Pune", "411001"),
        ("No. 18, T Nagar, pincode: 600017.", "No. 18, T Nagar", "600017"),
        ("560001, 3rd Cross, Jayanagar", "560001, 3rd Cross, Jayanagar", "560001"),
        ("near the big temple", "near the big temple", None),
    ],
)
def test_a_pincode_at_the_end_is_taken_out_of_the_street(text: str, street: str, pincode: str | None) -> None:
    assert (street, pincode) == street_in(text)


def test_a_hostile_street_is_read_in_no_time() -> None:
    """The patterns see only the beginning of a long text."""
    assert len(street_in("560001" + " ,." * 2700 + "x")[0]) <= 300


def test_small_talk_is_no_street() -> None:
    assert not is_street(Heard("okay, thanks?", "thank", 0.99))
    assert not is_street(Heard("okay thanks", "thank", 0.99))
    assert is_street(Heard("Gandhi Nagar", "thank", 0.4))
    assert is_street(Heard("No. 5, Lake Road", "deny", 0.99))


@pytest.mark.parametrize("text", ["cod", "cash when it comes", "I'll pay on delivery", "haan cod kar do", "कैश दे दूंगा"])
def test_cash_is_understood(text: str) -> None:
    assert way_to_pay(text) is PayBy.CASH


@pytest.mark.parametrize("text", ["upi se karunga", "link bhejo", "i will gpay", "card"])
def test_paying_online_is_understood(text: str) -> None:
    assert way_to_pay(text) is PayBy.ONLINE


@pytest.mark.parametrize(
    "text",
    [
        "is cod available",
        "cod hai kya",
        "no cash",
        "i don't want to pay online",
        "cash or upi",
        "how long does delivery take",
        "when will the cash be taken",
        "do you take card?",
        "delivery",
    ],
)
def test_an_order_is_never_placed_on_a_guess(text: str) -> None:
    """A question about paying, a no, or both ways at once is no choice."""
    assert way_to_pay(text) is None
