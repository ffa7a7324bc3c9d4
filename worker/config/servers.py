"""What runs beside Aftermath or within it: ledger, queue, the web address, and a sandbox's clock."""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from worker.config.listening import listen_problem, parse_listen
from worker.config.secrets import is_loopback
from worker.config.sheet import Sheet

_DATABASES = {"postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def read_ledger(sheet: Sheet, data: Path) -> str:
    """The URL that SQLAlchemy opens; `data` is the folder that SQLite's file lies in."""
    if sheet.form.ledger == "sqlite":
        return f"sqlite:///{data / 'aftermath.db'}"
    url = sheet.secrets.expand(("ledger",), sheet.form.ledger)
    scheme, separator, rest = url.partition("://")
    if url and (not separator or scheme.partition("+")[0] not in ("sqlite", "postgresql", "postgres")):
        sheet.note(("ledger",), "this is no ledger", "sqlite, or postgresql://USER:PASSWORD@HOST/DATABASE")
    _refuse_plain_password(sheet, "ledger", sheet.form.ledger)
    return f"{_DATABASES.get(scheme, scheme)}://{rest}"


def read_queue(sheet: Sheet) -> str:
    """The URL of the queue's server; empty for the Valkey that comes with us."""
    if sheet.form.queue == "embedded":
        return ""
    url = sheet.secrets.expand(("queue",), sheet.form.queue)
    if url and url.partition("://")[0] not in ("redis", "rediss", "unix"):
        sheet.note(("queue",), "this is no queue", "embedded, or redis://HOST:6379/0, rediss://…, unix://PATH")
    _refuse_plain_password(sheet, "queue", sheet.form.queue)
    return url


def _refuse_plain_password(sheet: Sheet, key: str, written: str) -> None:
    try:
        is_plain = bool(urlsplit(written).password) and "${" not in written
    except ValueError:
        is_plain = "@" in written
    if is_plain and not is_loopback(written):
        sheet.note(
            (key,),
            "a password in plain text",
            "${NAME} for an environment variable that holds it, or the whole URL",
        )


def read_listen(sheet: Sheet) -> tuple[str, int]:
    """Host and port; port 0 takes a free one."""
    written = sheet.secrets.expand(("listen",), str(sheet.form.listen))
    address = parse_listen(written)
    if address is None:
        sheet.note(("listen",), *listen_problem(written))
        return "127.0.0.1", 0
    return address


def read_clock(sheet: Sheet) -> str:
    """The URL of a sandbox's clock; empty for the machine's own."""
    url = sheet.form.clock
    if url and not (url.startswith("http://") and is_loopback(url)):
        sheet.note(
            ("clock",),
            "only a sandbox on this machine has a clock to follow",
            "http://127.0.0.1:PORT/_sandbox/clock, or nothing for the machine's own clock",
        )
    return url
