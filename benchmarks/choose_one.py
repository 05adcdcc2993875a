"""From folder to selection: what `choose.py` times. Prints how many articles the week has.

The folder is looked at by a child process as soon as `begin_reading` is called, so that comes
before everything is imported that is only needed afterwards, as in the command itself.
"""

import sys
from datetime import datetime
from zoneinfo import ZoneInfo

from digest.articles.folder import begin_reading
from digest.articles.settings import ReadingRules

folder, week = sys.argv[1:]
zone = ZoneInfo("Europe/Berlin")
start = datetime.fromisocalendar(int(week[:4]), int(week[6:]), 1).replace(tzinfo=zone)
end = datetime.fromordinal(start.toordinal() + 7).replace(tzinfo=zone)
rules = ReadingRules(zone=zone, base_url="https://benchmark.invalid")
reading = begin_reading(folder, rules, (start, end))

# ruff: noqa: E402  imported while the folder is looked at
from digest.articles.excerpts_apart import excerpts_apart
from digest.selection.eligible import Request
from digest.selection.rules import Rules
from digest.selection.select import select
from digest.selection.window import Window

window = Window(start, end)
contents = reading.contents()
selection = select(contents, Request(window=window, as_of=end), Rules(), (), excerpts_apart)
if selection.lead is None:
    sys.exit(f"nothing was chosen for {week}")
print(sum(article.published_at in window for article in contents.articles))
