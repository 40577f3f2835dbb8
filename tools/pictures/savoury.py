"""Single snacks. Each is about 50 picture units across at size 1, those of a mixture smaller."""

from __future__ import annotations

from tools.pictures.canvas import Canvas
from tools.pictures.produce import Piece, shadow
from tools.pictures.shapes import Point, Spot, darker, lighter, oval, rounded, spiral


def murukku(colour: str, turns: float = 2.4) -> Piece:
    """A ridged spiral, seen at an angle."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        track = spot.put(spiral(turns, 33, 0.7))
        shadow(canvas, spot.shifted(2, 12), 33, 15)
        for width, tone, up in ((9.2, darker(colour, 0.5), 2.2), (7.4, colour, 0)):
            canvas.line([(x, y + up * spot.size) for x, y in track], width * spot.size, tone)
        for x, y in track[::2]:
            canvas.line([(x - 1.6, y - 2.4), (x + 1.2, y + 2.2)], 1.5 * spot.size, lighter(colour, 0.5))

    return draw


def disc(colour: str, rim: str, fleck: str = "", curl: float = 0.72) -> Piece:
    """A chip: a thin round slice with a browner rim and flecks of spice."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.veil(spot.shifted(2, 5).put(oval(0, 0, 24, 24 * curl)), "#5a2a0c", 0.35, 2)
        canvas.fill(spot.put(oval(0, 1.6, 24, 24 * curl)), darker(rim, 0.3))
        canvas.fill(spot.put(oval(0, 0, 24, 24 * curl)), rim)
        canvas.fill(spot.put(oval(-0.5, -0.5, 20.5, 20.5 * curl)), colour)
        canvas.fill(spot.put(oval(-5, -4, 11, 10 * curl)), lighter(colour, 0.35))
        for _ in range(6 if fleck else 0):
            x, y = canvas.chance.uniform(-15, 15), canvas.chance.uniform(-15, 15) * curl
            canvas.fill(spot.put(oval(x, y, 1.5, 1.2)), fleck)

    return draw


def strand(colour: str, length: float = 34, width: float = 3.6) -> Piece:
    """A crooked noodle of sev or bhujia."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        bend = canvas.chance.uniform(-8, 8)
        track: list[Point] = [(-length / 2, 0), (-length / 6, bend), (length / 6, bend), (length / 2, -bend * 0.4)]
        canvas.line(spot.shifted(0.6, 1.4).put(track), width * spot.size, darker(colour, 0.4))
        canvas.line(spot.put(track), width * 0.8 * spot.size, colour)

    return draw


def ribbon(colour: str) -> Piece:
    """A wavy flat ribbon with ridges: ribbon pakoda."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        wave = [(x, 6.0 if i % 2 else -6.0) for i, x in enumerate(range(-30, 31, 12))]
        canvas.line(spot.shifted(1, 3).put(wave), 13 * spot.size, darker(colour, 0.45))
        canvas.line(spot.put(wave), 11 * spot.size, colour)
        for up in (-2.2, 2.2):
            canvas.line(spot.shifted(0, up).put(wave), 1.1 * spot.size, lighter(colour, 0.45))

    return draw


def pearl(colour: str, radius: float = 7) -> Piece:
    """A round crisp bit: boondi, a roasted chickpea, a green pea."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 0, radius, radius)), colour, 0.35, 3)

    return draw


def peanut(colour: str) -> Piece:
    """A peanut kernel, red-skinned or coated by its colour."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.form(spot.put(oval(0, 0, 13, 8.5)), colour, 0.35, 4)
        canvas.line(spot.put([(-5, -3.5), (3, -4)]), 1.5 * spot.size, lighter(colour, 0.55))

    return draw


def hoop(colour: str) -> Piece:
    """A small fried ring: chegodilu, kodubale."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        for width, tone, up in ((10, darker(colour, 0.45), 2.2), (8.4, colour, 0), (2, lighter(colour, 0.5), -1.8)):
            canvas.line(spot.shifted(0, up).put(oval(0, 0, 19, 13)), width * spot.size, tone)

    return draw


def lozenge(colour: str) -> Piece:
    """A puffed diamond: shankarpali, namak para."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.shifted(1, 4).put([(-22, 0), (0, -14), (22, 0), (0, 14)]), darker(colour, 0.45))
        canvas.form(spot.put([(-22, 0), (0, -14), (22, 0), (0, 14)]), colour, 0.25, 4)

    return draw


def rod(colour: str) -> Piece:
    """A straight ridged stick: butter murukku, soya sticks."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        canvas.fill(spot.shifted(0.6, 3).put(rounded(-30, -5, 30, 6, 5)), darker(colour, 0.45))
        canvas.fill(spot.put(rounded(-30, -6, 30, 5, 5)), colour)
        for y in (-2.8, 0.8):
            canvas.line(spot.put([(-26, y), (26, y)]), 1.1 * spot.size, lighter(colour, 0.45))

    return draw


def thattai(colour: str) -> Piece:
    """A thick, uneven fried disc with lentils and curry leaf in it."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        shadow(canvas, spot.shifted(0, 9), 31, 10)
        canvas.fill(spot.put(oval(0, 5, 32, 21)), darker(colour, 0.45))
        canvas.form(spot.put(oval(0, 0, 32, 21)), colour, 0.28, 5)
        for i in range(16):
            x, y = canvas.chance.uniform(-21, 21), canvas.chance.uniform(-11, 11)
            tone = ("#f3d98e", "#5f7a2c", "#a3401c")[i % 3]
            canvas.fill(spot.shifted(x, y, 1, i * 40).put(oval(0, 0, 2.8, 1.9)), tone)

    return draw


def nugget(colour: str) -> Piece:
    """A peanut in a rough masala coat."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        for x, y, r in ((-7, 1, 8), (6, 2, 9), (0, -4, 9)):
            canvas.form(spot.put(oval(x, y, r, r * 0.86)), colour, 0.32, 4)
        for x, y in ((-6, -3), (3, -7), (8, 1)):
            canvas.fill(spot.put(oval(x, y, 1.5, 1.2)), lighter(colour, 0.5))

    return draw


def papad(colour: str) -> Piece:
    """A large thin roasted wafer with blisters and pepper."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        wafer = [(x, y + 0.5 * (i % 3)) for i, (x, y) in enumerate(oval(0, 0, 31, 20))]
        shadow(canvas, spot.shifted(0, 4), 30, 18)
        canvas.fill(spot.shifted(0, 1).put(wafer), darker(colour, 0.4))
        canvas.form(spot.put(wafer), colour, 0.14, 4)
        for i in range(60):
            x, y = canvas.chance.uniform(-1, 1), canvas.chance.uniform(-1, 1)
            if x * x + y * y < 0.85:
                tone = ("#3a2f24", lighter(colour, 0.6), "#c98f4a")[i % 3]
                radius = (0.8, 2.1, 1.3)[i % 3]
                canvas.fill(spot.put(oval(x * 30, y * 19, radius, radius * 0.7)), tone)

    return draw
