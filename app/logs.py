"""Logs: one JSON object a line (readable columns on a terminal), event names first. Never a text or an address."""

import logging
import sys

import structlog


def set_up(*, readable: bool, level: int = logging.INFO) -> None:
    """Configure structlog for the process; output goes to standard error."""
    plain = structlog.dev.ConsoleRenderer(exception_formatter=structlog.dev.plain_traceback)
    render = [plain] if readable else [structlog.processors.format_exc_info, structlog.processors.JSONRenderer()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            *render,
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(file=sys.stderr),
        cache_logger_on_first_use=True,
    )
