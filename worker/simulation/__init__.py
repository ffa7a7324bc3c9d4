"""The simulator: the real deciding, ledger, scheduling and applying under simulated time, network and people."""
