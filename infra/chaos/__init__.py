"""Kills parts of the stack under load and judges, from the clients' ledgers, that nothing was lost or doubled."""
