"""Single sweets. Each is about 50 picture units across at size 1."""

from __future__ import annotations

from tools.pictures.canvas import Canvas
from tools.pictures.produce import Piece, shadow
from tools.pictures.shapes import Point, Spot, blade, darker, lighter, oval, rounded, spiral

SILVER = "#e9ebee"


def ball(colour: str, fleck: str, nut: Piece | None = None) -> Piece:
    """A laddu with flecks of another colour, a nut pressed into its top."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 20), 24, 8)
        canvas.form(spot.put(oval(0, 0, 27, 26)), colour, steps=3)
        for x, y in _strewn(canvas, 22):
            canvas.fill(spot.put(oval(x * 23, y * 22, 2.9, 2.1)), darker(fleck, 0.3 if x + y > 0.4 else 0.0))
        if nut:
            nut(canvas, spot.shifted(-2, -17, 0.62, 10))

    return draw


def boondi_ball(colour: str, odd: str, grain: float = 4.2) -> Piece:
    """A laddu pressed from pearls of boondi, an odd one in another colour."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 20), 24, 8)
        canvas.fill(spot.put(oval(0, 0, 27, 26)), darker(colour, 0.4))
        for i, (x, y) in enumerate(_strewn(canvas, 60)):
            tone = odd if i % 9 == 0 else darker(colour, 0.28 if x + y > 0.5 else 0.06)
            canvas.fill(spot.put(oval(x * 24 + 0.8, y * 23 + 1.2, grain, grain)), darker(tone, 0.3))
            canvas.fill(spot.put(oval(x * 24, y * 23, grain, grain)), tone)

    return draw


def _strewn(canvas: Canvas, count: int) -> list[Point]:
    """Random places in the unit circle."""
    places = [(canvas.chance.uniform(-1, 1), canvas.chance.uniform(-1, 1)) for _ in range(count * 2)]
    return [(x, y) for x, y in places if x * x + y * y < 1][:count]


def almond(colour: str) -> Piece:
    """A nut: an almond, a pistachio, a raisin by its colour."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(blade(26, 14)), darker(colour, 0.35))
        canvas.fill(spot.put(blade(22, 10)), colour)
        canvas.line(spot.put([(-7, -1), (6, -1)]), 1.2 * spot.size, lighter(colour, 0.45))

    return draw


def cashew(canvas: Canvas, spot: Spot) -> None:
    """A cashew nut."""
    canvas.line(spot.put(oval(0, 4, 11, 10, 190, 370)), 9.5 * spot.size, "#b98d55")
    canvas.line(spot.put(oval(-0.6, 2.6, 11, 10, 195, 365)), 7 * spot.size, "#f0d9aa")


def syrup_ball(colour: str, depth: float = 0.38) -> Piece:
    """A wet, shining ball: gulab jamun or rasgulla."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 0, 29, 27)), colour, depth)
        canvas.veil(spot.put(oval(-10, -12, 8, 5)), "#ffffff", 0.75, 1.2)
        canvas.veil(spot.put(oval(9, 13, 10, 4)), lighter(colour, 0.5), 0.45, 1.5)

    return draw


def slab(colour: str, thick: float = 18, half: float = 24, deep: float = 15, leaf: str = "") -> Piece:
    """A cut piece with a flat top seen at an angle: a barfi, a Mysore pak. `leaf`: silver leaf on top."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        top: list[Point] = [(-half + 10, -deep), (half + 6, -deep), (half - 6, deep * 0.6), (-half - 6, deep * 0.6)]
        front = [top[3], top[2], (half - 6, deep * 0.6 + thick), (-half - 6, deep * 0.6 + thick)]
        side = [top[2], top[1], (half + 6, thick - deep), (half - 6, deep * 0.6 + thick)]
        shadow(canvas, spot.shifted(2, deep * 0.6 + thick - 2), half + 4, 7)
        for face, tone in ((front, darker(colour, 0.2)), (side, darker(colour, 0.38)), (top, lighter(colour, 0.2))):
            canvas.fill(spot.put(face), tone)
        if leaf:
            _silver(canvas, spot, top, leaf)

    return draw


def _silver(canvas: Canvas, spot: Spot, top: list[Point], leaf: str) -> None:
    with canvas.within(spot.put(top)):
        canvas.fill(spot.put(oval(0, -3, 25, 11)), leaf)
        canvas.fill(spot.put([(-16, -14), (-4, -14), (-18, 10), (-30, 10)]), "#ffffff")
        canvas.line(spot.put([(2, -14), (8, -4), (4, 9)]), 1.2 * spot.size, darker(leaf, 0.2))


def topped(base: Piece, topping: Piece, lift: float = 6) -> Piece:
    """A piece with another on top of it, `lift` units above its centre."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        base(canvas, spot)
        topping(canvas, spot.shifted(0, -lift, 0.6))

    return draw


