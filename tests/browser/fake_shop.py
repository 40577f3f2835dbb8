"""What the fake chat server's shop sells: the values of the shop page's template."""

from typing import Any

PICTURE = """<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 400 300">
<rect width="400" height="300" fill="#f0d9a8"/>
<rect x="130" y="70" width="140" height="180" rx="22" fill="#fff6e0"/>
<rect x="140" y="110" width="120" height="130" rx="16" fill="#c8641b"/>
<rect x="120" y="50" width="160" height="34" rx="8" fill="#7c2416"/>
<circle cx="180" cy="160" r="20" fill="#e29a2d"/><circle cx="220" cy="190" r="24" fill="#8f3d10"/>
<circle cx="190" cy="215" r="14" fill="#f2bd55"/></svg>"""


def _product(name: str, price: str, pack: str) -> dict[str, str]:
    picture = f"/shop/pictures/{name.lower().replace(' ', '-')}.svg"
    return {"name": name, "price": price, "pack": pack, "picture": picture}


SHOP_PAGE: dict[str, Any] = {
    "shop": {
        "name": "Haat",
        "name_hi": "हाट",
        "tagline": {"en": "The neighbourhood shop you talk to", "hi": "मोहल्ले की दुकान, बस बात कीजिए"},
        "about": {
            "en": "A small shop in Malleshwaram. Pickles in season, sweets made the same morning, "
            "snacks fried in fresh groundnut oil.",
            "hi": "मल्लेश्वरम की एक छोटी दुकान। मौसम के अचार, उसी सुबह की बनी मिठाई, ताज़े तेल में तली नमकीन।",
        },
        "address": ["12, 8th Cross, Malleshwaram", "Bengaluru 560003", "Karnataka"],
        "hours": [("Monday to Saturday", "9:00 am – 9:00 pm"), ("Sunday", "10:00 am – 6:00 pm")],
        "phone": "+91 80 4000 0000",
        "email": "shop@example.in",
    },
    "categories": [
        {
            "id": "pickles",
            "name": "Pickles",
            "emoji": "🥭",
            "products": [
                _product("Mango Pickle", "₹120", "250 g"),
                _product("Lime Pickle", "₹110", "250 g"),
                _product("Gongura Pickle", "₹135", "250 g"),
                _product("Red Chilli Pickle", "₹140", "250 g"),
            ],
        },
        {
            "id": "sweets",
            "name": "Sweets",
            "emoji": "🍯",
            "products": [
                _product("Gulab Jamun", "₹320", "1 kg"),
                _product("Besan Laddu", "₹260", "500 g"),
                _product("Mysore Pak", "₹380", "500 g"),
            ],
        },
        {
            "id": "snacks",
            "name": "Snacks",
            "emoji": "🥨",
            "products": [
                _product("Banana Chips", "₹90", "200 g"),
                _product("Murukku", "₹85", "200 g"),
                _product("Aloo Bhujia", "₹70", "200 g"),
                _product("Bombay Mixture", "₹80", "200 g"),
            ],
        },
    ],
    "base": "",
}
