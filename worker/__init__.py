"""Makes it happen: configuration, queue, ledger, scheduling, command line, web."""
