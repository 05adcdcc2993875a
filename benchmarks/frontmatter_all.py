"""The usual way to choose a week: python-frontmatter over all files, then look at the dates."""

import os
import sys
from datetime import date, timedelta

import frontmatter

folder, week = sys.argv[1:]
first = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
span = (first.isoformat(), (first + timedelta(days=7)).isoformat())
posts = (frontmatter.load(os.path.join(folder, name)) for name in os.listdir(folder))  # noqa: PTH118, PTH208  pathlib would only slow the peer down
print(sum(span[0] <= str(post["date"])[:10] < span[1] for post in posts))
