"""The store: subscribers and the ledger, in SQLite. The only part that knows SQL."""
