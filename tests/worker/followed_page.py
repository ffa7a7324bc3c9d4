"""A page of the documentation that somebody follows from top to bottom: its files are written, its commands are called
in its order, and what they say is held against what the page shows.

Right before a block of a file stands the file's path, as `tests/ours.yaml`, at the end of a line with a colon. A block
of kind `diff` changes that file. A `console` block shows commands behind `$`, and what they say; a line `…` stands for
any lines. A block of kind `text` is what `aftermath run`, which goes on from where it was called, says next.
"""

from __future__ import annotations

import queue
import re
import shlex
from collections.abc import Iterator
from contextlib import ExitStack, chdir
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import pytest
from typer.testing import CliRunner

from tests.worker.process import Process
from worker.cli import build_app

_BLOCK = re.compile(r"^(?P<before>[^\n]*)\n+```(?P<kind>\w+)\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"`([\w./-]+)`[^`]*:$")
_COMMAND = re.compile(r"^\$ (.*)\n", re.MULTILINE)
_PATIENCE_S = 30.0
#: What differs from machine to machine.
_SECONDS = re.compile(r" in \d+\.\d s\.")


@dataclass(slots=True)
class Follower:
    """Somebody in a folder who does what the page says. A context manager that leaves nothing running."""

    folder: Path
    running: Process | None = None
    _left: ExitStack = field(default_factory=ExitStack)

    def follow(self, page: str) -> str:
        """The page as it would be if it showed what comes. Blocks that are right stay as they are."""
        return _BLOCK.sub(lambda block: block[0].replace(block["body"], self._block(block)), page)

    def _block(self, block: re.Match[str]) -> str:
        body, path = block["body"], _PATH.search(block["before"])
        match block["kind"]:
            case "console":
                return "".join(self._call(command, shown) for command, shown in _calls(body))
            case "text":
                return self._heard(body)
            case "diff":
                assert path, f"no file is named before {body}"
                self._change(self.folder / path[1], body)
            case _:
                assert path, f"no file is named before {body}"
                file = self.folder / path[1]
                file.parent.mkdir(exist_ok=True)
                file.write_text(body, encoding="utf-8")
        return body

    def _change(self, file: Path, diff: str) -> None:
        """Lines with `-` are there now, and lines with `+` after it; others are in both. A line `…` parts places."""
        for place in diff.split("…\n"):
            lines = place.splitlines(keepends=True)
            old, new = ("".join(line[1:] for line in lines if line[0] != sign) for sign in "+-")
            text = file.read_text(encoding="utf-8")
            assert text.count(old) == 1, f"{file.name} does not have once:\n{old}in\n{text}"
            file.write_text(text.replace(old, new), encoding="utf-8")

    def _call(self, command: str, shown: str) -> str:
        words = shlex.split(command)
        if words[0] == "mkdir":
            (self.folder / words[1]).mkdir()
            return f"$ {command}\n"
        if words[0] == "cd":
            self.folder = (self.folder / words[1]).resolve()
            return f"$ {command}\n"
        assert words.pop(0) == "aftermath", command
        if words == ["run"]:
            self.running = self._left.enter_context(Process("run", "--config", self.folder / "aftermath.yaml"))
            return f"$ {command}\n" + self._heard(shown)
        words, into = (words[: words.index(">")], words[-1]) if ">" in words else (words, "")
        with chdir(self.folder):
            done = CliRunner().invoke(build_app(words), words)
        if into:
            (self.folder / into).write_text(done.output, encoding="utf-8")
        said = "" if into else "\n".join(line.rstrip() for line in done.output.splitlines()).strip("\n") + "\n"
        return f"$ {command}\n" + (shown if _is_like(said, shown) else said)

    def _heard(self, shown: str) -> str:
        """Waits for each line that is shown; one that never comes fails."""
        assert self.running, "nothing runs yet"
        for line in shown.splitlines():
            if line.strip() and line != "…":
                try:
                    self.running.wait_for(line, _PATIENCE_S)
                except queue.Empty:
                    pytest.fail(f"{line!r} was never said:\n{self.running.text}")
        return shown

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._left.close()


def _calls(body: str) -> Iterator[tuple[str, str]]:
    """Each command of a block with what is shown below it."""
    _, *parts = _COMMAND.split(body)
    yield from zip(parts[::2], parts[1::2], strict=True)


def _is_like(said: str, shown: str) -> bool:
    pattern = r"(?:.*\n)*?".join(map(re.escape, _SECONDS.sub("", shown).split("…\n")))
    return re.fullmatch(pattern, _SECONDS.sub("", said)) is not None
