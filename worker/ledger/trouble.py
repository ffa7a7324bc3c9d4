"""Where the ledger is and what is wrong with it, in words for who has to put it right. A password is never in them, nor
anything else that a driver said: its words may hold a whole address (P11)."""

from __future__ import annotations

import re

from sqlalchemy import URL, make_url
from sqlalchemy.exc import ArgumentError, SQLAlchemyError

_POSTGRES_PORT = 5432
#: What the two drivers say, and what it means for a person.
_CAUSES = (
    ("password authentication failed", "It does not take the user's password: is the variable right that holds it?"),
    ("no password supplied", "It wants a password, and none is given: postgresql://USER:${NAME}@HOST/DATABASE."),
    ('role ".*" does not exist', "It knows no such user: make it, or name another one."),
    ('database ".*" does not exist', "It has no such database: make it with `createdb`, or name another one."),
    ("too many (clients|connections)", "It has no connection left: run fewer processes, or raise max_connections."),
    ("starting up|accepting connections", "It takes no connections just now: is PostgreSQL being restarted?"),
    ("refused|no such file", "Nothing answers there: is PostgreSQL running, and is the address right?"),
    ("resolve|not known", "Nobody knows that host: is its name right?"),
    ("time(d )?out", "Nothing answers in time: is the address right, and is a firewall in between?"),
    ("terminat|closed the connection|shutting down", "It ended the connection: is PostgreSQL being restarted?"),
    ("unable to open|readonly", "The file cannot be opened: is there such a folder, and may this user write there?"),
    ("not a database|malformed", "The file is damaged: put it away, and it is filled again from the trackers."),
    ("locked", "Another process has been writing to it for long: try again in a moment."),
    ("full", "Nothing more can be written there: is the disk full?"),
)


def ledger_in_words(url: str) -> str:
    """`PostgreSQL at db.example:5432, database aftermath, user ada`, or `SQLite at /data/aftermath.db`."""
    try:
        found = make_url(url)
    except ArgumentError:
        return "an address that nobody can read"
    if found.get_backend_name() == "sqlite":
        return f"SQLite at {found.database}"
    parts = [f"PostgreSQL at {_host(found)}", f"database {found.database}" if found.database else ""]
    return ", ".join(part for part in (*parts, f"user {found.username}" if found.username else "") if part)


def ledger_trouble(url: str, error: SQLAlchemyError, happened: str = "cannot be opened") -> str:
    """What happened, where, why, and where it is written: as sentences."""
    keys = "`data:` or `ledger:`" if url.startswith("sqlite") else "`ledger:`"
    where = f"Its address stands at {keys} in the configuration."
    return f"The ledger {happened}: {ledger_in_words(url)}.\n  {cause_in_words(error)}\n  {where}"


def _host(url: URL) -> str:
    """A socket's folder stands in the query, and has no port that anybody thinks of."""
    socket = url.query.get("host", "")
    return str(url.host or socket or "localhost") + (f":{url.port or _POSTGRES_PORT}" if not socket else "")


def cause_in_words(error: BaseException) -> str:
    """Why, and what a person does about it."""
    original = getattr(error, "orig", None) or error
    said = str(original).casefold()
    known = next((cause for words, cause in _CAUSES if re.search(words, said)), "")
    return known or f"It answered with {type(original).__name__}."
