"""The kinds of picture: a jar of pickle, a platter, a heap, a bowl of syrup, a powder, or the bare pack."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from tools.pictures import vessels
from tools.pictures.canvas import Canvas
from tools.pictures.produce import Piece, seed, shadow
from tools.pictures.shapes import Spot, darker, lighter, mix, oval


def rows(size: float, *lines: tuple[float, float, float, int]) -> tuple[Spot, ...]:
    """Spots on lines given as (y, first x, last x, how many), the far line first."""
    return tuple(
        Spot(first + (last - first) * i / max(1, count - 1), y, size)
        for y, first, last, count in lines
        for i in range(count)
    )


PACK_SPOT = Spot(112, 164, 1.12)
BOX_SPOT = Spot(116, 150, 1.3)
FRESH_SPOTS = (Spot(362, 208, 1.75), Spot(314, 304, 1.25), Spot(418, 298, 1.25))
FOOD_SPOT = Spot(298, 268, 1.12)

PILES: dict[str, tuple[Spot, ...]] = {
    "pyramid": rows(1.15, (-16, -62, 62, 3), (14, -92, 92, 4), (-40, -32, 32, 2), (-68, 0, 0, 1)),
    "diamonds": rows(
        1.4, (-30, -48, 52, 2), (-4, -92, 92, 3), (20, -46, 48, 2), (-34, -44, 46, 2), (-10, 2, 2, 1), (-38, 4, 4, 1)
    ),
    "coils": rows(1.4, (-30, -60, 62, 2), (-2, -92, 94, 3), (-52, -34, 40, 2), (-14, 4, 4, 1)),
    "bricks": rows(1.15, (-30, -64, 72, 3), (2, -96, 48, 3), (-58, -30, 40, 2), (-86, 4, 4, 1)),
    "ring": rows(1.4, (-26, -46, 46, 2), (2, -92, 92, 3), (-44, 0, 0, 1), (24, -44, 46, 2)),
    "logs": rows(1.6, (-18, -54, 54, 2), (14, -60, 58, 2), (-38, -6, -6, 1), (-12, 4, 4, 1)),
    "sheets": rows(1.35, (-24, -44, 48, 2), (10, -58, 40, 2), (-44, 0, 0, 1)),
    "flats": tuple(Spot(3 * (level % 2), 2 - 14 * level, 2.7) for level in range(7)),
    "flats_small": tuple(
        Spot(x, y - 12 * level, 1.35) for x, y, high in ((2, -26, 6), (-68, 0, 4), (70, 2, 3)) for level in range(high)
    ),
    "few_discs": (Spot(46, -52, 2.6, -8), Spot(-56, -40, 2.6, 6), Spot(6, -12, 2.7, -3)),
}


class Kind(Protocol):
    """One kind of picture, with the colours and details of one product."""

    def draw(self, canvas: Canvas, packaging: str) -> None:
        """Draws the whole picture; packaging is jar, pouch or box."""


@dataclass(frozen=True)
class Pickle:
    """A jar full of `pieces` in masala, three things it was made from beside it; in a pouch if it is sold so."""

    masala: str
    pieces: tuple[Piece, ...]
    raw: tuple[Piece, Piece, Piece]
    lid: str
    wall: str = "#f7dfae"
    oil: str = "#c8741c"
    size: float = 0.95

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        if packaging == "jar":
            vessels.jar(canvas, Spot(180, 196, 1.16), self._inside, self.lid, self.raw[0])
        else:
            pack(canvas, packaging, Spot(180, 184, 1.3), self.lid, self.raw[0])
        for piece, spot, drop in zip(self.raw, FRESH_SPOTS, (38, 16, 16), strict=True):
            shadow(canvas, Spot(spot.x, spot.y + drop, spot.size), 32, 8)
            piece(canvas, spot)

    def _inside(self, canvas: Canvas) -> None:
        chance = canvas.chance
        canvas.fill(oval(180, 200, 120, 160), self.masala)
        for row in range(8):
            for column in range(5):
                spot = Spot(104 + column * 38 + chance.uniform(-9, 9), 128 + row * 27 + chance.uniform(-6, 6))
                piece = chance.choice(self.pieces)
                piece(canvas, Spot(spot.x, spot.y, self.size, chance.uniform(-70, 70)))
                self._spice(canvas, spot)
        canvas.veil(oval(180, 118, 92, 12), self.oil, 0.9)
        canvas.veil(oval(180, 210, 92, 120), self.masala, 0.16)
        canvas.veil(oval(270, 210, 40, 140), darker(self.masala, 0.7), 0.4, 12)

    def _spice(self, canvas: Canvas, spot: Spot) -> None:
        for colour in (lighter(self.oil, 0.3), darker(self.masala, 0.5), self.masala):
            x, y = spot.x + canvas.chance.uniform(-18, 18), spot.y + canvas.chance.uniform(-13, 13)
            canvas.fill(oval(x, y, 2.3, 2), colour)


@dataclass(frozen=True)
class Platter:
    """Sweets or snacks piled on a plate (`pile` names one of PILES), their pack behind."""

    piece: Piece
    pile: str
    brand: str
    wall: str = "#fbe3c4"
    dish: str = "#b9d3cf"
    garnish: tuple[Piece, ...] = ()

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        pack_behind(canvas, packaging, self.brand, self.piece)
        vessels.plate(canvas, FOOD_SPOT, self.dish)
        for spot in PILES[self.pile]:
            self.piece(canvas, FOOD_SPOT.shifted(spot.x, spot.y, spot.size, spot.turn + canvas.chance.uniform(-3, 3)))
        scatter(canvas, self.garnish)


@dataclass(frozen=True)
class Heap:
    """A bowl heaped with many small `pieces`; the earlier ones in the row come up more often."""

    pieces: tuple[Piece, ...]
    base: str
    brand: str
    emblem: Piece
    wall: str = "#fbe8b8"
    bowl: str = "#a5502f"
    count: int = 110
    size: float = 1.0
    garnish: tuple[Piece, ...] = ()
    crown: tuple[Piece, ...] = ()

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        pack_behind(canvas, packaging, self.brand, self.emblem)
        middle = Spot(300, 214, 1.08)
        vessels.bowl_back(canvas, middle, self.bowl, 132, darker(self.base, 0.45))
        canvas.fill(middle.put(oval(0, 6, 118, 84, 180, 360)), darker(self.base, 0.22))
        for spot in self._spots(canvas):
            canvas.chance.choice(self.pieces)(canvas, spot)
        for i, piece in enumerate(self.crown):
            piece(canvas, middle.shifted(-34 + 32 * i, -44 - 14 * (i % 2), 1.2, 40 * i))
        vessels.bowl_front(canvas, middle, self.bowl, 132)
        scatter(canvas, self.garnish)

    def _spots(self, canvas: Canvas) -> list[Spot]:
        """Places in a dome over the bowl, the far ones first."""
        chance, spots = canvas.chance, list[Spot]()
        while len(spots) < self.count:
            x, y = chance.uniform(-1, 1), chance.uniform(-1, 0.32)
            if x * x + (y * y if y < 0 else 6 * y * y) < 1:
                spots.append(Spot(300 + x * 121, 214 + y * 90, self.size, chance.uniform(-80, 80)))
        return sorted(spots, key=lambda s: s.y)


@dataclass(frozen=True)
class Syrup:
    """A bowl of balls half sunk in syrup, with a strand or a nut on some."""

    piece: Piece
    syrup: str
    bowl: str
    brand: str
    topping: Piece
    wall: str = "#fde0cf"
    garnish: tuple[Piece, ...] = ()

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        pack_behind(canvas, packaging, self.brand, self.piece, self.syrup)
        middle = Spot(300, 214, 1.08)
        vessels.bowl_back(canvas, middle, self.bowl, 140, self.syrup)
        canvas.veil(middle.put(oval(0, 6, 116, 30)), lighter(self.syrup, 0.5), 0.5, 8)
        spots = [Spot(x, y, 1.25) for x, y in ((-66, -20), (0, -30), (66, -20), (-96, 2), (-32, -2), (34, -2), (98, 2))]
        for spot in [*spots, Spot(-2, -52, 1.25)]:
            self.piece(canvas, middle.shifted(spot.x, spot.y, spot.size))
            self.topping(canvas, middle.shifted(spot.x + 2, spot.y - 14, 0.62, spot.x * 0.5))
        canvas.veil(middle.put(oval(0, 26, 122, 20)), self.syrup, 0.75, 3)
        vessels.bowl_front(canvas, middle, self.bowl, 140)
        scatter(canvas, self.garnish)


@dataclass(frozen=True)
class Powder:
    """A cone of powder in a bowl, a spoonful beside it, and what it was ground from."""

    colour: str
    specks: tuple[str, ...]
    brand: str
    emblem: Piece
    raw: tuple[Piece, ...]
    wall: str = "#f6e3bd"
    bowl: str = "#7c4a2b"

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        pack_behind(canvas, packaging, self.brand, self.emblem)
        middle = Spot(292, 206, 1.06)
        vessels.bowl_back(canvas, middle, self.bowl, 122, darker(self.colour, 0.4))
        self._cone(canvas, middle)
        vessels.bowl_front(canvas, middle, self.bowl, 122)
        ladle = Spot(312, 324, 1, -5)
        vessels.spoon(canvas, ladle, "#d9a648")
        self._grains(canvas, ladle.shifted(-36, -4), 22, 11, 26)
        scatter(canvas, self.raw)

    def _cone(self, canvas: Canvas, spot: Spot) -> None:
        heap = [*oval(0, 4, 113, 34, 0, 180), (-84, -28), (-44, -66), (-14, -86), (8, -88), (40, -66), (80, -28)]
        canvas.fill(spot.put(heap), darker(self.colour, 0.14))
        with canvas.within(spot.put(heap)):
            canvas.veil(spot.put([(0, -92), (-10, 40), (-116, 40), (-110, 0)]), lighter(self.colour, 0.3), 0.75, 10)
            canvas.veil(spot.put([(14, -80), (130, 30), (60, 50)]), darker(self.colour, 0.6), 0.5, 10)
            self._grains(canvas, spot.shifted(0, -22), 104, 62, 260)

    def _grains(self, canvas: Canvas, spot: Spot, rx: float, ry: float, count: int) -> None:
        if ry < 20:
            canvas.form(spot.put(oval(0, 0, rx, ry)), self.colour, 0.2, 4)
        for i in range(count):
            x, y = canvas.chance.uniform(-1, 1), canvas.chance.uniform(-1, 1)
            if x * x + y * y < 1:
                tones = (*self.specks, lighter(self.colour, 0.35), darker(self.colour, 0.3))
                canvas.fill(spot.put(oval(x * rx, y * ry, 1.6, 1.3)), tones[i % len(tones)])


@dataclass(frozen=True)
class Packet:
    """The closed pack alone, large: for a product of which nothing is known but its shelf."""

    brand: str
    emblem: Piece
    wall: str = "#f7e3c6"

    def draw(self, canvas: Canvas, packaging: str) -> None:
        vessels.table(canvas, self.wall)
        pack(canvas, packaging, Spot(240, 180, 1.35), self.brand, self.emblem)


def pack_behind(canvas: Canvas, packaging: str, brand: str, emblem: Piece, liquid: str = "") -> None:
    """The product's pack at the left, behind the food."""
    pack(canvas, packaging, BOX_SPOT if packaging == "box" else PACK_SPOT, brand, emblem, liquid)


