"""Pieces of fruit, vegetables and spices, whole and cut. Each is about 40 picture units across at size 1."""

from __future__ import annotations

from collections.abc import Callable

from tools.pictures.canvas import Canvas
from tools.pictures.shapes import Spot, blade, darker, lighter, oval, rounded

Piece = Callable[[Canvas, Spot], None]


def shadow(canvas: Canvas, spot: Spot, rx: float, ry: float) -> None:
    """The soft dark patch under something that stands at the spot."""
    canvas.veil(oval(spot.x + 4, spot.y, rx * spot.size, ry * spot.size), "#5a2a0c", 0.42, 5 * spot.size)


def chunk(skin: str, flesh: str) -> Piece:
    """A cut piece with its skin on one side: raw mango, lime, gourd."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(rounded(-17, -12, 17, 15, 5)), darker(skin, 0.25))
        canvas.fill(spot.put(rounded(-17, -14, 17, 9, 5)), skin)
        canvas.fill(spot.put(rounded(-14, -12, 14, 6, 5)), flesh)
        canvas.fill(spot.put(rounded(-10, -9, 4, -4, 2)), lighter(flesh, 0.5))

    return draw


def wedge(rind: str, flesh: str) -> Piece:
    """A segment of a citrus fruit, its cut face to us."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(oval(0, -6, 22, 22, 0, 180)), rind)
        canvas.fill(spot.put(oval(0, -6, 18.5, 18.5, 0, 180)), lighter(flesh, 0.7))
        for start in (8, 64, 120):
            cell = [(0.0, -3.0), *oval(0, -4, 16, 16, start, start + 52)]
            canvas.fill(spot.put(cell), flesh)

    return draw


def half_citrus(rind: str, flesh: str) -> Piece:
    """Half a lemon, cut face up."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 6, 31, 25)), rind)
        canvas.fill(spot.put(oval(0, 0, 30, 23)), lighter(rind, 0.25))
        canvas.fill(spot.put(oval(0, 0, 27, 20)), lighter(flesh, 0.75))
        for start in range(0, 360, 45):
            canvas.fill(spot.put([(0, 0), *oval(0, 0, 24.5, 17.5, start + 4, start + 41)]), flesh)

    return draw


def clove(colour: str) -> Piece:
    """A peeled garlic clove."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        body = [*oval(0, 4, 13, 14, 0, 180), (-8, -8), (-1, -20), (5, -10)]
        canvas.form(spot.put(body), colour, 0.24)
        canvas.line(spot.put([(4, -9), (7, 4), (4, 13)]), 1.4 * spot.size, darker(colour, 0.22))

    return draw


def garlic_bulb(canvas: Canvas, spot: Spot) -> None:
    """A whole head of garlic."""
    body = [*oval(0, 8, 32, 25, -35, 215), (-8, -14), (-4, -34), (5, -34), (8, -14)]
    canvas.form(spot.put(body), "#efe3d3", 0.2)
    for x in (-17, -6, 6, 17):
        canvas.line(spot.put([(x * 0.3, -14), (x, 4), (x * 0.6, 30)]), 1.6 * spot.size, "#c9a6b0")


def chilli(colour: str, length: float = 52) -> Piece:
    """A chilli with its stalk."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.line(spot.put([(length / 2 - 3, -1), (length / 2 + 11, -7)]), 3 * spot.size, "#5d7a2a")
        canvas.fill(spot.put(blade(length, 15, 7)), darker(colour, 0.25))
        canvas.fill(spot.put(blade(length * 0.94, 11, 8.5)), colour)
        canvas.line(spot.put([(-length * 0.2, -9), (length * 0.18, -10.5)]), 2 * spot.size, lighter(colour, 0.5))

    return draw


def ring(skin: str, flesh: str) -> Piece:
    """A slice across a chilli or an onion."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(oval(0, 2, 13, 11)), darker(skin, 0.3))
        canvas.fill(spot.put(oval(0, 0, 13, 11)), skin)
        canvas.fill(spot.put(oval(0, 0, 9, 7.5)), flesh)
        for x, y in ((-3, -1), (3, -2), (0, 3)):
            canvas.fill(spot.put(oval(x, y, 1.8, 1.5)), lighter(flesh, 0.65))

    return draw


