"""The service that sends on time: ticks, starts what is due, tells whoever watches it."""
