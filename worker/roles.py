"""The roles that a process can have: everything on one machine, or web, worker and scheduler apart (DESIGN 6).

The same parts in different company. Several processes of each role may run; they meet in the ledger and the queue.
"""

from __future__ import annotations

from dataclasses import dataclass

from worker.config import Config


@dataclass(frozen=True, slots=True)
class Role:
    """What a process does. `is_shared` says that it works beside others, on a queue and a ledger of theirs too."""

    name: str
    takes_webhooks: bool = False
    looks: bool = False
    schedules: bool = False
    is_shared: bool = True

    @property
    def asks_trackers(self) -> bool:
        return self.looks or self.schedules

    def missing(self, config: Config) -> str:
        """What the configuration lacks for this role, as sentences for people; empty where it lacks nothing."""
        lacking = []
        if self.is_shared and not config.queue_url:
            lacking.append("  queue: redis://HOST:6379/0")
        if self.is_shared and not config.ledger_url.startswith("postgresql"):
            lacking.append("  ledger: postgresql://USER@HOST/DATABASE")
        if not lacking:
            return ""
        return (
            f"`aftermath {self.name}` works beside other processes, and the configuration does not say where they "
            f"meet. Write into it:\n{chr(10).join(lacking)}\n"
            "A password comes from the environment: ${NAME}. On one machine, `aftermath run` needs neither line."
        )


RUN = Role("run", takes_webhooks=True, looks=True, schedules=True, is_shared=False)
WEB = Role("web", takes_webhooks=True)
WORKER = Role("worker", looks=True)
SCHEDULER = Role("scheduler", schedules=True)
