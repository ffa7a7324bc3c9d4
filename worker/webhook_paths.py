"""Where a tracker's webhooks come in."""


def webhook_path(tracker: str) -> str:
    """`/webhooks/github`, by the tracker's name in the configuration."""
    return f"/webhooks/{tracker}"
