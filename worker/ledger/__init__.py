"""The ledger: what was intended, sent, confirmed; whose turn a case is; what waits to be looked at.

One schema on SQLite and PostgreSQL. The trackers are the truth (P1): everything here can be lost and is
rebuilt from markers, at the price of some requests.
"""

from worker.ledger.database import Ledger, SchemaTooNew, open_ledger

__all__ = ["Ledger", "SchemaTooNew", "open_ledger"]
