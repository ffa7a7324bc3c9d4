"""The demo: a failure at a small company, from the label to the lesson, played in seconds on this machine.

Nothing of Aftermath is imitated: queue, ledger, webhooks, workers and both vendors' clients are the real ones,
against trackers in a sandbox whose clock is driven. Nothing here is used by a running installation.
"""
