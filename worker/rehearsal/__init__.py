"""Trying out: a world in memory in which the real looks are taken from wake-up to wake-up, so that what it shows is
what would happen. Nothing here writes to anybody's tracker (docs/adr/0036-rehearsals.md)."""
