"""Pages for people: why a case stands where it does, in a browser. There are none unless a password is configured."""
