"""People's own tests of their policy: a failure, what people do and when, and what is expected to be said of it."""
