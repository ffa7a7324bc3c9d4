"""Jira Cloud, spoken to through the `jira` client. `tracker.JiraTracker` is what the worker uses."""
