"""What food is kept and served in: jar, pouch, box, bowl, plate, spoon; and the table they stand on."""

from __future__ import annotations

from collections.abc import Callable

from tools.pictures.canvas import HEIGHT, WIDTH, Canvas
from tools.pictures.produce import Piece, shadow
from tools.pictures.shapes import Spot, blade, darker, lighter, mix, oval, rounded


def table(canvas: Canvas, wall: str) -> None:
    """A warm wall with a bright round on it, and a table below."""
    top = mix(wall, "#c98d52", 0.42)
    canvas.fill(rounded(0, 0, WIDTH, HEIGHT, 0), wall)
    canvas.fill(oval(WIDTH / 2, 168, 172, 172), lighter(wall, 0.5))
    canvas.fill(rounded(-20, 236, WIDTH + 20, HEIGHT + 40, 0), top)
    canvas.fill(rounded(-20, 236, WIDTH + 20, 240, 0), darker(top, 0.12))


def jar(canvas: Canvas, spot: Spot, content: Callable[[Canvas], None], lid: str, emblem: Piece) -> None:
    """A glass jar of 150 x 210 around the spot; `content` paints its inside, the emblem stands on the label."""
    glass = spot.put(rounded(-76, -92, 76, 104, 26))
    shadow(canvas, spot.shifted(6, 102), 84, 12)
    canvas.fill(glass, "#e9f0ea")
    with canvas.within(spot.put(rounded(-71, -72, 71, 99, 22))):
        content(canvas)
    canvas.veil(spot.put(rounded(-66, -84, -56, 88, 5)), "#ffffff", 0.55, 1)
    canvas.veil(spot.put(rounded(60, -80, 65, 70, 3)), "#ffffff", 0.35, 1)
    _label(canvas, spot.shifted(0, 34), lid, emblem)
    _lid(canvas, spot.shifted(0, -106), lid)


def _lid(canvas: Canvas, spot: Spot, colour: str) -> None:
    canvas.fill(spot.put(rounded(-64, 8, 64, 26, 6)), "#dfe6df")
    canvas.fill(spot.put(rounded(-70, -18, 70, 16, 8)), darker(colour, 0.28))
    canvas.fill(spot.put(rounded(-70, -18, 70, 10, 8)), colour)
    canvas.fill(spot.put(rounded(-60, -13, 30, -8, 3)), lighter(colour, 0.4))
    for x in range(-60, 61, 12):
        canvas.line(spot.put([(x, -4), (x, 12)]), 1.6, darker(colour, 0.2))


def _label(canvas: Canvas, spot: Spot, trim: str, emblem: Piece) -> None:
    canvas.fill(spot.put(oval(0, 0, 43, 43)), darker(trim, 0.1))
    canvas.fill(spot.put(oval(0, 0, 39, 39)), "#fff6e2")
    canvas.fill(spot.put(oval(0, 0, 34, 34)), lighter(trim, 0.74))
    emblem(canvas, spot.shifted(0, 0, 0.78))


def pouch(canvas: Canvas, spot: Spot, colour: str, emblem: Piece) -> None:
    """A stand-up pouch of 130 x 190 with crimped seams and a round label."""
    body = [(-58, -92), (58, -92), (62, 0), (66, 92), (0, 100), (-66, 92), (-62, 0)]
    shadow(canvas, spot.shifted(4, 96), 70, 10)
    canvas.fill(spot.put(body), colour)
    with canvas.within(spot.put(body)):
        canvas.veil(spot.put(rounded(-50, -90, -34, 96, 8)), "#ffffff", 0.3, 3)
        canvas.veil(spot.put(rounded(40, -90, 70, 100, 8)), darker(colour, 0.6), 0.35, 6)
        canvas.fill(spot.put(rounded(-70, -92, 70, -76, 0)), darker(colour, 0.22))
    for x in range(-52, 57, 9):
        canvas.line(spot.put([(x, -90), (x, -79)]), 1.4, lighter(colour, 0.25))
    _label(canvas, spot.shifted(0, 10), colour, emblem)


