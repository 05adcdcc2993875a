"""Errors of preflight: refused unless forced, held by the schedule; warnings are shown."""

import json
import re
from collections.abc import Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from acceptance.test_schedule import ISSUE, MINUTE, SLOT, Newsroom
from command import digest, make_site
from digest.delivery.states import IssueState
from digest.rendering.preflight import Finding, Severity
from digest.runs.approval import approve
from digest.runs.preflight import problems, reason_to_hold, remarks
from digest.store.database import open_store
from digest.store.ledger import Ledger
from fake_sendgrid import FakeSendGrid
from sending import keys, make_sending, send, write_story

WEEK = ("--slot", "2026-W34")


@pytest.fixture
def fake() -> Iterator[FakeSendGrid]:
    with FakeSendGrid() as running:
        yield running


@pytest.fixture
def site(tmp_path: Path) -> Path:
    return make_sending(make_site(tmp_path / "site"), 3)


def link_much(site: Path) -> None:
    """Let every mail of the site hold so many links that tracking them would get it clipped."""
    partials = site / "templates" / "partials"
    partials.mkdir(parents=True)
    (partials / "site.html.j2").write_text(
        "<p>{% for n in range(300) %}"
        '<a href="https://harbour-courier.example/{{ n }}">Story {{ n }}</a> {% endfor %}</p>\n'
    )


def decide(site: Path, **values: str) -> None:
    """Write the issue file of the week."""
    path = site / "issues" / "weekly" / "2026-W34.toml"
    path.parent.mkdir(parents=True)
    path.write_text("".join(f"{key} = {json.dumps(value)}\n" for key, value in values.items()))


class TestSend:
    def test_refuses_on_errors_and_says_which(self, site: Path, fake: FakeSendGrid) -> None:
        link_much(site)

        done = send(site, fake, *WEEK)

        assert done.code == 10
        assert re.sub(r"\b\d[\d,]{2,}\b(?!-W)", "N", done.err) == (
            "weekly/2026-W34, the HTML part: it has N bytes, and click tracking may add N to its "
            "N links: Gmail clips from N on (size.clip)\n"
            "  Let it hold fewer articles, shorten your templates, or set click_tracking = "
            '"off" under [delivery.sendgrid]. See all: digest check weekly. '
            "Send it all the same: --force\n"
        )
        assert fake.mails() == []

    def test_sends_when_forced_and_says_what(self, site: Path, fake: FakeSendGrid) -> None:
        link_much(site)

        done = send(site, fake, *WEEK, "--force")

        assert done.code == 0, done.err
        assert "Gmail clips from 99,000 on (size.clip, the HTML part)" in done.out
        assert len(fake.mails()) == 3

    def test_what_the_law_wants_cannot_be_forced(self, site: Path, fake: FakeSendGrid) -> None:
        decide(site, intro="Good morning, {{ name }}")

        done = send(site, fake, *WEEK, "--force")

        assert done.code == 10
        assert "the HTML holds '{{ name }}': a template was not filled (mark.unfilled)" in done.err
        assert "--force" not in done.err

    def test_shows_warnings_in_the_plan(self, site: Path, fake: FakeSendGrid) -> None:
        decide(site, subject="THE WHOLE WEEK AT ONCE")

        done = send(site, fake, *WEEK, "--dry-run")

        assert done.code == 0, done.err
        said = "warning    the subject is all in capitals (subject.capitals, the subject)"
        assert said in done.out

    def test_a_test_goes_all_the_same(self, site: Path, fake: FakeSendGrid) -> None:
        link_much(site)

        done = send(site, fake, *WEEK, "--to", "me@harbour-courier.example")

        assert done.code == 0, done.err
        assert "size.clip" in done.out

    def test_notices_the_subject_of_the_issue_before(self, site: Path, fake: FakeSendGrid) -> None:
        path = site / "config.toml"
        text = path.read_text().replace('subject = "{{ lead.title }}"', 'subject = "The week"', 1)
        path.write_text(text)
        write_story(site, "early", "2026-08-05")
        assert send(site, fake, "--slot", "2026-W33").code == 0

        done = digest(site, "check", "weekly", *WEEK, env=keys(fake))

        assert "subject.repeated: the subject" in done.out

    def test_a_frozen_issue_is_checked_as_it_is(self, site: Path, fake: FakeSendGrid) -> None:
        assert send(site, fake, *WEEK).code == 0
        link_much(site)

        done = digest(site, "check", "weekly", *WEEK, env=keys(fake))

        assert done.code == 0
        assert done.out.startswith("weekly/2026-W34, as it is frozen\n")


