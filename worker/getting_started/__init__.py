"""The first files of an installation: what was answered, and what is written from it (`aftermath init`)."""
