"""Files of subscribers, as publishers have them."""

import io
import json
import tracemalloc

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digest.subscribers.address import Refused
from digest.subscribers.lines import FALLBACK, LONGEST_LINE, encoding_of, other_kind
from digest.subscribers.parse import parse_subscribers
from digest.subscribers.record import BadRow, ImportRules, Record
from digest.subscribers.states import State
from readers import RULES, parse, records

UMLAUTS = "email,name\njoerg@example.org,Jörg Öl\n"


def names(file: str | bytes) -> list[tuple[str, str]]:
    return [(record.address, record.name) for record in records(file)]


def bad(file: str | bytes) -> list[tuple[int, str]]:
    return [(row.line, row.what) for row in parse(file).rows if isinstance(row, BadRow)]


def refused(file: str) -> Refused:
    found = parse_subscribers(io.StringIO(file), RULES)
    assert isinstance(found, Refused)
    return found


class TestEncodings:
    @pytest.mark.parametrize(
        "encoding",
        ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "latin-1", "cp1252"],
    )
    def test_all_common_ones_are_read(self, encoding: str) -> None:
        assert names(UMLAUTS.encode(encoding)) == [("joerg@example.org", "Jörg Öl")]

    def test_a_file_patched_together_from_two_is_read(self) -> None:
        file = UMLAUTS.encode() + "anna@example.org,Änne – €\n".encode("cp1252")

        assert names(file)[1] == ("anna@example.org", "Änne – €")

    def test_line_ends_of_every_system(self) -> None:
        assert len(names("a@b.org\r\nb@b.org\rc@b.org\nd@b.org")) == 4

    @pytest.mark.parametrize(
        ("head", "kind"),
        [
            (b"PK\x03\x04", "a spreadsheet or another packed file"),
            (b"\x1f\x8b", "a compressed file"),
            (b"emai", ""),
        ],
    )
    def test_what_is_no_text(self, head: bytes, kind: str) -> None:
        assert other_kind(head) == kind

    @given(st.binary(max_size=300))
    def test_property_hostile_bytes_never_raise(self, raw: bytes) -> None:
        text = io.TextIOWrapper(io.BytesIO(raw), encoding_of(raw[:4]), FALLBACK, newline=None)

        found = parse_subscribers(text, RULES)

        if not isinstance(found, Refused):
            list(found.rows)


def test_the_fallback_is_for_reading_only() -> None:
    with pytest.raises(UnicodeEncodeError):
        "ä".encode("ascii", errors=FALLBACK)


