"""Stage 1: files of the publisher → checked articles."""