class TestBreaking:
    def test_refuses_on_errors_unless_forced(self, site: Path, fake: FakeSendGrid) -> None:
        link_much(site)
        write_story(site, "flood", "2026-08-14")

        refused = digest(site, "breaking", "flood", "--yes", env=keys(fake))
        forced = digest(site, "breaking", "flood", "--yes", "--force", env=keys(fake))

        assert refused.code == 10
        assert "(size.clip)" in refused.err
        assert forced.code == 0, forced.err


class TestSchedule:
    @pytest.fixture
    def room(self, tmp_path: Path, fake: FakeSendGrid) -> Newsroom:
        room = Newsroom(make_site(tmp_path / "site"), fake)
        assert room.look(datetime.now(UTC)) == []
        return room

    def test_holds_an_issue_with_errors_until_a_person_approves(self, room: Newsroom) -> None:
        link_much(room.site)

        (did,) = room.look(SLOT - 30 * MINUTE)

        assert did.event == "held"
        assert did.reason.startswith("preflight: size.clip: it has ")
        assert room.issue().state is IssueState.HELD
        assert room.events(SLOT) == []
        approve(room.config, ISSUE, "anna", SLOT)
        assert room.events(SLOT + MINUTE) == ["sent"]

    def test_what_was_found_stands_in_the_manifest(self, room: Newsroom) -> None:
        link_much(room.site)
        room.look(SLOT - 30 * MINUTE)

        with closing(open_store(room.config.store.path)) as database:
            manifest = json.loads(Ledger(database).content(room.issue().id).manifest)

        errors = [one for one in manifest["checks"] if one["severity"] == "error"]
        assert [one["rule"] for one in errors] == ["size.clip"]

    def test_editors_are_shown_what_was_found(self, tmp_path: Path, fake: FakeSendGrid) -> None:
        editor = "ed@harbour-courier.example"
        room = Newsroom(make_site(tmp_path / "newsroom"), fake, editors=f'["{editor}"]')
        assert room.look(datetime.now(UTC)) == []
        path = room.site / "issues" / f"{ISSUE}.toml"
        path.parent.mkdir(parents=True)
        path.write_text('subject = "THE WHOLE DAY AT ONCE"\n')

        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]

        (mail,) = fake.mails_of(editor)
        assert "the subject is all in capitals (subject.capitals" in " ".join(mail.text.split())

    def test_freezes_a_sound_issue_as_before(self, room: Newsroom) -> None:
        assert room.events(SLOT - 30 * MINUTE) == ["frozen"]


def found(rule: str, severity: Severity = Severity.ERROR, *, is_final: bool = False) -> Finding:
    """Return a finding of a rule."""
    return Finding(
        rule=rule,
        severity=severity,
        what=f"what {rule} says",
        where="there",
        remedy="Do it.",
        is_final=is_final,
    )


class TestWords:
    def test_a_reason_names_three_rules_and_counts_the_others(self) -> None:
        names = ["a", "b", "b", "c", "d", "e"]

        reason = reason_to_hold(found(name) for name in names)

        assert reason == "preflight: a, b, c and 2 more: what a says"

    def test_warnings_hold_nothing(self) -> None:
        assert reason_to_hold([found("a", Severity.WARNING)]) == ""

    def test_force_leaves_what_is_final(self) -> None:
        both = [found("a"), found("b", is_final=True), found("c", Severity.WARNING)]

        assert [one.what for one in problems("w/1", both, force=True)] == ["what b says (b)"]
        assert len(list(problems("w/1", both, force=False))) == 2

    def test_notes_are_not_worth_a_remark(self) -> None:
        both = [found("a", Severity.NOTE), found("b", Severity.WARNING)]

        assert remarks(both) == ["what b says (b, there)"]


def test_the_store_is_not_made_by_looking(tmp_path: Path) -> None:
    site = make_site(tmp_path / "site")

    digest(site, "check", "--week", "2026-W33")

    assert not (site / "digest.db").exists()