def box(canvas: Canvas, spot: Spot, colour: str, emblem: Piece) -> None:
    """A closed sweet box standing upright, 150 x 130, with a golden ribbon."""
    shadow(canvas, spot.shifted(8, 66), 92, 11)
    canvas.fill(spot.put([(70, -60), (92, -72), (92, 52), (70, 66)]), darker(colour, 0.35))
    canvas.fill(spot.put([(-76, -60), (-52, -72), (92, -72), (70, -60)]), lighter(colour, 0.3))
    canvas.fill(spot.put(rounded(-76, -60, 70, 66, 3)), colour)
    for edge in ((-70, -54, 64, -51), (-70, 57, 64, 60)):
        canvas.fill(spot.put(rounded(*edge, 0)), "#e8bf5a")
    canvas.fill(spot.put(rounded(-50, -60, -38, 66, 0)), "#e8bf5a")
    canvas.fill(spot.put([(-50, -60), (-28, -72), (-16, -72), (-38, -60)]), "#f3d68a")
    _label(canvas, spot.shifted(14, 2, 0.95), colour, emblem)


def plate(canvas: Canvas, spot: Spot, colour: str, rx: float = 150) -> None:
    """A flat plate seen from above at an angle; rx is half its width."""
    ry = rx * 0.34
    shadow(canvas, spot.shifted(0, ry * 0.55), rx * 0.98, ry * 0.8)
    canvas.fill(spot.put(oval(0, 7, rx, ry)), darker(colour, 0.35))
    canvas.fill(spot.put(oval(0, 0, rx, ry)), colour)
    canvas.fill(spot.put(oval(0, 1, rx * 0.95, ry * 0.93)), lighter(colour, 0.45))
    canvas.fill(spot.put(oval(0, 3, rx * 0.78, ry * 0.74)), mix(lighter(colour, 0.35), darker(colour, 0.2), 0.2))


def bowl_back(canvas: Canvas, spot: Spot, colour: str, rx: float, inside: str) -> None:
    """The far rim and the inside of a bowl; the food comes next, then `bowl_front`."""
    shadow(canvas, spot.shifted(0, rx * 0.62), rx * 0.7, rx * 0.11)
    canvas.fill(spot.put(oval(0, 0, rx, rx * 0.32)), lighter(colour, 0.3))
    canvas.fill(spot.put(oval(0, 2, rx * 0.94, rx * 0.28)), inside)


def bowl_front(canvas: Canvas, spot: Spot, colour: str, rx: float) -> None:
    """The near wall of the bowl, over the lower edge of its food."""
    rim = oval(0, 0, rx, rx * 0.32, 0, 180)
    wall = [*rim, *reversed(oval(0, -rx * 0.02, rx, rx * 0.68, 0, 180))]
    canvas.fill(spot.put(wall), colour)
    with canvas.within(spot.put(wall)):
        canvas.veil(spot.put(oval(rx * 0.55, rx * 0.5, rx * 0.6, rx * 0.5)), darker(colour, 0.7), 0.4, rx * 0.09)
        canvas.veil(spot.put(oval(-rx * 0.62, rx * 0.3, rx * 0.08, rx * 0.22)), "#ffffff", 0.55, rx * 0.03)
        _band(canvas, spot, colour, rx)
    canvas.line(spot.put(rim), 4, lighter(colour, 0.45))
    canvas.fill(spot.put(oval(0, rx * 0.655, rx * 0.36, rx * 0.055)), darker(colour, 0.3))


def _band(canvas: Canvas, spot: Spot, colour: str, rx: float) -> None:
    """A row of painted leaves around the bowl."""
    for angle in range(20, 170, 22):
        ((x, y), *_rest) = oval(0, rx * 0.14, rx * 0.97, rx * 0.34, angle, angle)
        canvas.fill(
            spot.shifted(x, y, 1, 90 - (angle - 90) * 0.3).put(blade(rx * 0.12, rx * 0.06)), lighter(colour, 0.4)
        )


def spoon(canvas: Canvas, spot: Spot, colour: str) -> None:
    """A spoon of 120 length along x, its bowl at the left end."""
    canvas.veil(spot.shifted(0, 6).put(rounded(-20, -4, 80, 5, 4)), "#5a2a0c", 0.3, 4)
    canvas.fill(spot.put(rounded(-16, -4, 82, 5, 4)), darker(colour, 0.25))
    canvas.fill(spot.put(rounded(-16, -4, 82, 2, 3)), colour)
    canvas.fill(spot.put(oval(-36, 1, 27, 17)), darker(colour, 0.3))
    canvas.fill(spot.put(oval(-36, -1, 26, 15)), colour)
    canvas.fill(spot.put(oval(-35, 0, 20, 11)), darker(colour, 0.18))
