"""The floor: lists a folder and asks for the status of every file. Prints how many."""

import os
import sys

with os.scandir(sys.argv[1]) as entries:
    print(sum(1 for entry in entries if entry.stat().st_size))
