"""What records say, judged without a name server."""

from collections.abc import Sequence

import pytest

from digest.runs.doctor.finding import Result
from digest.runs.doctor.parts import domain_of, parents_of
from digest.runs.doctor.records import (
    count_lookups,
    judge_dkim,
    judge_dmarc,
    judge_mx,
    judge_spf,
)

DOMAIN = "harbour.example"


def nothing(_name: str) -> Sequence[str]:
    return ()


class TestSpf:
    @pytest.mark.parametrize(
        ("texts", "result", "found"),
        [
            (["v=spf1 include:sendgrid.net ~all", "other=1"], "ok", "one record, 1 of 10 lookups"),
            (["V=SPF1 ip4:192.0.2.1 -all"], "ok", "one record, 0 of 10 lookups"),
            (["v=spf1"], "ok", "one record, 0 of 10 lookups"),
            (["v=spf10 -all"], "warning", "no SPF record"),
            ([], "warning", "no SPF record"),
            (["v=spf1 -all", "v=spf1 mx -all"], "wrong", "2 SPF records"),
            (["v=spf1 +all"], "warning", "lets everybody send"),
        ],
    )
    def test_of_a_mail_server(self, texts: list[str], result: str, found: str) -> None:
        finding = judge_spf(DOMAIN, texts, nothing, own_path=False)

        assert finding.result.value == result
        assert found in finding.found

    def test_sendgrid_sends_by_a_domain_of_its_own(self) -> None:
        assert judge_spf(DOMAIN, [], nothing, own_path=True).result is Result.OK

    def test_lookups_of_included_records_count(self) -> None:
        zone = {
            "a.example": ["v=spf1 include:b.example a mx:c.example ?exists:%{i}.d.example -all"],
            "b.example": ["v=spf1 redirect=e.example"],
            "e.example": ["v=spf1 ip4:192.0.2.0/24 ptr -all"],
        }

        count = count_lookups("v=spf1 include:a.example -all", lambda name: zone.get(name, ()))

        assert count == 7

    def test_records_that_include_themselves_come_to_an_end(self) -> None:
        def ask(_name: str) -> Sequence[str]:
            return ["v=spf1 include:a.example include:a.example -all"]

        finding = judge_spf(DOMAIN, ask(""), ask, own_path=False)

        assert finding.result is Result.WARNING
        assert "times or more" in finding.found


class TestDkim:
    def test_keys_are_there(self) -> None:
        finding = judge_dkim([("s1._domainkey.x.example", "k=rsa; p=MIG", True)], sure=True)

        assert finding.result is Result.OK

    @pytest.mark.parametrize("text", ["", "v=DKIM1; p=", "p=;k=rsa"])
    @pytest.mark.parametrize(("sure", "result"), [(True, Result.WRONG), (False, Result.WARNING)])
    def test_a_key_is_missing_or_withdrawn(self, text: str, *, sure: bool, result: Result) -> None:
        assert judge_dkim([("s1", text, True)], sure=sure).result is result

    def test_an_alias_leads_elsewhere(self) -> None:
        finding = judge_dkim([("s1", "p=MIG", False)], sure=True)

        assert finding.result is Result.WARNING


class TestDmarc:
    @pytest.mark.parametrize(
        ("texts", "result", "found"),
        [
            (["v=DMARC1; p=none"], Result.OK, "p=none"),
            (["v=DMARC1;p=Reject;rua=mailto:x@y.example"], Result.OK, "p=reject"),
            (["v = DMARC1 ; p = quarantine"], Result.OK, "p=quarantine"),
            ([], Result.WARNING, "no DMARC record"),
            (["v=spf1 -all"], Result.WARNING, "no DMARC record"),
            (["v=DMARC1; rua=mailto:x@y.example"], Result.WARNING, "names no policy"),
            (["v=DMARC1; p=perhaps"], Result.WARNING, "names no policy"),
            (["v=DMARC1; p=none", "v=DMARC1; p=reject"], Result.WARNING, "2 records"),
        ],
    )
    def test_policy(self, texts: list[str], result: Result, found: str) -> None:
        finding = judge_dmarc(DOMAIN, DOMAIN, texts)

        assert finding.result is result
        assert found in finding.found

    def test_policy_of_a_domain_above_is_named(self) -> None:
        found = judge_dmarc("news.harbour.example", DOMAIN, ["v=DMARC1; p=none"]).found

        assert found == "p=none, of harbour.example"


class TestMx:
    @pytest.mark.parametrize(
        ("exchanges", "has_address", "result"),
        [
            (["a.example", "b.example"], False, Result.OK),
            ([], True, Result.WARNING),
            ([], False, Result.WRONG),
            (["."], True, Result.WRONG),
        ],
    )
    def test_mail_arrives_or_not(
        self, exchanges: list[str], *, has_address: bool, result: Result
    ) -> None:
        assert judge_mx(DOMAIN, exchanges, has_address=has_address).result is result


def test_domains_above() -> None:
    assert domain_of("Post@News.Harbour.Example.") == "news.harbour.example"
    assert list(parents_of("a.b.harbour.example")) == ["b.harbour.example", "harbour.example"]
    assert list(parents_of("example")) == []