def leaf(colour: str, length: float = 42, width: float = 18) -> Piece:
    """One leaf with its midrib."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(blade(length, width, 3)), darker(colour, 0.2))
        canvas.fill(spot.put(blade(length * 0.94, width * 0.55, 6)), lighter(colour, 0.12))
        canvas.line(spot.put([(-length * 0.46, 0), (0, -3), (length * 0.46, 0)]), 1.3 * spot.size, lighter(colour, 0.4))

    return draw


def sprig(colour: str, pairs: int = 4, stem: str = "#6b7d2c") -> Piece:
    """A stem with leaves in pairs: curry leaves, gongura, coriander."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        reach = 17.0 * pairs
        canvas.line(spot.put([(0, 30), (2, 30 - reach / 2), (0, 34 - reach)]), 2.6 * spot.size, stem)
        for i in range(pairs):
            y = 20 - 15.0 * i
            leaf(colour, 30, 14)(canvas, spot.shifted(-14, y, 1 - i * 0.06, 28))
            leaf(colour, 30, 14)(canvas, spot.shifted(14, y, 1 - i * 0.06, 152))
        leaf(colour, 30, 14)(canvas, spot.shifted(0, 24 - reach, 0.95, -90))

    return draw


def lobed_leaf(canvas: Canvas, spot: Spot) -> None:
    """A gongura (sorrel) leaf: three fingers on a red stalk."""
    canvas.line(spot.put([(0, 34), (0, 0)]), 3 * spot.size, "#a3313a")
    for turn, size in ((-150, 0.85), (-30, 0.85), (-90, 1.1)):
        tip = spot.shifted(0, 8).shifted(0, 0, size, turn)
        leaf("#4c8b2f", 44, 18)(canvas, tip.shifted(20, 0))


def orb(colour: str, ribs: int = 0, stalk: str = "") -> Piece:
    """A round fruit: amla with its ribs, a tomato with its green star, a lime."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 0, 25, 24)), colour)
        for i in range(ribs):
            x = 22 * (2 * (i + 0.5) / ribs - 1)
            canvas.line(spot.put([(x * 0.2, -22), (x, 0), (x * 0.3, 21)]), 1.2 * spot.size, darker(colour, 0.16))
        for turn in range(0, 360, 72) if stalk else ():
            canvas.fill(spot.shifted(-2, -18).shifted(0, 0, 0.5, turn).shifted(9, 0).put(blade(22, 8)), stalk)

    return draw


def whole_mango(skin: str, blush: str) -> Piece:
    """A mango with its stalk and a leaf."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        body = [*oval(6, 0, 34, 32, -100, 90), *oval(-6, 8, 34, 24, 90, 200), (-24, -14)]
        canvas.form(spot.put(body), skin)
        with canvas.within(spot.put(body)):
            canvas.veil(spot.put(oval(24, 18, 24, 20)), blush, 0.5, 7 * spot.size)
        canvas.line(spot.put([(2, -31), (5, -42)]), 4 * spot.size, "#6d4a21")
        leaf("#4f8f34", 46, 17)(canvas, spot.shifted(27, -40, 1, -8))

    return draw


def stick(colour: str, length: float = 40, width: float = 9) -> Piece:
    """A cut stick: ginger, carrot, cinnamon."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        half = length / 2
        canvas.fill(spot.put(rounded(-half, -width / 2, half, width / 2 + 3, 3)), darker(colour, 0.3))
        canvas.fill(spot.put(rounded(-half, -width / 2, half, width / 2, 3)), colour)
        canvas.fill(spot.put(rounded(-half + 4, -width / 2 + 1.5, half - 8, -width / 2 + 3.5, 1)), lighter(colour, 0.4))

    return draw


def ginger_root(canvas: Canvas, spot: Spot) -> None:
    """A knobbly piece of ginger."""
    for x, y, rx, ry in ((24, -12, 14, 11), (-26, -10, 15, 11), (4, -17, 11, 15), (0, 4, 36, 15), (20, 12, 16, 11)):
        canvas.form(spot.put(oval(x, y, rx, ry)), "#d9b37a", 0.26)
    for x in (-18, -6, 8):
        canvas.line(spot.put([(x, -4), (x + 2, 4), (x, 12)]), 1.3 * spot.size, "#a97f48")


def pod(colour: str, lumps: int = 4) -> Piece:
    """A lumpy pod: tamarind, drumstick, peanut (two lumps)."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        for i in range(lumps):
            x = 15 * (i - (lumps - 1) / 2)
            canvas.form(spot.put(oval(x, abs(x) * 0.12, 12, 10)), colour, 0.28, 4)

    return draw


