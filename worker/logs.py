"""Logs: one event a line on stderr, key=value on a terminal and JSON elsewhere. No secret ever passes (P11).

Everything goes through one processor that masks the configured secrets, and whatever looks like a credential,
wherever in an event it stands; libraries' own logs come the same way.
"""

from __future__ import annotations

import logging
import re
import sys
from collections.abc import Collection, Iterator, MutableMapping
from typing import Any, TextIO
from urllib.parse import quote

import structlog

MASK = "•••"
#: A secret shorter than this is not masked as a bare word: it would tear holes into ordinary text.
_SECRET_CHARACTERS_MIN = 4
_CREDENTIALS = re.compile(
    r"(?i)((?:proxy-)?authorization\W{1,4}|x-api-key\W{1,4}|\b(?:bearer|basic|token)\s+)"
    r"(?:(?:bearer|basic|token)\s+)?[A-Za-z0-9+/=._~:-]{6,}"
)
_IN_URL = re.compile(r"(://)[^/\s@:]*:[^/\s@]+@")
_KNOWN_TOKENS = re.compile(
    r"\b(?:gh[opsur]_\w{16,}|github_pat_\w{16,}|ATATT[A-Za-z0-9_=-]{16,}|eyJ[\w-]{8,}\.[\w-]+\.[\w-]+)"
)
_NESTING_MAX = 6


class Mask:
    """Takes secrets out of any value. What is added to `secrets` later is taken out too. `repr` shows none."""

    def __init__(self, secrets: Collection[str] = ()) -> None:
        self._source = secrets
        self._seen: tuple[str, ...] = ()
        self._forms: list[str] = []

    def __repr__(self) -> str:
        return f"Mask({len(self._source)} secrets)"

    def text(self, text: str) -> str:
        """A text as it may be shown."""
        for secret in self._secrets():
            text = text.replace(secret, MASK)
        text = _IN_URL.sub(rf"\1{MASK}@", text)
        return _KNOWN_TOKENS.sub(MASK, _CREDENTIALS.sub(rf"\1{MASK}", text))

    def _secrets(self) -> list[str]:
        """Every form in which one of them may be shown, the longest first."""
        seen = tuple(self._source)
        if seen != self._seen:
            forms = {form for secret in seen for form in _forms(secret)}
            self._forms, self._seen = sorted(forms, key=len, reverse=True), seen
        return self._forms

    def value(self, value: Any, depth: int = 0) -> Any:
        """A value of an event, with everything in it masked; what is no plain value becomes its text."""
        if value is None or isinstance(value, bool | int | float):
            return value
        if depth < _NESTING_MAX and isinstance(value, dict):
            return {self.text(str(key)): self.value(one, depth + 1) for key, one in value.items()}
        if depth < _NESTING_MAX and isinstance(value, list | tuple | set | frozenset):
            return [self.value(one, depth + 1) for one in value]
        return self.text(value.decode("utf-8", "replace") if isinstance(value, bytes) else str(value))

    def __call__(self, _logger: Any, _name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
        """structlog's processor."""
        return {str(key): self.value(value) for key, value in event.items()}


def _forms(secret: str) -> Iterator[str]:
    """A secret as it may stand in a text: itself, in an address, and a key also line by line."""
    lines = secret.splitlines()
    for form in (secret, *(lines if len(lines) > 1 else ())):
        if len(form) >= _SECRET_CHARACTERS_MIN:
            yield from (form, quote(form, safe=""))


def set_up_logs(secrets: Collection[str], *, level: str = "INFO", stream: TextIO | None = None) -> None:
    """Send all logs of this process to `stream` (stderr), masked."""
    stream = stream or sys.stderr
    is_terminal = stream.isatty()
    mask = Mask(secrets)
    shared: list[Any] = [
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        mask,
    ]
    render = structlog.dev.ConsoleRenderer() if is_terminal else structlog.processors.JSONRenderer(ensure_ascii=False)
    structlog.configure(
        processors=[*shared, render],
        wrapper_class=structlog.make_filtering_bound_logger(logging.getLevelName(level)),
        logger_factory=structlog.PrintLoggerFactory(stream),
        cache_logger_on_first_use=False,
    )
    handler = logging.StreamHandler(stream)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, mask, render],
        )
    )
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(logging.WARNING)
