"""Each rule says something of a mail with its fault alone, and nothing of a sound one."""

import pytest

from digest.rendering.preflight import RULES, Mail, Rule, Severity, check
from preflight.faults import FAULTS, FINE
from preflight.sound import STORIES, html, mail, manifest, retold

_PLANTED = [
    pytest.param(rule, planted, id=f"{rule}-{number}")
    for rule, mails in FAULTS.items()
    for number, planted in enumerate(mails, 1)
]


def rules_of(checked: Mail) -> list[str]:
    """Return the rules a mail breaks, each once."""
    return sorted({finding.rule for finding in check(checked)})


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.id)
def test_every_rule_has_a_planted_fault(rule: Rule) -> None:
    assert FAULTS[rule.id]


def test_no_fault_is_planted_for_a_rule_that_is_gone() -> None:
    assert set(FAULTS) == {rule.id for rule in RULES}


@pytest.mark.parametrize(("rule", "planted"), _PLANTED)
def test_a_planted_fault_is_found_alone(rule: str, planted: Mail) -> None:
    assert rules_of(planted) == [rule]


@pytest.mark.parametrize("name", FINE)
def test_a_sound_mail_breaks_no_rule(name: str) -> None:
    assert list(map(str, check(FINE[name]))) == []


class TestFindings:
    def test_errors_come_first(self) -> None:
        document = html().replace('<html lang="en" dir="ltr">', "<html>")
        document = document.replace("https://harbour.example/news/bridge", "/news/bridge")

        severities = [finding.severity for finding in check(mail(html=document))]

        assert severities == [Severity.ERROR, Severity.ERROR, Severity.WARNING]

    def test_say_which_article_they_are_about(self) -> None:
        (finding,) = check(FAULTS["picture.height"][0])

        assert (finding.anchor, finding.path, finding.line) == ("story-1", "news/bridge.md", 21)

    def test_read_as_one_line(self) -> None:
        (finding,) = check(FAULTS["subject.capitals"][0])

        assert str(finding) == "subject.capitals: the subject: the subject is all in capitals"

    def test_come_back_from_json_as_they_were(self) -> None:
        for mails in FAULTS.values():
            for finding in check(mails[0]):
                assert type(finding).of_json(finding.as_json()) == finding

    def test_of_the_law_are_final(self) -> None:
        final = {rule.id for rule in RULES if rule.is_final}

        assert final == {
            "mark.unfilled",
            "unsubscribe.missing",
            "address.missing",
            "subject.empty",
            "subject.name",
            "text.missing",
        }

    def test_about_a_story_name_its_file(self) -> None:
        (finding,) = check(retold(2, identity="id:bridge"))

        assert finding.path == "life/clock.md"
        assert finding.where == "life/clock.md"

    def test_about_a_story_without_a_place_in_the_mail_name_its_file(self) -> None:
        stories = [dict(story) | {"identity": "id:one"} for story in STORIES]
        planted = mail(html=html().replace('id="story-2"', ""), manifest=manifest(stories=stories))

        (finding,) = check(planted)

        assert (finding.path, finding.line) == ("life/clock.md", 0)


class TestSeverity:
    @pytest.mark.parametrize(
        ("rule", "number", "severity"),
        [
            ("size.clip", 0, Severity.WARNING),
            ("size.clip", 1, Severity.ERROR),
            ("link.relative", 3, Severity.WARNING),
            ("picture.address", 2, Severity.NOTE),
            ("address.missing", 0, Severity.ERROR),
            ("address.missing", 1, Severity.WARNING),
        ],
    )
    def test_is_milder_where_less_is_lost(
        self, rule: str, number: int, severity: Severity
    ) -> None:
        assert {finding.severity for finding in check(FAULTS[rule][number])} == {severity}
