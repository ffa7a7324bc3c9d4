"""The embedded queue store, with the real server: one for all, and it outlives what it has to."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import redis

from worker.valkey import SOCKET_PATH_BYTES_MAX, EmbeddedValkey, ValkeyError

ROOT = Path(__file__).parents[2]

#: Starts, says who serves and whether it owns the server, waits for a line, stops.
_PROCESS = """
import sys
from pathlib import Path
import redis
from worker.valkey import EmbeddedValkey
valkey = EmbeddedValkey(Path(sys.argv[1]))
valkey.start()
with redis.Redis.from_url(valkey.url) as client:
    client.incr("started")
    print(client.info("server")["process_id"], valkey.is_owner, flush=True)
sys.stdin.readline()
valkey.stop()
"""

Starter = Callable[[], "subprocess.Popen[str]"]


@pytest.fixture
def data_dir(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "data"
    yield folder
    _kill_server_on(folder)


@pytest.fixture
def start_process(data_dir: Path) -> Iterator[Starter]:
    """Starts processes of their own that use the store; kills those that are left."""
    processes: list[subprocess.Popen[str]] = []

    def start() -> subprocess.Popen[str]:
        process = subprocess.Popen(
            [sys.executable, "-c", _PROCESS, str(data_dir)],
            cwd=ROOT,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        processes.append(process)
        return process

    yield start
    for process in processes:
        process.kill()
        process.communicate()


def _kill_server_on(folder: Path) -> None:
    """Whatever a test left running there."""
    valkey = EmbeddedValkey(folder)
    try:
        pid = server_pid(valkey)
    except (redis.RedisError, OSError):
        return
    os.kill(pid, signal.SIGKILL)


def client_of(valkey: EmbeddedValkey) -> redis.Redis:
    return redis.Redis.from_url(valkey.url)


def server_pid(valkey: EmbeddedValkey) -> int:
    with client_of(valkey) as client:
        return int(client.info("server")["process_id"])


def said(process: subprocess.Popen[str]) -> tuple[int, bool]:
    """The server's pid, and whether that process owns the server."""
    assert process.stdout is not None
    pid, owns = process.stdout.readline().split()
    return int(pid), owns == "True"


def ask_to_stop(process: subprocess.Popen[str]) -> None:
    process.communicate("\n", timeout=30)
    assert process.returncode == 0


def test_it_answers_after_start_and_is_gone_after_stop(data_dir: Path) -> None:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    pid = server_pid(valkey)

    valkey.stop()

    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)
    with pytest.raises(redis.ConnectionError), client_of(valkey) as client:
        client.ping()


def test_what_was_written_is_there_after_stop_and_start(data_dir: Path) -> None:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    with client_of(valkey) as client:
        client.set("word", "kept")
    valkey.stop()

    valkey.start()

    with client_of(valkey) as client:
        assert client.get("word") == b"kept"
    valkey.stop()


def test_it_appends_each_second_evicts_nothing_and_listens_on_no_port(data_dir: Path) -> None:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    wanted = {"appendonly": "yes", "appendfsync": "everysec", "maxmemory-policy": "noeviction", "port": "0"}
    with client_of(valkey) as client:
        assert {name: client.config_get(name)[name] for name in wanted} == wanted
    assert (data_dir / "valkey.sock").stat().st_mode & 0o077 == 0
    valkey.stop()


def test_six_racing_processes_share_one_server(data_dir: Path, start_process: Starter) -> None:
    processes = [start_process() for _ in range(6)]
    answers = [said(process) for process in processes]

    assert len({pid for pid, _ in answers}) == 1
    assert sum(owns for _, owns in answers) == 1
    with client_of(EmbeddedValkey(data_dir)) as client:
        assert client.get("started") == b"6"


def test_only_the_owner_stops_the_server(data_dir: Path, start_process: Starter) -> None:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    guest = start_process()
    assert said(guest) == (server_pid(valkey), False)

    ask_to_stop(guest)

    with client_of(valkey) as client:
        assert client.ping()
    valkey.stop()


def test_the_next_process_takes_over_the_server_of_one_that_was_killed(data_dir: Path, start_process: Starter) -> None:
    """kill -9 of the parent leaves the server running; the next start adopts it, and stops it in the end."""
    first = start_process()
    pid, _ = said(first)
    first.kill()
    first.wait()

    second = start_process()

    assert said(second) == (pid, True)
    ask_to_stop(second)
    with pytest.raises(redis.ConnectionError), client_of(EmbeddedValkey(data_dir)) as client:
        client.ping()


