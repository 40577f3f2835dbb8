"""Outlines and colours. Lengths are picture units (a picture is 480 x 360), angles degrees, y grows downwards."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import cos, pi, radians, sin

from PIL import ImageColor

Point = tuple[float, float]
Outline = Sequence[Point]


@dataclass(frozen=True)
class Spot:
    """Where a piece lies: its centre, its size as a factor and its turn (clockwise)."""

    x: float
    y: float
    size: float = 1.0
    turn: float = 0.0

    def put(self, outline: Outline) -> list[Point]:
        """The outline, drawn around (0, 0), moved to this spot."""
        c, s = cos(radians(self.turn)) * self.size, sin(radians(self.turn)) * self.size
        return [(self.x + x * c - y * s, self.y + x * s + y * c) for x, y in outline]

    def shifted(self, dx: float, dy: float, size: float = 1.0, turn: float = 0.0) -> Spot:
        """A spot relative to this one, in this one's own axes."""
        ((x, y),) = self.put([(dx, dy)])
        return Spot(x, y, self.size * size, self.turn + turn)


def oval(x: float, y: float, rx: float, ry: float, start: float = 0, end: float = 360) -> list[Point]:
    """An ellipse, or the part of its rim between two angles (0 is to the right, 90 below)."""
    steps = max(12, int((end - start) / 6))
    angles = [radians(start + (end - start) * i / steps) for i in range(steps + 1)]
    return [(x + rx * cos(a), y + ry * sin(a)) for a in angles]


def rounded(left: float, top: float, right: float, bottom: float, radius: float) -> list[Point]:
    """A rectangle with round corners."""
    r = min(radius, (right - left) / 2, (bottom - top) / 2)
    corners = [(right - r, bottom - r), (left + r, bottom - r), (left + r, top + r), (right - r, top + r)]
    return [p for i, (x, y) in enumerate(corners) for p in oval(x, y, r, r, 90 * i, 90 * i + 90)]


def blade(length: float, width: float, bend: float = 0.0) -> list[Point]:
    """A leaf or a pod lying along x, pointed at both ends, its middle bent upwards by `bend`."""
    xs = [i / 16 for i in range(17)]
    upper = [(length * (t - 0.5), -width / 2 * sin(pi * t) - bend * sin(pi * t)) for t in xs]
    lower = [(length * (t - 0.5), width / 2 * sin(pi * t) - bend * sin(pi * t)) for t in reversed(xs)]
    return upper + lower


def spiral(turns: float, radius: float, squash: float = 1.0) -> list[Point]:
    """A line winding outwards from near the centre to `radius`; `squash` flattens it as seen from the side."""
    steps = int(turns * 30)
    arms = [(radians(12 * i), radius * (0.12 + 0.88 * i / steps)) for i in range(steps + 1)]
    return [(r * cos(a), r * sin(a) * squash) for a, r in arms]


def mix(one: str, other: str, part: float) -> str:
    """The colour `part` of the way from one to the other."""
    pairs = zip(ImageColor.getrgb(one)[:3], ImageColor.getrgb(other)[:3], strict=True)
    return "#" + "".join(f"{round(a + (b - a) * part):02x}" for a, b in pairs)


def darker(colour: str, part: float) -> str:
    """Towards a warm brown: black shadows make food look stale."""
    return mix(colour, "#3d1404", part)


def lighter(colour: str, part: float) -> str:
    """Towards the cream of lamplight."""
    return mix(colour, "#fff6df", part)
