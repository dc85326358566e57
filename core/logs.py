"""Logging: one line an event, with a reference that a person can quote."""

import logging
import secrets
import sys

import structlog


def configure(level: int = logging.INFO) -> None:
    """Write structured lines to standard error."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(key_order=["timestamp", "level", "event"]),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        # where standard error is now: whoever turns it elsewhere later takes the log along
        logger_factory=lambda *_: structlog.PrintLogger(sys.stderr),
    )


def reference() -> str:
    """A short name for one failure, shown to the person and written to the log."""
    return secrets.token_hex(4)
