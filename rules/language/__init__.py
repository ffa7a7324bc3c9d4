"""The policy language: from YAML files to `rules.policy`, with errors that a person can act on.

The one corner of `rules` that reads files, all of them through `rules.language.files`. Nothing here runs
while deciding.
"""
