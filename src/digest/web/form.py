"""What a form says, in either encoding of RFC 8058. Pure.

The only importer of python_multipart.
"""

from typing import Final

from python_multipart import FormParser
from python_multipart.exceptions import FormParserError
from python_multipart.multipart import Field, parse_options_header

_MULTIPART: Final = b"multipart/form-data"
_URLENCODED: Final = "application/x-www-form-urlencoded"


def parse_form(content_type: str, body: bytes) -> dict[str, str]:
    """Return name → value of a form; of a name that comes twice, the first; {} for rubbish.

    Args:
        content_type: of the request. All but multipart is read as urlencoded: whoever asks to
            be left alone need not name the encoding, too.
        body: short; all of it is kept in memory.
    """
    kind, options = parse_options_header(content_type)
    fields: dict[str, str] = {}

    def keep(field: Field) -> None:
        name = (field.field_name or b"").decode("utf-8", "replace")
        # Some programs end the body with a line break, as the example in RFC 8058 §8.1 looks.
        fields.setdefault(name, (field.value or b"").decode("utf-8", "replace").strip())

    boundary = options.get(b"boundary") if kind == _MULTIPART else None
    if kind == _MULTIPART and not boundary:
        return {}
    try:
        parser = FormParser(
            _MULTIPART.decode() if boundary else _URLENCODED,
            on_field=keep,
            on_file=None,
            boundary=boundary,
        )
        parser.write(body)
        parser.finalize()
    except FormParserError:
        return {}
    return fields
