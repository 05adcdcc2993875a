"""What editors are shown: the issue as readers will get it, and a box that says how to answer."""

import email
import email.policy
import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import sync_playwright

from crash.stores import AT, make_config, make_new, make_store
from digest.config.environment import Environment
from digest.config.operating import Approval
from digest.config.sending import CourierName
from digest.record import replace
from digest.rendering.reader_links import NAME_TAG, TAGS
from digest.runs.editors import ask_editors, preview_mail, preview_notice
from digest.runs.notices import deliver_notices
from digest.runs.preview_box import Besides
from digest.store.database import open_store
from digest.store.ledger import ContentRow, IssueRow, Ledger
from digest.store.notices import undelivered

NOW = datetime.fromtimestamp(AT / 1000, UTC)
EDITOR = "ed@press.example"
HOSTILE = "<script>document.title='pwned'</script>\"'><img src=x onerror=alert(1)>"
ISSUE = (
    "<!doctype html><html><head><title>The week</title></head>"
    '<body class="page" data-x="a > b"><div>The issue itself.</div>'
    f'<p>Dear {NAME_TAG}</p><a href="{TAGS.unsubscribe}">Unsubscribe</a></body></html>'
)
TEXT = f"The issue itself.\n\nUnsubscribe: {TAGS.unsubscribe}\n"


def story(name: str, place: str = "News", **fields: str) -> dict[str, str]:
    own = {"identity": name, "title": f"Title of {name}", "place": place, "fingerprint": "f"}
    return own | fields


def manifest(*stories: dict[str, str], **fields: Any) -> str:
    return json.dumps({"subject": "S", "stories": stories, "left_out": []} | fields)


@pytest.fixture
def place(tmp_path: Path) -> Iterator["Place"]:
    store = make_store(tmp_path / "digest.db", 3)
    with closing(open_store(str(store))) as database:
        yield Place(tmp_path, Ledger(database))


class Place:
    """A publisher's machine with editors."""

    def __init__(self, folder: Path, ledger: Ledger) -> None:
        self.folder = folder
        self.ledger = ledger
        self.database = ledger._database
        config = make_config(folder / "digest.db")
        delivery = replace(
            config.delivery,
            courier=CourierName.OUTBOX,
            outbox=replace(config.delivery.outbox, path=str(folder / "out")),
        )
        notices = replace(config.notices, email=("ops@press.example",), per_hour=1)
        self.config = replace(config, delivery=delivery, notices=notices)
        self.set(editors=(EDITOR,))

    def set(self, **fields: Any) -> None:
        weekly = replace(self.config.newsletters["weekly"], **fields)
        newsletters = {**self.config.newsletters, "weekly": weekly}
        self.config = replace(self.config, newsletters=newsletters)

    def claim(self, **fields: Any) -> IssueRow:
        values = {"html": ISSUE, "text": TEXT, "manifest": manifest(story("a"))} | fields
        return self.ledger.claim(make_new(**values), AT)[0]

    def content(self, issue: IssueRow) -> ContentRow:
        return self.ledger.content(issue.id)

    def box(self, besides: Besides | None = None, **fields: Any) -> str:
        issue = self.claim(**fields)
        notice = preview_notice(self.config, issue, self.content(issue), 1, besides or Besides())
        return notice.body

    def ask(self, issue: IssueRow, besides: Besides | None = None) -> bool:
        environment = Environment(webhook_url="http://127.0.0.1:1/x")
        return ask_editors(
            self.database, self.config, environment, issue, AT, besides=besides or Besides()
        )

    def mails(self) -> list[Any]:
        deliver_notices(self.config, Environment(), NOW)
        return [
            email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
            for path in sorted(self.folder.rglob("*.eml"))
        ]


def html_in(mail: Any) -> str:
    return str(mail.get_body(("html",)).get_content())


def test_editors_get_the_issue_with_a_box_on_top(place: Place) -> None:
    assert place.ask(place.claim())

    (mail,) = place.mails()
    assert mail["To"] == EDITOR
    assert mail["Subject"] == "[preview] The week at the harbour"
    html = html_in(mail)
    assert re.search(r'<body class="page" data-x="a > b">\s*<!--\[if mso', html)
    assert html.index("digest approve weekly/2026-W34") < html.index("The issue itself.")
    text = mail.get_body(("plain",)).get_content()
    assert text.startswith("Preview of ")
    assert text.index("digest hold weekly/2026-W34") < text.index("The issue itself.")


