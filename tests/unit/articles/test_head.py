"""Whether the first kilobyte says that a file lies outside: never wrongly."""

from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from builders import BERLIN, parse_file
from digest.articles.article import Article
from digest.articles.folder import days_of
from digest.articles.head import HEAD_BYTES, Span, day_if_far

FIRST, LAST = date(2026, 8, 10), date(2026, 8, 16)
#: The days of that week with the margin that `folder.py` adds for zones.
DAYS = ("2026-08-10", "2026-08-16", "2026-08-09", "2026-08-17")

MONTHS = "January February March April May June July August September October November December"
KEYS = (
    "date",
    "Date",
    "publishDate",
    "publish_date",
    "pubDate",
    "published",
    "created",
    "publishedAt",
    "lastmod",
    "updated",
)
FORMS = (
    "{day:%Y-%m-%d}",
    "{day:%Y-%m-%d} 10:30:00",
    "{day:%Y-%m-%d}T23:30:00Z",
    "{day:%Y-%m-%d}T23:30:00-12:00",
    "{day:%Y-%m-%d}T00:30:00+14:00",
    "{day:%Y/%m/%d}",
    "{day:%Y.%m.%d}",
    "{day.year}-{day.month}-{day.day}",
    "{day:%Y%m%d}",
    "{day:%Y%m%dT101500Z}",
    "{day.day} {month} {day.year}",
    "{day.day}-{short}-{day.year}",
    "{day.day}th {short}., {day.year}",
    "{month} {day.day}, {day.year}",
    "{short}  {day.day}th  {day.year}",
    "Mon, {day:%d} {short} {day.year} 10:00:00 +0200",
    "{day.month}/{day.day}/{day.year}",
    "0001-01-01",
    "today",
    "soon",
    "",
)
QUOTES = ("{}", '"{}"', "'{}'")

days = st.one_of(
    st.dates(FIRST - timedelta(days=3), LAST + timedelta(days=3)),
    st.dates(date(2024, 1, 1), date(2027, 12, 31)),
)


def written(day: date, form: str) -> str:
    month = MONTHS.split()[day.month - 1]
    return form.format(day=day, month=month, short=month[:3])


values = st.builds(written, days, st.sampled_from(FORMS))


@st.composite
def fields(draw: st.DrawFn) -> list[tuple[str, str]]:
    """Fields of front matter, several dates among them."""
    dates = draw(st.lists(st.tuples(st.sampled_from(KEYS), values), max_size=3))
    others = [
        ("title", draw(st.sampled_from(("Boats", "It's May 9", "2025 in 20250101 numbers")))),
        ("excerpt", draw(st.sampled_from(("", "Short.", "x" * 900, "x" * 1100)))),
        ("cover", draw(st.sampled_from(("", "https://x.example/2025/01/02/a.jpg")))),
    ]
    return draw(st.permutations(dates + others))


@st.composite
def files(draw: st.DrawFn) -> str:
    """A file in one of the containers."""
    kind = draw(st.sampled_from(("yaml", "yaml", "yaml", "toml", "html", "pelican")))
    named = draw(fields())
    body = draw(st.sampled_from(("Boats.", "Boats.\n---\ndate: 2020-01-01\n---\n")))
    if kind == "yaml":
        quote = draw(st.sampled_from(QUOTES))
        end = draw(st.sampled_from(("---", "---", "---  ", "...")))
        lines = [f"{name}: {quote.format(value)}" for name, value in named]
        return "\n".join(["---", *lines, end, body])
    if kind == "toml":
        lines = [f'{name} = "{value}"' for name, value in named]
        return "\n".join(["+++", *lines, "+++", body])
    if kind == "html":
        opening = draw(st.sampled_from(("<!DOCTYPE html><html>", "<html>")))
        metas = [f'<meta name="{name}" content="{value}">' for name, value in named]
        return "\n".join([opening, "<head>", *metas, "</head>", f"<body>{body}</body></html>"])
    return "\n".join([*[f"{name}: {value}" for name, value in named], "", body])


