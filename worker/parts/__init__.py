"""The parts that a running Aftermath is put together from, each by itself: `worker.running` composes them by role."""
