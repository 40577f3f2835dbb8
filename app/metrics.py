"""Prometheus metrics: turns, seconds by step, how much work waits."""

from prometheus_client import CollectorRegistry, Gauge, Histogram, generate_latest

from model.rows import Depths

_BUCKETS = (0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.125, 0.25, 0.5, 1, 2, 5, 10)


class Metrics:
    """One registry a process."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        self._steps = Histogram(
            "haat_step_seconds",
            "Seconds by step of a turn: take, hear (the NLU), decide, deliver, and the whole turn",
            ["step"],
            buckets=_BUCKETS,
            registry=self._registry,
        )
        self._depth = Gauge("haat_waiting", "Work that waits", ["what"], registry=self._registry)

    def observe(self, step: str, seconds: float) -> None:
        """A step took so long."""
        self._steps.labels(step).observe(seconds)

    def text(self, depths: Depths) -> bytes:
        """Prometheus' text form."""
        for what in Depths.__slots__:
            self._depth.labels(what).set(getattr(depths, what))
        return generate_latest(self._registry)
