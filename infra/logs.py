"""Logs of every process: lines of JSON on standard error, with what is bound to the request or step in each."""

from __future__ import annotations

import logging
import sys
from typing import Final

import structlog
from structlog.typing import Processor

_COMMON: Final[tuple[Processor, ...]] = (
    structlog.contextvars.merge_contextvars,
    structlog.processors.add_log_level,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)
_LINE: Final[tuple[Processor, ...]] = (
    structlog.processors.format_exc_info,
    structlog.processors.JSONRenderer(ensure_ascii=False),
)


def configure(level: str) -> None:
    """Gives our own lines and those of libraries one form; called when the libraries have been imported.

    Of libraries only warnings and worse are kept.
    """
    number = logging.getLevelNamesMapping()[level]
    structlog.configure(
        processors=[*_COMMON, *_LINE],
        wrapper_class=structlog.make_filtering_bound_logger(number),
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_formatter())
    logging.basicConfig(handlers=[handler], level=max(number, logging.WARNING), force=True)
    logging.captureWarnings(True)
    _take_over()


def _formatter() -> structlog.stdlib.ProcessorFormatter:
    meta = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    named: tuple[Processor, ...] = (structlog.stdlib.add_logger_name, structlog.stdlib.ExtraAdder(), *_COMMON)
    return structlog.stdlib.ProcessorFormatter(foreign_pre_chain=named, processors=[meta, *_LINE])


def _take_over() -> None:
    """Libraries that brought handlers of their own, as Prefect does when it is imported, give them up."""
    for name in list(logging.root.manager.loggerDict):
        logger = logging.getLogger(name)
        if logger.handlers:
            logger.handlers.clear()
            logger.propagate = True