class TestCsv:
    @pytest.mark.parametrize("delimiter", [",", ";", "\t"])
    def test_columns_in_any_order_with_any_delimiter(self, delimiter: str) -> None:
        rows = [("Frequency", "Full Name", "E-Mail"), ("weekly", "Anna Berg", "anna@example.org")]
        file = "\n".join(delimiter.join(row) for row in rows)

        (found,) = records(file)

        assert (found.line, found.name, found.address) == (2, "Anna Berg", "anna@example.org")
        assert found.preferences.frequency == "weekly"

    def test_without_titles_the_address_is_found_and_one_other_column_is_the_name(self) -> None:
        assert names("Anna,anna@example.org\nBert,bert@example.org") == [
            ("anna@example.org", "Anna"),
            ("bert@example.org", "Bert"),
        ]

    def test_addresses_alone(self) -> None:
        assert names("anna@example.org\n\n  bert@example.org \n") == [
            ("anna@example.org", ""),
            ("bert@example.org", ""),
        ]

    def test_first_and_last_name(self) -> None:
        assert names("email,First Name,Last Name\na@b.org,Anna,Berg") == [("a@b.org", "Anna Berg")]

    def test_a_mailbox_gives_the_name(self) -> None:
        assert names('mail\n"Anna Berg <anna@example.org>"') == [("anna@example.org", "Anna Berg")]

    def test_quoted_fields_with_delimiters_quotes_and_line_breaks(self) -> None:
        file = 'name,email\n"Berg, ""Anna""","a@b.org"\n"two\nlines",b@b.org\nc,c@b.org'

        assert [(each.line, each.name) for each in records(file)] == [
            (2, 'Berg, "Anna"'), (3, "two lines"), (5, "c"),
        ]  # fmt: skip

    def test_a_quote_inside_a_field_is_a_quote(self) -> None:
        assert names('name,email\n5" disc,a@b.org\nc,c@b.org')[0] == ("a@b.org", '5" disc')

    def test_a_quote_never_closed_spoils_one_row(self) -> None:
        rest = "".join(f"r{number}@b.org,x\n" for number in range(100))
        file = f'email,name\n"open@b.org,x\n{rest}'

        found = list(parse(file).rows)

        assert found[0] == BadRow(
            2, "a quote is opened and never closed", 'Remove it, or write "".', '"open@b.org,x'
        )
        assert [row.line for row in found] == list(range(2, 103))
        assert sum(isinstance(row, Record) for row in found) == 100

    def test_what_excel_writes_into_the_first_line_is_obeyed(self) -> None:
        assert names("sep=;\nemail;name\na@b.org;Berg, Anna")[0] == ("a@b.org", "Berg, Anna")

    def test_columns_that_are_not_read_are_named(self) -> None:
        found = parse("Phone,email,,Shoe size\n1,a@b.org,,2")

        assert (found.format, found.unread) == ("CSV", ("Phone", "Shoe size"))

    def test_of_two_columns_of_addresses_the_better_name_counts(self) -> None:
        assert names("address,email\n1 Quay Street,a@b.org") == [("a@b.org", "")]

    def test_bad_rows_are_named_and_stop_nothing(self) -> None:
        file = "email,name,frequency\nfoo,,\na@b.org,Anna,dayly\nb@b.org,B,\nc@b.org,C,,x\n,D,\n"

        assert bad(file) == [
            (2, "the address has no @"),
            (3, "unknown frequency 'dayly'"),
            (5, "the row has 4 cells, the file 3 columns"),
            (6, "there is no address"),
        ]
        assert sum(isinstance(row, Record) for row in parse(file).rows) == 1

    def test_short_rows_are_filled_up(self) -> None:
        assert names("email,name\na@b.org\n") == [("a@b.org", "")]

    def test_a_bad_date_is_a_bad_row(self) -> None:
        assert bad("email,created\na@b.org,yesterday\n") == [
            (2, "the date 'yesterday' cannot be read")
        ]

    def test_the_guard_against_formulas_is_undone(self) -> None:
        assert names("email,name\n'+a@b.org,'=1+1\n") == [("+a@b.org", "=1+1")]
        assert names("email,name\n'a@b.org,\"'n, Sync\"\n") == [("'a@b.org", "'n, Sync")]

    def test_an_endless_cell_is_one_bad_row(self) -> None:
        file = f'email,name\na@b.org,"{"x" * 140_000}"\nb@b.org,B\n   \n'

        ((line, what),) = bad(file)

        assert (line, what[:24]) == (2, "the row cannot be read: ")
        assert sum(isinstance(row, Record) for row in parse(file).rows) == 1

    def test_any_number_of_different_wishes(self) -> None:
        rows = "".join(f"r{number}@b.org,topic {number}\n" for number in range(10_500))

        found = records(f"email,topics\n{rows}")

        assert [each.preferences.categories for each in found[::10_000]] == [
            "\ntopic 0\n", "\ntopic 10000\n",
        ]  # fmt: skip

    def test_an_endless_line_is_one_bad_row(self) -> None:
        file = "email,name\n" + "x" * (2 * LONGEST_LINE + 5) + "\na@b.org,A\n"

        assert bad(file) == [(2, "the line is too long")]
        assert sum(isinstance(row, Record) for row in parse(file).rows) == 1

    def test_nothing_at_all(self) -> None:
        assert refused(" \n ").what == "there is nothing in it"

    def test_no_addresses(self) -> None:
        assert refused("name,phone\nAnna,1") == (
            "no column holds e-mail addresses",
            "Give the columns titles in the first line: email,name,frequency",
        )


