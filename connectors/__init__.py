"""How trackers are spoken to: the only code that knows GitHub's or Jira's API."""
