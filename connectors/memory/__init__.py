"""A tracker in memory, on the sandbox's world: the same contract as GitHub and Jira, without HTTP."""