class TestJson:
    def test_the_list_of_the_publisher(self) -> None:
        file = json.dumps(
            [
                {
                    "id": "s1", "email": "anna@example.org",
                    "subscribedAt": "2024-01-01T00:00:00.000Z", "isActive": True,
                    "preferences": {"frequency": "immediate", "categories": ["Arts, Crafts", "B"]},
                },
                {"id": "s2", "email": "bert@example.org", "isActive": False, "preferences": None},
            ],
            indent=2,
        )  # fmt: skip

        anna, bert = records(file)

        assert anna.created_at == 1_704_067_200_000
        assert anna.preferences.frequency == "daily"
        assert anna.preferences.categories == "\narts, crafts\nb\n"
        assert anna.preferences.state is State.ACTIVE
        assert bert.preferences.state is State.UNSUBSCRIBED
        assert (anna.line, bert.line) == (2, 15)

    def test_one_object_a_line(self) -> None:
        file = '{"email": "a@b.org", "name": "Änne"}\n\n{"e-mail": "b@b.org", "firstName": "B"}\n'

        assert parse(file).format == "JSON lines"
        assert names(file) == [("a@b.org", "Änne"), ("b@b.org", "B")]

    def test_bad_lines_stop_nothing(self) -> None:
        file = '{"email": "a@b.org"}\n{"email":\n5\n{"email": {"x": 1}}\n{"name": "B"}\n'

        assert bad(file) == [
            (2, "the line is not JSON"),
            (3, "is not an object"),
            (4, "'email' is not a text, a number or a list of texts"),
            (5, "there is no address"),
        ]

    def test_a_broken_object_in_a_list_spoils_itself(self) -> None:
        file = '[{"email": "a@b.org"},\n{"email": oops},\n{"email": "b@b.org"}]'

        assert bad(file) == [(2, "this is not JSON")]
        assert sum(isinstance(row, Record) for row in parse(file).rows) == 2

    def test_a_list_that_ends_too_soon_is_said(self) -> None:
        assert bad('[{"email": "a@b.org"}') == [(1, "the list ends without ]")]
        assert bad('[{"email": "a@b.org"}, {"ema') == [(1, "this is not JSON")]

    def test_more_behind_the_list_is_said(self) -> None:
        assert bad('[{"email": "a@b.org"}] [{"email": "b@b.org"}]') == [
            (1, "there is more after the end of the list")
        ]

    def test_what_cannot_be_found_again_is_said(self) -> None:
        assert bad('[{"email": "a@b.org"}, {"email": ' + "x" * 5_000_000) == [
            (1, "this is not JSON"),
            (1, "nothing after this could be read"),
        ]

    def test_numbers_and_flags_in_places_of_texts(self) -> None:
        file = '[{"email": "a@b.org", "name": 7, "created": 1704067200, "phone": {}}]'

        (found,) = records(file)

        assert (found.name, found.created_at) == ("7", 1_704_067_200_000)
        assert bad('[{"email": "a@b.org", "name": 1.5}]') == [
            (1, "'name' is not a text, a number or a list of texts")
        ]

    def test_deep_nesting_is_a_bad_row(self) -> None:
        deep = "[" * 100_000

        assert len(bad('{"email": ' + deep + "}")) == 1
        assert bad("[" + deep)

    def test_a_list_in_one_line_needs_no_memory(self) -> None:
        def big() -> io.StringIO:
            rows = ",".join(f'{{"email": "r{number}@example.org"}}' for number in range(50_000))
            return io.StringIO(f"[{rows}]")

        text = big()
        tracemalloc.start()
        found = parse_subscribers(text, RULES)
        assert not isinstance(found, Refused)
        count = sum(isinstance(row, Record) for row in found.rows)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()

        assert count == 50_000
        assert peak < 4_000_000


def test_the_status_of_the_import_holds_for_rows_that_say_nothing() -> None:
    (found,) = records("a@b.org\n", ImportRules(State.PENDING, frozenset()))

    assert found.preferences.state is State.PENDING


@given(st.text(alphabet="ab@.,;\"\n\t'{}[]: \\", max_size=200))
def test_property_hostile_text_never_raises_and_lines_go_up(text: str) -> None:
    found = parse_subscribers(io.StringIO(text), RULES)

    if not isinstance(found, Refused):
        lines = [row.line for row in found.rows]
        assert lines == sorted(lines)
        assert all(1 <= line <= text.count("\n") + 1 for line in lines)
