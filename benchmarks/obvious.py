"""The obvious script: what one writes in an afternoon, and what `preview.py` compares with.

Everything is imported at the top, every file is parsed by python-frontmatter, the ten newest
articles of the week are rendered and inlined by premailer as it comes out of the box.
"""

from datetime import date, timedelta
from html import unescape
from pathlib import Path

import click
import frontmatter
import jinja2
import premailer
from markdown_it import MarkdownIt

_TEMPLATE = """\
<html><head><title>{{ title }}</title><style>
body { margin: 0; background: #f2f2f2; font-family: Arial, sans-serif; }
table.letter { width: 600px; margin: 0 auto; background: #ffffff; border-collapse: collapse; }
td.card { padding: 24px; border-bottom: 1px solid #dddddd; color: #222222; }
td.card img { display: block; width: 552px; height: auto; border: 0; }
td.card h2 { margin: 12px 0 4px; font-size: 20px; line-height: 26px; }
td.card h2 a { color: #114477; text-decoration: none; }
td.card p { margin: 0 0 12px; font-size: 16px; line-height: 24px; }
td.card p.meta { font-size: 13px; color: #666666; }
td.footer { padding: 24px; font-size: 13px; color: #666666; text-align: center; }
@media (max-width: 600px) { table.letter { width: 100% !important; } }
</style></head><body><table class="letter" role="presentation" align="center">
{% for post in posts %}<tr><td class="card">
{% if post.cover %}<img src="{{ post.cover }}" alt="">{% endif %}
<h2><a href="{{ post.url }}">{{ post.title }}</a></h2>
<p class="meta">{{ post.date }} · {{ post.category }}</p>
{{ post.excerpt }}
</td></tr>{% endfor %}
<tr><td class="footer"><a href="https://benchmark.invalid/unsubscribe">Unsubscribe</a></td></tr>
</table></body></html>
"""


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.argument("week")
@click.argument("out", type=click.Path(path_type=Path))
def main(folder: Path, week: str, out: Path) -> None:
    """Write the newest ten articles of WEEK in FOLDER to OUT."""
    first = date.fromisocalendar(int(week[:4]), int(week[6:]), 1)
    days = {str(first + timedelta(days=number)) for number in range(7)}
    markdown = MarkdownIt()
    posts = []
    for path in folder.glob("*.md"):
        post = frontmatter.load(str(path))
        if str(post["date"])[:10] in days:
            posts.append(
                {
                    "title": unescape(str(post["title"])),
                    "date": str(post["date"])[:10],
                    "category": post.get("category", ""),
                    "excerpt": markdown.render(str(post.get("excerpt", ""))),
                    "cover": post.get("coverImage", ""),
                    "url": post.get("source") or f"https://benchmark.invalid/{path.stem}",
                }
            )
    posts.sort(key=lambda post: str(post["date"]), reverse=True)
    # No autoescape: that is how such scripts are written, and the excerpt is HTML already.
    environment = jinja2.Environment()
    html = environment.from_string(_TEMPLATE).render(title=week, posts=posts[:10])
    out.write_text(premailer.transform(html), encoding="utf-8")
    click.echo(len(posts))


if __name__ == "__main__":
    main()
