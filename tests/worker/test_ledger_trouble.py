"""What is wrong with the ledger, in words that somebody can act on; never with a password."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from sqlalchemy.exc import OperationalError

from tests.worker.process import run_command
from worker.ledger.trouble import ledger_in_words, ledger_trouble

PASSWORD = "s3cr3t-of-the-ledger"


@pytest.mark.parametrize(
    ("url", "words"),
    [
        pytest.param(
            f"postgresql+psycopg://ada:{PASSWORD}@db.test:5433/after",
            "PostgreSQL at db.test:5433, database after, user ada",
            id="in-full",
        ),
        pytest.param("postgresql+psycopg://db.test/after", "PostgreSQL at db.test:5432, database after", id="no-user"),
        pytest.param(
            "postgresql+psycopg://ada@/x?host=/run/pg", "PostgreSQL at /run/pg, database x, user ada", id="socket"
        ),
        pytest.param("sqlite:////data/aftermath.db", "SQLite at /data/aftermath.db", id="sqlite"),
        pytest.param("nowhere", "an address that nobody can read", id="unreadable"),
    ],
)
def test_a_ledger_is_named_by_its_address_without_its_password(url: str, words: str) -> None:
    """P11."""
    assert ledger_in_words(url) == words


@pytest.mark.parametrize(
    ("said", "cause"),
    [
        pytest.param(
            "connection to server at 1.2.3.4 failed: Connection refused", "Nothing answers there", id="refused"
        ),
        pytest.param('FATAL:  password authentication failed for user "ada"', "does not take", id="password"),
        pytest.param("fe_sendauth: no password supplied", "It wants a password", id="no-password"),
        pytest.param('FATAL:  database "after" does not exist', "make it with `createdb`", id="no-database"),
        pytest.param('FATAL:  role "ada" does not exist', "It knows no such user", id="no-user"),
        pytest.param(
            "failed to resolve host 'db.test': Name or service not known", "Nobody knows that host", id="host"
        ),
        pytest.param("connection timeout expired", "Nothing answers in time", id="timeout"),
        pytest.param("FATAL:  the database system is starting up", "It takes no connections just now", id="starting"),
        pytest.param("terminating connection due to administrator command", "It ended the connection", id="ended"),
        pytest.param("unable to open database file", "may this user write there?", id="no-file"),
        pytest.param("file is not a database", "put it away, and it is filled again", id="damaged"),
        pytest.param("database is locked", "Another process has been writing", id="locked"),
        pytest.param("database or disk is full", "is the disk full?", id="full"),
        pytest.param(f"something about {PASSWORD}", "It answered with RuntimeError.", id="unknown"),
    ],
)
def test_what_a_driver_says_is_told_as_what_to_do(said: str, cause: str) -> None:
    """P11: a driver's own words may hold the whole address."""
    error = OperationalError("SELECT 1", {}, RuntimeError(said))
    told = ledger_trouble(f"postgresql+psycopg://ada:{PASSWORD}@db.test/after", error)
    assert told.startswith("The ledger cannot be opened: PostgreSQL at db.test:5432, database after, user ada.\n  ")
    assert cause in told
    assert told.endswith("\n  Its address stands at `ledger:` in the configuration.")
    assert PASSWORD not in told


def test_a_command_whose_ledger_is_away_ends_with_2_and_says_where_it_looked(config_file: Path) -> None:
    with socket.socket() as nobody:  # bound, and not listening
        nobody.bind(("127.0.0.1", 0))
        port = nobody.getsockname()[1]
        with config_file.open("a", encoding="utf-8") as stream:
            stream.write(f"ledger: postgresql://ada:${{LEDGER_PASSWORD}}@127.0.0.1:{port}/after\n")
        done = run_command("status", "--config", config_file, environ={"LEDGER_PASSWORD": PASSWORD})
    assert done.returncode == 2
    assert done.stderr.splitlines() == [
        f"The ledger cannot be opened: PostgreSQL at 127.0.0.1:{port}, database after, user ada.",
        "  Nothing answers there: is PostgreSQL running, and is the address right?",
        "  Its address stands at `ledger:` in the configuration.",
    ]
