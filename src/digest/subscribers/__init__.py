"""Stage 1: who may get mail. Addresses, states, lists of subscribers in files."""
