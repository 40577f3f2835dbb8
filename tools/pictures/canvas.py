"""The sheet a picture is drawn on: three times too large, made small at the end for smooth edges."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO
from random import Random

from PIL import Image, ImageDraw, ImageFilter

from tools.pictures.shapes import Outline, Point, darker, lighter, mix

WIDTH, HEIGHT = 480, 360
MOST_BYTES = 12_000
SCALE = 3
PALETTES = (128, 96, 72, 60, 50, 42, 36, 31, 27, 23, 19, 16)


class Canvas:
    """Draws outlines in picture units. `chance` is seeded by the product's id, so each run draws the same."""

    def __init__(self, seed: str) -> None:
        self.chance = Random(seed)  # noqa: S311 - scatters crumbs, guards nothing
        self._image = Image.new("RGB", (WIDTH * SCALE, HEIGHT * SCALE), "#f7e3c6")

    def fill(self, outline: Outline, colour: str) -> None:
        """The outline in one colour."""
        self._pen().polygon(_scaled(outline), fill=colour)

    def line(self, points: Outline, width: float, colour: str) -> None:
        """A line with round joints and ends, `width` picture units thick."""
        pen, track, radius = self._pen(), _scaled(points), width * SCALE / 2
        pen.line(track, fill=colour, width=max(1, round(width * SCALE)), joint="curve")
        for x, y in (track[0], track[-1]):
            pen.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def form(self, outline: Outline, colour: str, depth: float = 0.3, steps: int = 4) -> None:
        """The outline as a rounded body: dark at the rim, brighter in steps towards the light at the upper left."""
        self.fill(outline, darker(colour, depth))
        for i in range(1, steps + 1):
            part = i / steps
            tone = mix(darker(colour, depth), lighter(colour, depth * 0.55), part)
            self.fill(_shrunk(outline, 1 - 0.72 * part), tone)

    def veil(self, outline: Outline, colour: str, opacity: float, blur: float = 0) -> None:
        """The outline as a see-through film, its edge softened over `blur` picture units: shadows and shine."""
        margin = round(blur * SCALE * 3) + 2
        track = _scaled(outline)
        left, top = int(min(x for x, _ in track)) - margin, int(min(y for _, y in track)) - margin
        right, bottom = int(max(x for x, _ in track)) + margin, int(max(y for _, y in track)) + margin
        mask = Image.new("L", (right - left, bottom - top), 0)
        ImageDraw.Draw(mask).polygon([(x - left, y - top) for x, y in track], fill=round(255 * opacity))
        self._image.paste(colour, (left, top, right, bottom), mask.filter(ImageFilter.GaussianBlur(blur * SCALE)))

    @contextmanager
    def within(self, outline: Outline) -> Iterator[None]:
        """What is drawn inside the block shows only inside the outline."""
        before = self._image.copy()
        yield
        mask = Image.new("L", self._image.size, 0)
        ImageDraw.Draw(mask).polygon(_scaled(outline), fill=255)
        self._image = Image.composite(self._image, before, mask)

    def png(self) -> bytes:
        """The picture, WIDTH x HEIGHT, with the richest palette that keeps it within MOST_BYTES.

        Raises ValueError when even the poorest does not: the drawing has too much detail.
        """
        small = self._image.resize((WIDTH, HEIGHT), Image.Resampling.BOX)
        for data in (_encoded(small, colours) for colours in PALETTES):
            if len(data) <= MOST_BYTES:
                return data
        raise ValueError(f"does not fit into {MOST_BYTES} bytes: draw fewer or larger pieces")

    def _pen(self) -> ImageDraw.ImageDraw:
        return ImageDraw.Draw(self._image)


def _scaled(outline: Outline) -> list[Point]:
    return [(x * SCALE, y * SCALE) for x, y in outline]


def _shrunk(outline: Outline, part: float) -> list[Point]:
    """Smaller, and moved towards the light by a third of the room that this leaves."""
    xs, ys = [x for x, _ in outline], [y for _, y in outline]
    x0 = (max(xs) + min(xs)) / 2 - (max(xs) - min(xs)) * (1 - part) * 0.16
    y0 = (max(ys) + min(ys)) / 2 - (max(ys) - min(ys)) * (1 - part) * 0.2
    centre = ((max(xs) + min(xs)) / 2, (max(ys) + min(ys)) / 2)
    return [(x0 + (x - centre[0]) * part, y0 + (y - centre[1]) * part) for x, y in outline]


def _encoded(image: Image.Image, colours: int) -> bytes:
    out = BytesIO()
    paletted = image.quantize(palette=_palette(image, colours), dither=Image.Dither.NONE)
    paletted.save(out, "PNG", optimize=True, bits=4 if colours <= 16 else 8)
    return out.getvalue()


def _palette(image: Image.Image, colours: int) -> Image.Image:
    """The best colours for a picture of which each colour counts by less than its area.

    By its whole area, the wall and the table would take the places of a red chilli's few reds; by the root
    of it, the shades along edges would take those of the wall.
    """
    counted = image.getcolors(WIDTH * HEIGHT) or []
    weighed = [colour for count, colour in counted for _ in range(int(count**0.75))]
    swatch = Image.new("RGB", (len(weighed), 1))
    swatch.putdata(weighed)
    return swatch.quantize(colours, Image.Quantize.MEDIANCUT, kmeans=1)