def diamond(colour: str, leaf: str = SILVER) -> Piece:
    """A kaju katli: a thin diamond under silver leaf."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        top = [(-34.0, 0.0), (0.0, -17.0), (34.0, 0.0), (0.0, 17.0)]
        shadow(canvas, spot.shifted(2, 12), 28, 9)
        canvas.fill(spot.put([(-34, 0), (0, 17), (34, 0), (34, 8), (0, 25), (-34, 8)]), darker(colour, 0.3))
        canvas.fill(spot.put([(-34, 0), (0, 17), (0, 25), (-34, 8)]), darker(colour, 0.12))
        canvas.fill(spot.put(top), colour)
        canvas.fill(spot.put([(-25, 0), (1, -13), (26, -1), (-1, 12)]), leaf)
        canvas.fill(spot.put([(-25, 0), (1, -13), (7, -10), (-17, 4)]), "#ffffff")
        canvas.line(spot.put([(4, 8), (9, 0), (17, -2)]), 1.2 * spot.size, darker(leaf, 0.18))

    return draw


def coil(colour: str, turns: float = 2.6) -> Piece:
    """A jalebi: a loose glistening spiral crossed by one last stroke."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        track = [*spiral(turns, 32, 0.72), (10.0, -20.0), (-14.0, 14.0)]
        shadow(canvas, spot.shifted(2, 14), 30, 12)
        for width, tone, up in ((10.5, darker(colour, 0.4), 2), (9.0, colour, 0), (2.4, lighter(colour, 0.6), -2)):
            canvas.line(spot.shifted(0, up).put(track), width * spot.size, tone)

    return draw


def flaky(colour: str) -> Piece:
    """A cube of soan papdi: fine threads in layers, pistachio on top."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        slab(colour, 30, 25, 15)(canvas, spot)
        for y in (10.0 + 4 * i for i in range(8)):
            left, right = -31 + canvas.chance.uniform(0, 3), 18 - canvas.chance.uniform(0, 9)
            canvas.line(spot.put([(left, y), (right, y + canvas.chance.uniform(-1, 1))]), 1.1, lighter(colour, 0.35))
        for _ in range(16):
            x, y = canvas.chance.uniform(-20, 18), canvas.chance.uniform(-11, 5)
            canvas.line(spot.put([(x, y), (x + 7, y + 1.5)]), 1.1, darker(colour, 0.2))
        for x, y in ((-10, -6), (2, -9), (8, 0), (-4, 2)):
            almond("#8fae4b")(canvas, spot.shifted(x, y, 0.34, x * 9))

    return draw


def peda(colour: str, nut: str = "#8fae4b") -> Piece:
    """A flattened round of khoya with a thumb's dent and a nut in it."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 12), 28, 8)
        canvas.fill(spot.put(oval(0, 6, 29, 17)), darker(colour, 0.32))
        canvas.form(spot.put(oval(0, 0, 29, 17)), colour, 0.18)
        canvas.fill(spot.put(oval(0, -1, 12, 6)), darker(colour, 0.2))
        almond(nut)(canvas, spot.shifted(0, -2, 0.6, -12))

    return draw


def glazed(colour: str) -> Piece:
    """A balushahi or badusha: a flaky disc with a dimple under a sugar glaze."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 14), 30, 9)
        canvas.fill(spot.put(oval(0, 7, 31, 19)), darker(colour, 0.35))
        canvas.form(spot.put(oval(0, 0, 31, 19)), colour, 0.28)
        for rx in (25, 19):
            canvas.line(spot.put(oval(0, -1, rx, rx * 0.56, 20, 200)), 1.4 * spot.size, darker(colour, 0.25))
        canvas.fill(spot.put(oval(0, -1, 8, 4.5)), darker(colour, 0.45))
        canvas.veil(spot.put(oval(-11, -8, 10, 4)), "#ffffff", 0.7, 1.5)

    return draw


def brittle(base: str, nut: Piece) -> Piece:
    """A chikki: a thin bar full of nuts set in jaggery."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        slab(base, 8, 28, 18)(canvas, spot)
        for row in range(3):
            for x in range(4):
                wobble = canvas.chance.uniform(-2, 2)
                nut(canvas, spot.shifted(-23 + x * 15 + wobble - row * 4, -10 + row * 8.5, 0.55, wobble * 40))

    return draw


