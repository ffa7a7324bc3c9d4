"""Histories may keep their ledgers on a PostgreSQL server, and end there as they do in memory."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import URL, Engine, create_engine, inspect, make_url

from tests.worker.postgres import Postgres
from tests.worker.process import run_command
from worker.ledger import open_ledger
from worker.ledger.schema import metadata
from worker.simulation.campaign import simulate
from worker.simulation.history import run_history, simulated_policy
from worker.simulation.processes import Parts
from worker.simulation.stored_ledgers import NoServer, ledgers_of_one_history, server_at

POLICY = simulated_policy()
NOW = dt.datetime(2026, 3, 2, 9, 0, tzinfo=dt.UTC)
#: Histories with kills, outages and a lost database that take no second each.
SEEDS = (7, 21)


@pytest.fixture
def server(postgres: Postgres) -> URL:
    """A server with a database of its own, in which there is nothing."""
    return server_at(postgres.empty_database())


@pytest.fixture
def engine(server: URL) -> Iterator[Engine]:
    opened = create_engine(server)
    yield opened
    opened.dispose()


@pytest.mark.parametrize("seed", SEEDS)
def test_a_history_on_postgresql_tells_the_story_that_it_tells_in_memory(seed: int, server: URL) -> None:
    """P1, P3, P4, P6: what differs between the two databases may not be seen outside."""
    with ledgers_of_one_history(server) as make_ledger:
        stored = run_history(seed, POLICY, Parts(make_ledger=make_ledger))
    assert stored.violations == []
    assert stored.story == run_history(seed, POLICY).story


def test_each_history_has_a_schema_of_its_own_and_leaves_none_behind(server: URL, engine: Engine) -> None:
    before = set(inspect(engine).get_schema_names())
    with ledgers_of_one_history(server) as one, ledgers_of_one_history(server) as other:
        one().installation.mark_rebuilt("simulated", NOW)
        assert not other().installation.is_rebuilt("simulated")
        assert len(set(inspect(engine).get_schema_names()) - before) == 2
    assert set(inspect(engine).get_schema_names()) == before


def test_a_history_that_breaks_off_leaves_no_schema_behind(server: URL, engine: Engine) -> None:
    before = set(inspect(engine).get_schema_names())
    with pytest.raises(ZeroDivisionError), ledgers_of_one_history(server):
        raise ZeroDivisionError
    assert set(inspect(engine).get_schema_names()) == before


def test_a_lost_ledger_is_followed_by_an_empty_one(server: URL) -> None:
    with ledgers_of_one_history(server) as make_ledger:
        first = make_ledger()
        first.installation.mark_rebuilt("simulated", NOW)
        assert first.installation.is_rebuilt("simulated")
        assert not make_ledger().installation.is_rebuilt("simulated")


def test_a_real_ledger_in_the_same_database_is_left_alone(postgres: Postgres) -> None:
    address = postgres.new_database()
    with closing(open_ledger(address)) as real:
        real.installation.mark_rebuilt("acme", NOW)
        with ledgers_of_one_history(server_at(address)) as make_ledger:
            make_ledger().installation.mark_rebuilt("simulated", NOW)
            make_ledger()
        assert real.installation.is_rebuilt("acme")
        assert not real.installation.is_rebuilt("simulated")


def test_a_simulated_ledger_has_every_table(server: URL) -> None:
    with ledgers_of_one_history(server) as make_ledger:
        assert set(inspect(make_ledger().engine).get_table_names()) == {table.name for table in metadata.sorted_tables}


@pytest.mark.parametrize(
    "address", ["postgresql://db/acme", "postgres://db/acme", "postgresql+psycopg://ann:secret@db:5433/acme"]
)
def test_a_server_is_named_as_in_the_configuration(address: str) -> None:
    assert server_at(address) == make_url(address).set(drivername="postgresql+psycopg")


@pytest.mark.parametrize("address", ["sqlite:///ledger.db", "redis://db", "db", "", "://"])
def test_what_names_no_server_is_refused(address: str) -> None:
    with pytest.raises(NoServer, match=r"^--ledger: this is no PostgreSQL database; allowed: postgresql://USER@HOST"):
        server_at(address)


# --- the command ------------------------------------------------------------------------------------


def test_the_command_simulates_on_a_server(server: URL) -> None:
    done = run_command(
        "simulate",
        "--seeds",
        "1",
        "--from",
        str(SEEDS[0]),
        "--json",
        "--ledger",
        server.render_as_string(hide_password=False),
    )
    told = json.loads(done.stdout)
    assert (done.returncode, told["histories"], told["violations"]) == (0, 1, 0)


@pytest.mark.parametrize(
    ("address", "told"),
    [
        pytest.param(
            "mysql://ann:geheim@db/acme",
            "--ledger: this is no PostgreSQL database; allowed: postgresql://USER@HOST/DATABASE\n",
            id="another kind of server",
        ),
        pytest.param(
            "postgresql://ann:geheim@/acme?host={nowhere}",
            "--ledger cannot be used: PostgreSQL at {nowhere}, database acme, user ann.\n",
            id="nothing there",
        ),
    ],
)
def test_the_command_says_what_is_wrong_with_a_server_and_shows_no_password(
    address: str, told: str, tmp_path: Path
) -> None:
    done = run_command("simulate", "--ledger", address.format(nowhere=tmp_path))
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.startswith(told.format(nowhere=tmp_path))
    assert "geheim" not in done.stderr


@pytest.mark.soak
def test_a_hundred_histories_on_postgresql_end_well(server: URL, engine: Engine) -> None:
    """P1, P3, P4, P5, P6, P9: what `aftermath simulate --seeds 100 --ledger postgresql://…` says."""
    campaign = simulate(range(1, 101), lambda _: None, server)
    assert campaign.as_data()["failing"] == []
    assert [name for name in inspect(engine).get_schema_names() if "simulated" in name] == []
