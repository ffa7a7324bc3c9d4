"""The policy's files in a simulated company: each process reads them by itself, soon after they were saved."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from rules.policy import Policy
from worker.simulation.kernel import Kernel

#: All have read the files within so long, in any order.
_READ_WITHIN_S = 2.0


class SavedPolicy:
    """Call it for what the process that asks has read last. `digest` is the identity of what the leader has read."""

    def __init__(self, kernel: Kernel, groups: Iterable[str], leader: str, policy: Policy) -> None:
        self._kernel = kernel
        self._leader = leader
        self._read = dict.fromkeys((*groups, leader), policy)
        self.digest = "as it was first"

    def __call__(self) -> Policy:
        task = self._kernel.current()
        return self._read.get(task.group if task else "", self._read[self._leader])

    def save(self, policy: Policy, digest: str, heed: Callable[[], None]) -> None:
        """Somebody edits the files. The leader heeds that they are others."""
        for group in self._read:
            after_s = self._kernel.random.uniform(0, _READ_WITHIN_S)
            self._kernel.after(after_s, lambda group=group: self._take(group, policy, digest, heed))  # type: ignore[misc]

    def _take(self, group: str, policy: Policy, digest: str, heed: Callable[[], None]) -> None:
        self._read[group] = policy
        if group == self._leader:
            self.digest = digest
            heed()
