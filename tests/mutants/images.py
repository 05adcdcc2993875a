"""The guards around pictures: `guards.py` says how."""

from collections.abc import Sequence

from mutants.guards import Edit, Mutant

_FOLDER = "tests/unit/rendering/images"
_FETCH = f"{_FOLDER}/test_fetch.py"
_FILES = f"{_FOLDER}/test_site_files.py"
_PILLOW = f"{_FOLDER}/test_pillow.py"
_IMAGES = "rendering/images"


def _edit(file: str, old: str, new: str) -> Sequence[Edit]:
    return (Edit(file=f"{_IMAGES}/{file}", old=old, new=new),)


IMAGES: Sequence[Mutant] = (
    Mutant(
        name="drawings show pictures of this machine",
        edits=_edit("svg.py", "and not _is_inside(child)", "and False"),
        tests=(f"{_FOLDER}/test_svg.py::test_no_picture_of_this_machine_is_shown",),
    ),
    Mutant(
        name="pictures are fetched from this machine",
        edits=_edit("hosts.py", "    return ip.is_global and not", "    return not"),
        tests=(f"{_FOLDER}/test_hosts.py::test_addresses_of_somebody",),
    ),
    Mutant(
        name="one public address is enough",
        edits=_edit("fetch.py", "if not addresses or not all(", "if not addresses or not any("),
        tests=(f"{_FETCH}::test_one_private_address_among_public_ones_is_enough",),
    ),
    Mutant(
        name="the name is asked for again",
        edits=_edit(
            "fetch.py",
            "self._first(addresses, target.port)",
            "self._first(self.network.look_up(target.host, 0), target.port)",
        ),
        tests=(f"{_FETCH}::test_a_name_is_asked_for_once_and_its_address_kept",),
    ),
    Mutant(
        name="any port will do",
        edits=_edit("fetch.py", "is_public(address) and port in {80, 443}", "is_public(address)"),
        tests=(f"{_FETCH}::test_other_ports_are_refused_as_shipped",),
    ),
    Mutant(
        name="every wait is a new one",
        edits=_edit(
            "fetch.py",
            "self._connection.settimeout(self._call.left())",
            "self._connection.settimeout(self._call.limits.seconds)",
        ),
        tests=(f"{_FETCH}::test_a_server_that_drips_is_left",),
    ),
    Mutant(
        name="a file is read to its end",
        edits=(
            Edit(
                file=f"{_IMAGES}/fetch.py", old="while size <= most and (part", new="while (part"
            ),
            Edit(file=f"{_IMAGES}/fetch.py", old="min(_CHUNK, most + 1 - size)", new="_CHUNK"),
        ),
        tests=(f"{_FETCH}::test_a_file_too_large_is_not_read_to_its_end",),
    ),
    Mutant(
        name="redirects without end",
        edits=_edit("fetch.py", "_REDIRECTS: Final = 3", "_REDIRECTS: Final = 30"),
        tests=(f"{_FETCH}::test_a_loop_of_redirects_ends",),
    ),
    Mutant(
        name="any certificate will do",
        edits=_edit("fetch.py", "create_default_context()", "_create_unverified_context()"),
        tests=(f"{_FETCH}::TestHttps::test_a_certificate_of_ones_own_is_not_believed",),
    ),
    Mutant(
        name="a web page is a picture",
        edits=_edit("fetch.py", 'not kind.startswith("image/") and', "False and"),
        tests=(f"{_FETCH}::test_a_web_page_is_no_picture",),
    ),
    Mutant(
        name="links out of the site are followed",
        edits=(
            Edit(
                file=f"{_IMAGES}/site_files.py",
                old="inner = real.relative_to(root).parts",
                new="inner = tuple(parts)",
            ),
            Edit(
                file=f"{_IMAGES}/site_files.py",
                old="os.O_CLOEXEC | os.O_DIRECTORY | os.O_NOFOLLOW",
                new="os.O_CLOEXEC | os.O_DIRECTORY",
            ),
            Edit(
                file=f"{_IMAGES}/site_files.py",
                old="os.O_CLOEXEC | os.O_NOFOLLOW | os.O_NONBLOCK",
                new="os.O_CLOEXEC | os.O_NONBLOCK",
            ),
        ),
        tests=(f"{_FILES}::test_a_link_that_leads_out_is_not_followed",),
    ),
    Mutant(
        name="folders above the repository are the site's",
        edits=_edit("site_files.py", '(root / ".git").exists()', "False"),
        tests=(f"{_FILES}::test_nothing_above_the_repository_belongs_to_the_site",),
    ),
    Mutant(
        name="bombs are unpacked",
        edits=_edit("shape.py", "if size.width * size.height > MOST_PIXELS:", "if False:"),
        tests=(f"{_FOLDER}/test_shape.py::test_what_is_no_picture_for_a_mail",),
    ),
    Mutant(
        name="every decoder is open",
        edits=_edit("pillow.py", ", formats=(_FORMATS[kind],)", ""),
        tests=(f"{_PILLOW}::test_what_cannot_be_opened_says_why",),
    ),
    Mutant(
        name="damaged contents are believed",
        edits=_edit("cache.py", " and sha256(content) == entry.content", ""),
        tests=(f"{_FOLDER}/test_cache.py::test_damaged_or_large_content_is_none",),
    ),
)
