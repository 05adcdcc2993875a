"""Stage 6: what the world answers → evidence about attempts, suppressed addresses."""
