"""The policies that ship with Aftermath: data only, each folder a pack."""