paths = st.one_of(
    st.just("news/boats.md"),
    st.builds("{:%Y-%m-%d}-boats.md".format, days),
    st.builds("{0:%Y/%m}/{0:%Y-%m-%d}-boats.md".format, days),
    st.builds("{:%Y/%m/%d}/boats.html".format, days),
    st.builds("2025-07-{:%Y-%m-%d}-boats.md".format, days),
)


class Judged(NamedTuple):
    """What the head says of a file, and what the whole of it says."""

    day: str
    is_inside: bool


def judge(text: str, path: str = "boats.md", *, encoding: str = "utf-8") -> Judged:
    raw = text.encode(encoding, "surrogatepass")
    found = parse_file(raw, path)
    inside = isinstance(found, Article) and FIRST <= found.published_at.date() <= LAST
    return Judged(day_if_far(raw[:HEAD_BYTES], path, Span(DAYS)), inside)


def front(*lines: str) -> str:
    return "\n".join(["---", *lines, "---", "Boats.", ""])


class TestDayIfFar:
    @given(
        text=files(),
        path=paths,
        encoding=st.sampled_from(("utf-8", "utf-8", "utf-8-sig")),
        end=st.sampled_from(("\n", "\n", "\r\n")),
    )
    def test_property_no_article_of_the_window_is_called_far(
        self, text: str, path: str, encoding: str, end: str
    ) -> None:
        judged = judge(text.replace("\n", end), path, encoding=encoding)

        assert not (judged.day and judged.is_inside), judged

    @given(lines=st.lists(st.sampled_from(
        (
            "date: 2020-01-01",
            "Date: 11 Aug 2026",
            "da-te: 2026-08-11",
            'x: "open',
            "y: 'it''s open",
            'closed"',
            "closed'",
            "---foo: bar",
            "...",
            "- item",
            "params:",
            "  date: 2026-08-11",
            "published: 11-Aug-2026",
            "publishDate: 11 Aug 2026",
            "# date: 2026-08-11",
        )
    ), max_size=7))  # fmt: skip
    def test_property_no_trick_of_yaml_hides_an_article(self, lines: list[str]) -> None:
        judged = judge(front("title: Boats", *lines))

        assert not (judged.day and judged.is_inside), judged

    @pytest.mark.parametrize(
        "lines",
        [
            pytest.param(["date: 2020-01-01", "publishDate: 11 Aug 2026"], id="held back"),
            pytest.param(["date: 11-Aug-2026", "lastmod: 2020-01-01"], id="month in letters"),
            pytest.param(["date: ٢٠٢٦-٠٨-١١", "lastmod: 2020-01-01"], id="Arabic digits"),
            pytest.param(["Date: 11 Aug 2026", "date: 2020-01-01"], id="two spellings"),
            pytest.param(['date: "\\x32026-08-11"', "lastmod: 2020-01-01"], id="escape"),
            pytest.param(
                ['x: "a', "date: 2020-01-01", '  b"', "published: 11 Aug 2026"], id="inside quotes"
            ),
            pytest.param(
                ["x: 'it''", "date: 2020-01-01", "  b'", "published: 11 Aug 2026"], id="apostrophe"
            ),
        ],
    )
    def test_a_date_in_disguise_is_not_missed(self, lines: list[str]) -> None:
        assert judge(front("title: Boats", *lines)) == Judged("", is_inside=True)

    @pytest.mark.parametrize(
        ("text", "path"),
        [
            (front("title: x", "date: 0001-01-01"), "2026-08-11-boats.md"),
            (front("title: x", "lastmod: 2020-01-01"), "2026/08/2026-08-11-boats.md"),
            (front("title: x", "lastmod: 2020-01-01"), "2026/8/11/boats.md"),
            ("---\ntitle: x\npublished: 11 Aug 2026\n...\ndate: 2020-01-01\n---\n", "x.md"),
            (
                ("<html><head><meta name='updated' content='2020-01-01'></head>"
                "<meta name='date' content='2026-08-11'><body>Boats</body></html>"),
                "x.html",
            ),
            (
                ("<html><head><title>x</title><meta name='date' content='2026&sol;08&sol;11'>"
                "<meta name='updated' content='2020-01-01'></head><body>Boats</body></html>"),
                "x.html",
            ),
            ("---\rtitle: x\rdate: 2026-08-11\r---\rold\n---\ndate: 2020-01-01\n---\n", "x.md"),
        ],
        ids=["Go's zero", "day twice in path", "day of folders", "dots", "after head", "entity",
             "old Mac"],
    )  # fmt: skip
    def test_where_else_a_date_may_stand(self, text: str, path: str) -> None:
        assert judge(text, path) == Judged("", is_inside=True)

    @pytest.mark.parametrize(
        "text",
        [
            front("title: Boats", "date: 2025-07-21"),
            front('title: "Boats"', 'date: "2025-07-21T10:00:00Z"', 'tags: ["a", "b"]'),
            front("title: It's May", "date: '2025-07-21'").replace("\n", "\r\n"),
            "\ufeff" + front("title: Boats", "pubDate: 2025-07-21"),
            '+++\ntitle = "Boats"\ndate = 2025-07-21\n+++\nBoats.\n',
            "<html><head><meta name='date' content='2025-07-21'></head><body>Boats</body>",
        ],
        ids=["yaml", "quoted", "crlf", "bom", "toml", "html"],
    )
    def test_old_articles_are_told_from_their_heads(self, text: str) -> None:
        assert judge(text).day == "2025-07-21"

    def test_front_matter_that_ends_after_the_head_is_read_whole(self) -> None:
        text = front("title: Boats", "date: 2020-01-01", "excerpt: " + "x" * HEAD_BYTES)

        assert judge(text) == Judged("", is_inside=False)


