"""`python -m digest` is `digest`."""

from digest.cli.main import main

main()
