"""How many writes Jira takes from one account.

Jira Cloud documents none for the whole site that an account with an API token could count by itself; it documents 20
writes in 2 seconds and 100 in 30 seconds to one issue. Were all our writes to one and the same issue, they would stay
below both: 16 at once, then two a second. A Data Center says with each answer what its administrators allow
(`connectors.jira.allowances`), and refuses the rest with 429.

https://developer.atlassian.com/cloud/jira/platform/rate-limiting/
"""

from __future__ import annotations

from connectors.write_limits import Bucket, WriteLimits

WRITES = WriteLimits(pace=Bucket(16, 0.5, "Jira takes about 100 writes in half a minute"))
