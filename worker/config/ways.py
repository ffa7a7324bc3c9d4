"""The way to one tracker: proxy, certificate authorities, time limit. What is not given is left to the environment,
as `requests` reads it (HTTPS_PROXY, NO_PROXY, REQUESTS_CA_BUNDLE)."""

from __future__ import annotations

import datetime as dt
import ssl
from pathlib import Path
from urllib.parse import urlsplit

from connectors.access import TIMEOUT_S, Access, Secret
from rules.language.document import KeyPath
from worker.config.amounts import span_of
from worker.config.forms import TrackerForm
from worker.config.sheet import Sheet

_TIMEOUT_LEAST = dt.timedelta(seconds=1)
_TIMEOUT_MOST = dt.timedelta(seconds=60)
_TIMEOUT_ALLOWED = "1 s to 60 s"
_PROXY_ALLOWED = "http://HOST:PORT; a password in it only as ${NAME}"


def read_access(sheet: Sheet, place: KeyPath, form: TrackerForm, secret: Secret) -> Access:
    """How a tracker is reached, with this credential."""
    return Access(secret, _proxy(sheet, place, form), _ca_file(sheet, place, form), _timeout_s(sheet, place, form))


def _proxy(sheet: Sheet, place: KeyPath, form: TrackerForm) -> str:
    if not form.proxy:
        return ""
    path = (*place, "proxy")
    if "@" in form.proxy and "${" not in form.proxy:
        sheet.note(path, "a password in plain text", _PROXY_ALLOWED)
        return ""
    proxy = sheet.secrets.expand(path, form.proxy)
    if proxy and not _is_proxy(proxy):
        sheet.note(path, "this is no address of a proxy", _PROXY_ALLOWED)
    return proxy


def _is_proxy(proxy: str) -> bool:
    try:
        parts = urlsplit(proxy)
        port = parts.port
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname) and port != 0 and parts.path in ("", "/")


def _ca_file(sheet: Sheet, place: KeyPath, form: TrackerForm) -> str:
    if not form.ca_file:
        return ""
    path = (*place, "ca_file")
    written = sheet.secrets.expand(path, form.ca_file)
    if not written:
        return ""
    file = sheet.folder / Path(written).expanduser()
    try:
        ssl.create_default_context(cafile=str(file))
    except ssl.SSLError:
        sheet.note(path, "no certificate can be read in this file", "PEM: lines that begin with -----BEGIN CERTIFICATE")
    except OSError as error:
        sheet.note(path, f"the file cannot be read: {error.strerror}")
    return str(file)


def _timeout_s(sheet: Sheet, place: KeyPath, form: TrackerForm) -> float:
    if not form.timeout:
        return TIMEOUT_S
    path = (*place, "timeout")
    duration = sheet.reading.positive_duration(path, _TIMEOUT_ALLOWED)
    if duration is None:
        return TIMEOUT_S
    span = span_of(duration)
    if span is None or not _TIMEOUT_LEAST <= span <= _TIMEOUT_MOST:
        sheet.note(path, f"{duration} is no time to wait for an answer", _TIMEOUT_ALLOWED)
        return TIMEOUT_S
    return span.total_seconds()