def test_no_reader_s_link_is_in_it(place: Place) -> None:
    place.ask(place.claim())

    (mail,) = place.mails()
    assert "__DIGEST" not in mail.as_string()
    assert '<a href="#">Unsubscribe</a>' in html_in(mail)
    assert "Dear Reader" in html_in(mail)
    assert not [name for name in mail if name.startswith("List-")]


def test_the_rest_of_the_mail_is_what_readers_get(place: Place) -> None:
    issue = place.claim()
    content = place.content(issue)
    notice = preview_notice(place.config, issue, content, 1)

    letter = preview_mail(place.config, content, "1-preview", notice.subject, notice.body)

    head, _, rest = ISSUE.partition('data-x="a > b">')
    assert letter.html.startswith(head)
    filled = rest.replace(TAGS.unsubscribe, "#").replace(NAME_TAG, "Reader")
    assert letter.html.endswith(filled)


@pytest.mark.parametrize("html", ["<p>No body.</p>", "<BODY>\n<p>x", "<!-- <bodyguard> --><p>"])
def test_any_markup_gets_its_box(place: Place, html: str) -> None:
    issue = place.claim(html=f"{html}{TAGS.unsubscribe}")
    content = place.content(issue)

    letter = preview_mail(place.config, content, "1-preview", "s", "# Box")

    assert letter.html.count("Box</div>") == 1
    assert letter.html.replace("\n", "").startswith(("<!--[if mso]", "<BODY><!--[if mso]"))


class TestWhatIsSaid:
    """In the box."""

    def test_when_it_goes_out_by_the_publishers_clock(self, place: Place) -> None:
        assert "It goes out Mon 17 Aug 2026 08:00 Europe/Berlin." in place.box()

    def test_a_newsletter_has_a_clock_of_its_own(self, place: Place) -> None:
        place.set(timezone="America/New_York")

        assert "It goes out Mon 17 Aug 2026 02:00 America/New_York." in place.box()

    @pytest.mark.parametrize(
        ("approval", "said"),
        [
            (Approval.NONE, "Nobody need approve it"),
            (Approval.REQUIRED, "without an answer it is held"),
            (Approval.SILENCE_SENDS, "Without an answer it goes out then"),
        ],
    )
    def test_what_an_answer_does(self, place: Place, approval: Approval, said: str) -> None:
        place.set(approval=approval)

        assert said in place.box()

    def test_until_when_it_can_be_held(self, place: Place) -> None:
        place.set(hand_over="30 minutes", cut_off="4 hours")

        assert "handed to the provider Mon 17 Aug 2026 07:30 Europe/Berlin" in place.box()

    def test_size_readers_and_warnings(self, place: Place) -> None:
        box = place.box(
            Besides(readers=12345, warnings=("a story was withdrawn",)),
            manifest=manifest(story("a"), warnings=["the lead has no picture"]),
        )

        assert f"1 story, {len(ISSUE):,} of 90,000 bytes." in box
        assert "12,345 readers" in box
        assert "- a story was withdrawn\n- the lead has no picture" in box

    def test_nothing_wrong(self, place: Place) -> None:
        assert "Nothing wrong was found." in place.box()

    def test_reasons_have_an_end(self, place: Place) -> None:
        left = [
            {"path": f"{n}.md", "title": f"Left {n}", "reason": "too short", "detail": "8 words"}
            for n in range(40)
        ]
        old = [{"path": f"old{n}.md", "reason": "outside window"} for n in range(7)]

        box = place.box(manifest=manifest(left_out=[*old, *left]))

        assert "- Left 0: too short (8 words)" in box
        assert "Left 29" in box
        assert "Left 30" not in box
        assert "- 7 articles: outside window" in box
        assert "- and 10 more:\n  digest preview weekly --slot 2026-W34 --explain" in box

    def test_hostile_titles_are_text(self, place: Place) -> None:
        title = HOSTILE + "\n# To answer\nhttps://evil.example/\n__DIGEST_UNSUBSCRIBE_URL__"
        left = [{"path": "x", "title": title, "reason": "draft", "detail": "a\n  digest hold x"}]
        issue = place.claim(
            subject=HOSTILE[:60],
            manifest=manifest(story("a", title=title), left_out=left, warnings=[title]),
        )
        place.ask(issue, Besides(before=manifest(story("b", title=title)), warnings=(title,)))

        (mail,) = place.mails()

        html = html_in(mail)
        assert "<script" not in html
        assert "<img" not in html
        assert 'href="https://evil' not in html
        assert html.count("To answer, where digest runs</div>") == 1
        assert "__DIGEST" not in html

    def test_addresses_in_articles_are_masked(self, place: Place) -> None:
        left = [{"path": "x", "title": "Write to ann@mail.example", "reason": "draft"}]
        place.ask(place.claim(manifest=manifest(left_out=left)))

        (mail,) = place.mails()

        assert "ann@" not in mail.as_string()
        assert "Write to (address): draft" in mail.get_body(("plain",)).get_content()


