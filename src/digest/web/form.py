"""What a form says, in either encoding of RFC 8058. Pure.

The only importer of python_multipart.
"""

from typing import Final
from urllib.parse import parse_qsl

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, parse_options_header

_MULTIPART: Final = "multipart/form-data"
#: Ours has three fields.
_MOST_FIELDS: Final = 50


def parse_form(content_type: str, body: bytes) -> dict[str, str]:
    """Return name → value of a form; of a name that comes twice, the first; {} for rubbish.

    Args:
        content_type: of the request. All but multipart is read as urlencoded: whoever asks to
            be left alone need not name the encoding, too.
        body: short; all of it is kept in memory.
    """
    kind, options = parse_options_header(content_type)
    if kind == _MULTIPART.encode():
        return _multipart(body, options.get(b"boundary", b""))
    try:
        pairs = parse_qsl(
            body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=_MOST_FIELDS
        )
    except ValueError:
        return {}
    # The first of a name is to win. Some programs end the body with a line break.
    return {name: value.strip() for name, value in reversed(pairs)}


def _multipart(body: bytes, boundary: bytes) -> dict[str, str]:
    fields: dict[str, str] = {}

    def keep(field: Field) -> None:
        name = (field.field_name or b"").decode("utf-8", "replace")
        fields.setdefault(name, (field.value or b"").decode("utf-8", "replace").strip())

    # RFC 2046 §5.1.1: a preamble is allowed, and means nothing.
    start = body.find(b"--" + boundary)
    if not boundary or start < 0:
        return {}
    try:
        limits = {"MAX_FIELDS": _MOST_FIELDS}
        parser = FormParser(_MULTIPART, keep, on_file=None, boundary=boundary, config=limits)
        parser.write(body[start:])
        parser.finalize()
    except FormParserError:
        return {}
    return fields
