"""A local company to try things on: trackers that behave like GitHub and Jira, with faults on request."""
