"""What should happen: facts, policy, deciding. Pure: no I/O, no clock, no tracker's vocabulary."""