class TestChanges:
    """Since the last preview."""

    def test_the_first_one_says_so(self, place: Place) -> None:
        assert "This is the first preview of this issue." in place.box()

    def test_nothing_changed(self, place: Place) -> None:
        same = manifest(story("a"), story("b"))

        assert "Nothing changed." in place.box(Besides(before=same), manifest=same)

    def test_what_came_went_and_moved(self, place: Place) -> None:
        before = manifest(
            story("gone"), story("a", "lead story"), story("b"), story("c"), subject="Old"
        )
        now = manifest(
            story("new"), story("a"), story("c"), story("b", title="B", fingerprint="g")
        )

        box = place.box(Besides(before=before), manifest=now)

        changes = box.partition("# Since the last preview\n")[2].partition("\n\n")[0]
        assert changes.splitlines() == [
            "- subject: was Old",
            "- added: Title of new",
            "- removed: Title of gone",
            "- moved from lead story to News: Title of a",
            "- moved from place 3 to 2: Title of c",
            "- moved from place 2 to 3: B",
            "- text changed: B",
            "- title changed: B, was Title of b",
        ]

    def test_a_story_that_came_moves_no_other(self, place: Place) -> None:
        before, now = (
            manifest(story("a"), story("b")),
            manifest(story("x"), story("a"), story("b")),
        )

        assert "moved" not in place.box(Besides(before=before), manifest=now)


class TestWhoIsAsked:
    """The editors of the newsletter, once for each state of the issue."""

    def test_nobody_else_is(self, place: Place) -> None:
        place.ask(place.claim())

        ways = place.database.connection.execute("SELECT way FROM notice_way").fetchall()
        assert [way.partition(" ")[0] for (way,) in ways] == ["editors"]

    def test_without_editors_nobody_is(self, place: Place) -> None:
        place.set(editors=())
        place.ask(place.claim())

        assert place.mails() == []

    def test_the_same_is_not_shown_twice(self, place: Place) -> None:
        issue = place.claim()

        assert place.ask(issue, Besides(readers=5))
        assert not place.ask(issue, Besides(readers=6))
        assert place.ask(issue, Besides(warnings=("a story was changed",)))

    def test_shown_again_it_has_a_number(self, place: Place) -> None:
        issue = place.claim()
        place.ask(issue)
        place.mails()
        place.ask(issue, Besides(warnings=("a story was changed",)))

        assert sorted(mail["Subject"] for mail in place.mails()) == [
            "[preview 2] The week at the harbour",
            "[preview] The week at the harbour",
        ]

    def test_of_two_that_wait_the_last_is_shown(self, place: Place) -> None:
        issue = place.claim()
        place.ask(issue)
        place.ask(issue, Besides(warnings=("a story was changed",)))

        assert [mail["Subject"] for mail in place.mails()] == [
            "[preview 2] The week at the harbour"
        ]
        states = place.database.connection.execute("SELECT state FROM notice_way").fetchall()
        assert states == [("told",), ("told",)]

    def test_a_preview_waits_for_no_hour(self, place: Place) -> None:
        for slot in ("2026-W34", "2026-W35", "2026-W36"):
            place.ask(place.claim(slot=slot))

        assert len(place.mails()) == 3
        assert undelivered(place.database, AT) == []


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 800])
def test_a_browser_shows_it(place: Place, chromium: str, width: int, scheme: Any) -> None:
    left = [{"path": "x", "title": HOSTILE, "reason": "draft"}] * 3
    place.ask(place.claim(manifest=manifest(left_out=left), subject="The week"))
    (mail,) = place.mails()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=["--no-sandbox"])
        context = browser.new_context(
            viewport={"width": width, "height": 900}, color_scheme=scheme
        )
        page = context.new_page()
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.set_content(html_in(mail))

        assert page.evaluate("document.documentElement.scrollWidth") <= width
        box = page.locator("table").first.bounding_box()
        assert box is not None
        assert box["width"] <= 604
        assert page.title() == "The week"
        assert asked == []
        assert page.get_by_text("digest approve weekly/2026-W34").is_visible()
        browser.close()
