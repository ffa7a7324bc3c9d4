"""Plans beside each other: the one before this one, and that of another policy."""
