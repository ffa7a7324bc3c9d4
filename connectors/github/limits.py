"""How many writes GitHub takes from one account, so that its secondary limits are never met.

It documents 80 requests that make content a minute and 500 an hour, 900 points a minute of which a write costs 5, and
asks for a second between the writes of a long row. Which requests make content its OpenAPI description tells: those
that it warns of ("creating content too quickly"), which are issues, comments and sub-issues, but no labels, no
assignees and no edits of a comment. A commit, of which it does not warn, is counted as content to be safe.

The pace lets one case say at once all that it has to say: 20 writes, then one a second, which makes 80 in any minute
and 400 of the 900 points. An hour has room for 100 at once and 400 more. Both are counted over every stretch of time,
so that no window of GitHub's, wherever it begins, can hold more.

https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#about-secondary-rate-limits
https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api#pause-between-mutative-requests
"""

from __future__ import annotations

from connectors.write_limits import Bucket, WriteLimits

WRITES = WriteLimits(
    pace=Bucket(20, 1, "GitHub takes about 80 writes a minute, and asks for a second between many"),
    contents=Bucket(100, 9, "GitHub takes about 500 new comments and tickets an hour"),
)