class TestMargin:
    @given(
        moment=st.datetimes(
            datetime(2026, 8, 9, 22, 0), datetime(2026, 8, 16, 21, 59), timezones=st.just(UTC)
        ),
        hours=st.integers(-12, 14),
    )
    @example(moment=datetime(2026, 8, 9, 22, 0, tzinfo=UTC), hours=-12)
    @example(moment=datetime(2026, 8, 16, 21, 59, tzinfo=UTC), hours=14)
    def test_property_no_offset_carries_an_article_out_of_sight(
        self, moment: datetime, hours: int
    ) -> None:
        start = datetime(2026, 8, 10, tzinfo=BERLIN)
        local = moment.replace(tzinfo=None) + timedelta(hours=hours)
        days_asked_for = days_of((start, start + timedelta(days=7)))

        day = day_if_far(
            front("title: x", f"date: {local:%Y-%m-%dT%H:%M}{hours:+03}:00").encode(),
            "x.md",
            Span(days_asked_for),
        )

        assert day == ""


def test_a_year_of_two_digits_in_the_name_is_left_to_the_full_read() -> None:
    head = b"---\nupdated: 2020-01-01\n---\n"

    assert day_if_far(head, "_posts/boats.md", Span(DAYS)) == "2020-01-01"
    assert day_if_far(head, "_posts/26-08-11-boats.md", Span(DAYS)) == ""


@pytest.mark.parametrize(
    ("day", "near"),
    [
        ("2026-08-09", False),
        ("2026-08-10", True),
        ("2026-08-16", True),
        ("2026-08-17", False),
    ],
)
def test_a_day_without_time_is_judged_by_the_window_itself(day: str, near: bool) -> None:  # noqa: FBT001  a row of the table
    head = f'---\ntitle: "Boats"\ndate: "{day}"\n---\nText.\n'.encode()

    assert day_if_far(head, "boats.md", Span(DAYS)) == ("" if near else day)


@pytest.mark.parametrize(("day", "near"), [("2026-08-08", False), ("2026-08-09", True)])
def test_a_day_with_a_time_may_be_another_day_in_another_zone(day: str, near: bool) -> None:  # noqa: FBT001  a row of the table
    head = f"---\ntitle: Boats\ndate: {day}T23:30:00-08:00\n---\nText.\n".encode()

    assert day_if_far(head, "boats.md", Span(DAYS)) == ("" if near else day)