def gourd(colour: str) -> Piece:
    """A bitter gourd: pointed at both ends, warty."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(blade(84, 34)), colour, 0.35)
        for x in range(-30, 31, 10):
            for y in (-7, 0, 7):
                if abs(x) * 0.4 + abs(y) < 16:
                    canvas.fill(
                        spot.put(oval(x + y * 0.5, y, 3.6, 2.4)),
                        darker(colour, 0.22) if y > 0 else lighter(colour, 0.25),
                    )

    return draw


def seed(colour: str, length: float = 7, width: float = 5) -> Piece:
    """A grain: mustard, coriander, lentils, sesame."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.put(oval(0, 0.8, length / 2, width / 2)), darker(colour, 0.35))
        canvas.fill(spot.put(oval(-0.3, -0.4, length / 2.4, width / 2.6)), lighter(colour, 0.15))

    return draw


def flake(colour: str) -> Piece:
    """A flake: beaten rice, shaved coconut."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.shifted(0.6, 2).put(oval(0, 0, 11, 6)), darker(colour, 0.35))
        canvas.fill(spot.put(oval(0, 0, 11, 6)), colour)
        canvas.fill(spot.put(oval(-2, -1, 6, 2.4)), lighter(colour, 0.5))

    return draw


def bunch(piece: Piece) -> Piece:
    """Three long pieces, fanned out."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        for dx, dy, turn in ((3, -15, -24), (-2, 1, -6), (3, 17, 12)):
            piece(canvas, spot.shifted(dx, dy, 0.95, turn))

    return draw


def floret(canvas: Canvas, spot: Spot) -> None:
    """A piece of cauliflower on its stalk, a green leaf at either side."""
    for side in (-1, 1):
        leaf("#7da648", 34, 15)(canvas, spot.shifted(side * 15, 12, 1, 90 + side * 38))
    canvas.fill(spot.put([(-9, 4), (9, 4), (6, 27), (-6, 27)]), "#dfe3b4")
    for x, y, r in ((-17, -3, 11), (17, -3, 11), (-9, -15, 12), (10, -15, 12), (0, -4, 14)):
        canvas.form(spot.put(oval(x, y, r, r * 0.9)), "#f6edcf", 0.16, 3)


def star_anise(canvas: Canvas, spot: Spot) -> None:
    """An eight-pointed star anise."""
    for turn in range(0, 360, 45):
        arm = spot.shifted(0, 0, 1, turn).shifted(12, 0)
        canvas.fill(arm.put(blade(24, 10)), "#6e3a17")
        canvas.fill(arm.put(oval(1, 0, 4, 2)), "#c98a3d")


def coconut_half(canvas: Canvas, spot: Spot) -> None:
    """Half a coconut, white inside."""
    canvas.form(spot.put(oval(0, 4, 36, 31)), "#6d4524")
    canvas.fill(spot.put(oval(0, -4, 33, 24)), "#8a5c34")
    canvas.fill(spot.put(oval(0, -4, 30, 21)), "#fffaf0")
    canvas.form(spot.put(oval(1, -2, 21, 14)), "#efe6d4", 0.12, 3)


def drumleg(canvas: Canvas, spot: Spot) -> None:
    """A fried chicken leg."""
    canvas.line(spot.put([(-8, 6), (-36, 24)]), 7 * spot.size, "#f3e4cc")
    canvas.fill(spot.put(oval(-38, 22, 6, 5)), "#f3e4cc")
    body = [*oval(10, -6, 26, 22, -130, 100), (-22, 14), (-16, 2)]
    canvas.form(spot.put(body), "#b5611f", 0.32)
    for x, y in ((4, -14), (20, -4), (8, 4), (24, -14)):
        canvas.fill(spot.put(oval(x, y, 2.2, 1.7)), "#7a3312")
