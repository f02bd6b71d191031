"""What the two faces of NetSuite share: one account's records over the ledger."""
