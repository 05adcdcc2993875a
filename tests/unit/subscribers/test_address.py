"""Which addresses are taken, and which spellings are one."""

import re
import unicodedata

import pytest
from email_validator import validate_email
from hypothesis import given
from hypothesis import strategies as st

from digest.subscribers.address import Address, Refused, _is_plain, parse_address, split_mailbox

_ATOM = "abcXYZ019!#$%&'*+/=?^_`{|}~-."
#: Texts that look like addresses more often than not.
LIKELY = st.one_of(
    st.text(max_size=40),
    st.builds(
        lambda local, domain, end: f"{local}@{domain}.{end}",
        st.text(_ATOM + 'äßİσς \u200b\u202e\n"<(', max_size=20),
        st.text("abcXYZ019-.ü", max_size=20),
        st.sampled_from(["org", "example", "de", "xn--p1ai", "рф", "1", ""]),
    ),
)
#: Texts most of which are plain addresses.
PLAIN = st.builds(
    lambda local, labels, end: f"{'.'.join(local)}@{'.'.join(labels)}.{end}",
    st.lists(st.text(_ATOM[:-1], min_size=1, max_size=30), min_size=1, max_size=3),
    st.lists(st.text("abXY019-", min_size=1, max_size=64), min_size=1, max_size=4),
    st.text("abcXYZ09-", min_size=1, max_size=10),
)


def address(text: str) -> Address:
    found = parse_address(text)
    assert isinstance(found, Address), found
    return found


@pytest.mark.parametrize(
    ("text", "sent_to", "key"),
    [
        ("anna@example.org", "anna@example.org", "anna@example.org"),
        ("Anna.Berg@Example.ORG", "Anna.Berg@example.org", "anna.berg@example.org"),
        ("  anna@example.org\t", "anna@example.org", "anna@example.org"),
        ("\ufeffanna@example.org\u200b", "anna@example.org", "anna@example.org"),
        ("anna@bücher.example", "anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("anna@XN--BCHER-KVA.example", "anna@xn--bcher-kva.example", "anna@xn--bcher-kva.example"),
        ("JÖRG@example.org", "JÖRG@example.org", "jörg@example.org"),
        ("jo\u0308rg@example.org", "jörg@example.org", "jörg@example.org"),
        ("o'neill+news=1@example.co.uk", "o'neill+news=1@example.co.uk",
         "o'neill+news=1@example.co.uk"),
        ("a@b.test", "a@b.test", "a@b.test"),
    ],
)  # fmt: skip
def test_taken(text: str, sent_to: str, key: str) -> None:
    assert parse_address(text) == (sent_to, key)


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("", "there is no address"),
        ("   ", "there is no address"),
        ("anna", "the address has no @"),
        ("anna@b@example.org", "the address has more than one @"),
        ("anna@example.org\nBcc: all@example.org", "an invisible or control character"),
        ("an\u202ena@example.org", "an invisible or control character"),
        ("an\ud800na@example.org", "an invisible or control character"),
        ("an\x00na@example.org", "an invisible or control character"),
        ("anna berg@example.org", "a blank, a quote"),
        ('"anna berg"@example.org', "a blank, a quote"),
        ("a,b@example.org", "a blank, a quote"),
        ("anna@example", "no address: "),
        ("anna@example.123", "no address: "),
        ("anna@-example.org", "no address: "),
        ("anna..berg@example.org", "no address: "),
        (".anna@example.org", "no address: "),
        ("a" * 65 + "@example.org", "before the @ is"),
        ("ä" * 33 + "@example.org", "before the @ is"),
        ("a@" + "b" * 250 + ".org", "longer than 254"),
        ("a@ab--cd.org", "no address: "),
        # Small letters of it are longer: what is its own key must be an address as well.
        ("İ" * 20 + "@" + ("b" * 51 + ".") * 4 + "org", "longer than 254"),
    ],
)
def test_refused(text: str, what: str) -> None:
    found = parse_address(text)

    assert isinstance(found, Refused), found
    assert what in found.what
    assert found.remedy == 'Write the bare address, like "anna@example.org".'


def test_limits_are_those_of_rfc_5321() -> None:
    label = "b" * 61

    assert address("a" * 64 + "@example.org")
    assert address(f"a@{label}.{label}.{label}.{label}.abcd")
    longest = f"abcdef@{label}.{label}.{label}.{'b' * 56}.org"
    assert len(longest) > 250
    assert isinstance(parse_address("x" * (255 - len(longest)) + longest), Refused)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Anna Berg <anna@example.org>", ("Anna Berg", "anna@example.org")),
        ('"Berg, Anna" <anna@example.org> ', ("Berg, Anna", "anna@example.org")),
        ("<anna@example.org>", ("", "anna@example.org")),
        ("anna@example.org", ("", "anna@example.org")),
    ],
)
def test_a_mailbox_is_name_and_address(text: str, found: tuple[str, str]) -> None:
    assert split_mailbox(text) == found


@given(LIKELY)
def test_property_any_text_is_an_address_or_refused(text: str) -> None:
    found = parse_address(text)

    if isinstance(found, Address):
        # Nothing that breaks a header, a list of addresses or a line.
        assert not re.search(r"[\s<>,;:\"()\x00-\x20\x7f]", found.address)
        assert found.address.isprintable()
        assert found.address.count("@") == 1
        assert found.address.rpartition("@")[2].isascii()
        assert len(found.address.encode()) <= 254


@given(LIKELY)
def test_property_a_key_is_the_key_of_itself(text: str) -> None:
    found = parse_address(text)
    if isinstance(found, Refused):
        return

    assert address(found.key).key == found.key
    assert address(found.address) == found
    assert address(f" {found.address} ").key == found.key
    assert address(unicodedata.normalize("NFD", found.address)).key == found.key


@given(PLAIN)
def test_property_the_pattern_takes_nothing_that_email_validator_refuses(text: str) -> None:
    if not _is_plain(text):
        return

    found = validate_email(text, check_deliverability=False, test_environment=True)

    assert address(text).key == f"{found.local_part}@{found.ascii_domain}".lower()
