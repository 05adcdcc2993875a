"""Stage 2: articles, a window and rules → the chosen ones, and a reason for every other one."""