def test_kill_9_of_the_server_after_5_000_writes_loses_none(data_dir: Path) -> None:
    """A write is in the append-only file before it is acknowledged: only a power cut can cost a second."""
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    with client_of(valkey) as client:
        for number in range(5_000):
            client.rpush("queue", number)
    os.kill(server_pid(valkey), signal.SIGKILL)

    valkey.start()

    with client_of(valkey) as client:
        assert client.lrange("queue", 0, -1) == [str(number).encode() for number in range(5_000)]
    valkey.stop()


def test_it_starts_in_a_moment(data_dir: Path) -> None:
    """A twentieth of a second on a machine with nothing else to do."""
    valkey = EmbeddedValkey(data_dir)
    began = time.monotonic()
    valkey.start()
    assert time.monotonic() - began < 3.0
    valkey.stop()


def test_ctrl_c_does_not_reach_the_server(data_dir: Path) -> None:
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    assert os.getsid(server_pid(valkey)) != os.getsid(0)
    valkey.stop()


@pytest.mark.parametrize(
    "name",
    [
        pytest.param("with spaces in it", id="spaces"),
        pytest.param('it\'s "quoted" #1 100%', id="quotes-and-signs"),
        pytest.param("größe-漢字", id="other-scripts"),
        pytest.param("deep/" * 30, id="over-100-bytes"),
    ],
)
def test_any_path_will_do(data_dir: Path, name: str) -> None:
    folder = data_dir / name
    valkey = EmbeddedValkey(folder)
    valkey.start()
    with client_of(valkey) as client:
        client.set("word", "kept")
    assert (folder / "appendonlydir").is_dir()

    valkey.stop()

    valkey.start()
    with client_of(valkey) as client:
        assert client.get("word") == b"kept"
    valkey.stop()


def test_a_long_path_has_its_socket_at_a_short_one_whatever_the_folder_for_temporary_files(
    data_dir: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two processes with different TMPDIR must not start two servers on the same data."""
    folder = data_dir / ("long" * 30)
    first = EmbeddedValkey(folder)
    first.start()
    socket = first.url.removeprefix("unix://")
    assert len(os.fsencode(socket)) <= SOCKET_PATH_BYTES_MAX
    monkeypatch.setattr("tempfile.tempdir", str(data_dir))

    second = EmbeddedValkey(folder)
    second.start()

    assert (second.url, second.is_owner) == (first.url, False)
    first.stop()


def test_a_server_that_does_not_answer_is_never_joined_by_a_second_one(data_dir: Path) -> None:
    """Its socket may be swept away with the temporary files; the lock, which the server holds, tells."""
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    pid = server_pid(valkey)
    (data_dir / "valkey.sock").rename(data_dir / "away.sock")

    with pytest.raises(ValkeyError, match=r"another Aftermath holds .*server\.lock"):
        EmbeddedValkey(data_dir, start_timeout_s=0.2).start()

    (data_dir / "away.sock").rename(data_dir / "valkey.sock")
    assert server_pid(valkey) == pid
    valkey.stop()


def test_a_missing_binary_is_said(data_dir: Path) -> None:
    with pytest.raises(ValkeyError, match=r"cannot start the queue store in .*no-such-server"):
        EmbeddedValkey(data_dir, binary=Path("/no-such-server")).start()


def test_a_server_that_gives_up_says_why(data_dir: Path) -> None:
    refuses = data_dir.parent / "refuses"
    refuses.write_text("#!/bin/sh\necho not today >&2\nexit 1\n")
    refuses.chmod(0o755)
    with pytest.raises(ValkeyError, match="stopped while starting: not today"):
        EmbeddedValkey(data_dir, binary=refuses).start()


def test_a_data_folder_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    occupied = tmp_path / "file"
    occupied.write_text("a file, not a folder")
    with pytest.raises(ValkeyError, match=r"cannot write to the data folder .*file/data"):
        EmbeddedValkey(occupied / "data").start()


def test_after_a_failed_start_a_good_one_works(data_dir: Path) -> None:
    with pytest.raises(ValkeyError):
        EmbeddedValkey(data_dir, binary=Path("/no-such-server")).start()
    valkey = EmbeddedValkey(data_dir)
    valkey.start()
    assert valkey.is_owner
    valkey.stop()