def pack(canvas: Canvas, packaging: str, spot: Spot, brand: str, emblem: Piece, liquid: str = "") -> None:
    """The product's pack at the spot; a jar shows the pieces in their liquid. Unknown packaging is a pouch."""
    if packaging == "jar":
        vessels.jar(canvas, spot, _jarful(spot, emblem, liquid or mix(brand, "#e8c78a", 0.5)), brand, emblem)
    else:
        closed = vessels.box if packaging == "box" else vessels.pouch
        closed(canvas, spot, brand, emblem)


def _jarful(spot: Spot, piece: Piece, liquid: str) -> Callable[[Canvas], None]:
    def inside(canvas: Canvas) -> None:
        canvas.fill(spot.put(oval(0, 20, 120, 150)), liquid)
        for row in range(5):
            for x in (-48, 0, 48):
                piece(canvas, spot.shifted(x + 24 * (row % 2), -48 + 34 * row))

    return inside


def scatter(canvas: Canvas, pieces: tuple[Piece, ...]) -> None:
    """Up to three loose pieces on the table: two at the left, one at the right."""
    spots = (Spot(58, 312, 1.25, -20), Spot(140, 324, 1.25, 12), Spot(430, 322, 1.1, 18))
    for piece, spot in zip(pieces, spots, strict=False):
        shadow(canvas, Spot(spot.x, spot.y + 9), 24, 6)
        piece(canvas, spot)


def seeds(colour: str, count: int = 9) -> Piece:
    """A pinch of loose grains."""

    def draw(canvas: Canvas, spot: Spot) -> None:
        for _ in range(count):
            x, y = canvas.chance.gauss(0, 14), canvas.chance.gauss(0, 6)
            seed(colour, 9, 6.5)(canvas, spot.shifted(x, y, 1, canvas.chance.uniform(0, 90)))

    return draw
