"""The fault matrix: proves against practice ledgers that nothing is sent twice and
nothing is lost, whatever fails and wherever a worker dies."""
