"""Whether everything is there that sending needs: a module for each group of checks."""
