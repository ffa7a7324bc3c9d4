"""How much memory a process holds, as Linux tells it. https://man7.org/linux/man-pages/man5/proc_pid_status.5.html"""

from __future__ import annotations

from pathlib import Path


def held_kib(process_id: int) -> int:
    """What it holds now, in KiB. Raises FileNotFoundError for a process that is gone, or without Linux."""
    return _field(process_id, "VmRSS:")


def peak_kib(process_id: int) -> int:
    """The most it ever held, in KiB."""
    return _field(process_id, "VmHWM:")


def children(process_id: int) -> list[int]:
    """Processes that it started and that live."""
    tasks = Path(f"/proc/{process_id}/task").iterdir()
    return [int(child) for task in tasks for child in (task / "children").read_text("ascii").split()]


def _field(process_id: int, name: str) -> int:
    lines = Path(f"/proc/{process_id}/status").read_text("utf-8").splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith(name))