def roll(colour: str, dust: str) -> Piece:
    """A folded paper-thin sweet: pootharekulu, a roll of barfi."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 14), 34, 8)
        canvas.form(spot.put(rounded(-34, -13, 34, 16, 9)), colour, 0.2)
        for y in (-6, 1, 8):
            canvas.line(spot.put([(-30, y), (29, y + 1)]), 1.2 * spot.size, darker(colour, 0.18))
        canvas.fill(spot.put(oval(33, 1, 5, 13)), dust)

    return draw


def flat_cake(colour: str, seeds: str = "") -> Piece:
    """A fried jaggery disc: ariselu, adhirasam; sesame on it if `seeds` has a colour."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 10), 33, 9)
        canvas.fill(spot.put(oval(0, 6, 34, 20)), darker(colour, 0.4))
        canvas.form(spot.put(oval(0, 0, 34, 20)), colour, 0.25)
        for _ in range(34 if seeds else 0):
            x = canvas.chance.uniform(-26, 26)
            y = canvas.chance.uniform(-1, 1) * (1 - abs(x) / 34) * 16
            canvas.fill(spot.shifted(x, y, 1, x * 30).put(oval(0, 0, 2.4, 1.3)), seeds)

    return draw


def porous(block: Piece, pore: str) -> Piece:
    """A slab with crumbs and holes in its top and its cut side: Mysore pak, milk cake."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        block(canvas, spot)
        for i in range(26):
            across, down = canvas.chance.uniform(-23, 17), canvas.chance.uniform(-11, 26)
            grain = oval(across - down * 0.12, down, 1.9, 1.3)
            canvas.fill(spot.put(grain), lighter(pore, 0.3) if i % 4 == 0 else pore)

    return draw


def dusted(piece: Piece) -> Piece:
    """A piece rolled in sugar."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        piece(canvas, spot)
        for _ in range(40):
            x, y = canvas.chance.uniform(-27, 27), canvas.chance.uniform(-14, 18)
            if abs(x) / 29 + abs(y) / 22 < 1.1:
                canvas.fill(spot.put(oval(x, y, 1.4, 1.1)), "#fff4e0")

    return draw


def lump(colour: str) -> Piece:
    """A glossy spoonful of halwa."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 0, 25, 18)), colour, 0.12, 3)
        canvas.veil(spot.put(oval(-7, -8, 9, 3)), "#fff3d0", 0.7, 1.2)

    return draw


def griddled(colour: str) -> Piece:
    """A soft flat bread with brown spots: holige."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(oval(0, 2.5, 37, 13.5)), darker(colour, 0.4))
        canvas.form(spot.put(oval(0, 0, 37, 13.5)), colour, 0.2)
        with canvas.within(spot.put(oval(0, 0, 36, 12.5))):
            for _ in range(22):
                x, y = canvas.chance.uniform(-32, 32), canvas.chance.uniform(-10, 10)
                canvas.fill(
                    spot.put(oval(x, y, canvas.chance.uniform(1, 3.5), canvas.chance.uniform(0.6, 1.5))), "#b9742a"
                )

    return draw


def nut_slice(colour: str) -> Piece:
    """A round slice of date roll, studded with nuts and rimmed with poppy seed."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 16), 27, 8)
        canvas.fill(spot.put(oval(0, 9, 29, 22)), darker(colour, 0.4))
        canvas.fill(spot.put(oval(0, 0, 29, 22)), "#e6d6ba")
        canvas.form(spot.put(oval(0, 0, 26.5, 19.5)), colour, 0.2, 4)
        for i in range(9):
            x, y = canvas.chance.uniform(-17, 17), canvas.chance.uniform(-11, 11)
            almond(("#f3dfb0", "#8fae4b", "#c98a4a")[i % 3])(canvas, spot.shifted(x, y, 0.42, i * 47))

    return draw
