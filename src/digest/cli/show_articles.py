"""Prints articles: why one is in or not, the list of all, the bad files."""

from datetime import datetime

from digest.articles.article import Article
from digest.cli.show_preview import parts_line, score_line
from digest.cli.terminal import counted, print_json, print_line, print_table
from digest.runs.choose import issue_holding
from digest.runs.listing import Listing, state_of
from digest.runs.manifest import left_out_entry
from digest.runs.why import Answer
from digest.selection.selection import Reason


def show_why(answer: Answer, *, as_json: bool) -> None:
    """Print why one article is in the issue, or not."""
    occasion = answer.choice.occasion
    name = f"{occasion.name}/{occasion.slot.name}"
    if as_json:
        print_json(_why_entry(answer, name))
        return
    print_line(answer.path)
    if answer.article:
        print_line(f"  {answer.article.title}")
    if answer.chosen:
        place = f"in section {answer.section}" if answer.section else "as the lead story"
        print_line(f"  is in {name} {place}, number {answer.place}")
        print_line(f"  {score_line(answer.chosen)}")
        print_line(f"  excerpt: {answer.chosen.excerpt.text}")
        for other in answer.chosen.also:
            print_line(f"  the same story: {other.path}")
    elif answer.left_out:
        print_line(f"  is not in {name}: {answer.left_out}")
        if answer.left_out.score:
            print_line(f"  {parts_line(answer.left_out)}")
        if hint := answer.remedy or _hint(answer):
            print_line(f"  {hint}")


def show_listing(listing: Listing, now: datetime, *, as_json: bool) -> None:
    """Print all articles with date, category and state."""
    if as_json:
        print_json([_entry(article, now) for article in listing.articles])
        return
    print_table(
        ("date", "category", "state", "title", "path"),
        [
            (
                f"{article.published_at:%Y-%m-%d}" if article.is_dated else "",
                article.category,
                state_of(article, now),
                article.title,
                article.path,
            )
            for article in listing.articles
        ],
    )
    print_line(
        f"{counted(len(listing.articles), 'article')}, {counted(len(listing.bad), 'bad file')}"
    )


def show_bad(listing: Listing, *, as_json: bool) -> None:
    """Print the files that are wrong, each with its remedy."""
    if as_json:
        print_json([{"path": bad.path, **bad.problem._asdict()} for bad in listing.bad])
        return
    for bad in listing.bad:
        print_line(str(bad.problem))
    for path in listing.unsupported:
        print_line(f"{path}: this format is not read\n  Write articles in Markdown or HTML.")
    print_line(f"{counted(len(listing.bad), 'bad file')}, {len(listing.unsupported):,} not read")


def _hint(answer: Answer) -> str:
    """Return the command that shows the article's own week."""
    left_out, article = answer.left_out, answer.article
    if article is None or left_out is None or left_out.reason is not Reason.OUTSIDE_WINDOW:
        return ""
    occasion = answer.choice.occasion
    issue = issue_holding(occasion, article.published_at)
    return f"Its issue: digest why {article.path} -n {occasion.name} {issue}"


def _why_entry(answer: Answer, name: str) -> dict[str, object]:
    entry: dict[str, object] = {"issue": name, "path": answer.path}
    if answer.chosen:
        entry |= {
            "in": True,
            "section": answer.section,
            "place": answer.place,
            "points": round(answer.chosen.points, 2),
            "score": {part.name: part.points for part in answer.chosen.score},
            "also": [other.path for other in answer.chosen.also],
        }
    elif answer.left_out:
        entry |= {"in": False, **left_out_entry(answer.left_out)}
        if answer.remedy:
            entry["remedy"] = answer.remedy
    return entry


def _entry(article: Article, now: datetime) -> dict[str, object]:
    return {
        "path": article.path,
        "title": article.title,
        "published_at": article.published_at.isoformat() if article.is_dated else None,
        "categories": list(article.categories),
        "tags": list(article.tags),
        "authors": list(article.authors),
        "url": article.url,
        "identity": article.identity,
        "fingerprint": article.fingerprint,
        "state": state_of(article, now),
    }
