"""Practice ledgers: local servers that speak a platform's wire protocol.

Read in this order: `books` (what the books hold), `ledger` (what may be done with
them), `face` (what a platform's face supplies), `server` (requests and answers),
`oauth`, `faults`, `quotas`, `runner`.
"""
