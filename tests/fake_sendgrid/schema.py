"""SendGrid's own published schema of the mail/send body, as a second opinion.

Read from the folder where the published descriptions lie, never copied into the project.
"""

from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types; used here alone
import orjson

from .http_values import Json

#: Twilio's descriptions, commit dbe0e0d of github twilio/sendgrid-oai.
FOLDER = Path(__file__).resolve().parents[3] / "shared" / "sendgrid"


def published_schema(folder: Path = FOLDER) -> Json:
    """Return the schema with its references in place, and its known mistake mended.

    Raises:
        FileNotFoundError: the published descriptions are not there.
    """
    spec = orjson.loads((folder / "tsg_mail_v3.json").read_bytes())
    body = spec["components"]["requestBodies"]["PostMailSend"]
    schema = _inlined(body["content"]["application/json"]["schema"], spec)
    # Typed `string` in the spec; the API and its own examples take an object of strings
    # (facts/sendgrid.md §1.2).
    schema["properties"]["custom_args"] = {
        "type": "object",
        "additionalProperties": {"type": "string"},
    }
    return schema


def _inlined(value: Json, spec: Json) -> Json:
    if isinstance(value, list):
        return [_inlined(item, spec) for item in value]
    if not isinstance(value, dict):
        return value
    reference = value.get("$ref")
    if isinstance(reference, str):
        target = spec
        for step in reference.removeprefix("#/").split("/"):
            target = target[step]
        return _inlined(target, spec)
    return {key: _inlined(item, spec) for key, item in value.items()}


def published_check(folder: Path = FOLDER) -> Callable[[Json], list[str]]:
    """Return a function that lists what the published schema objects to."""
    validator = jsonschema.Draft202012Validator(
        published_schema(folder), format_checker=jsonschema.FormatChecker()
    )

    def check(payload: Json) -> list[str]:
        return [f"{error.json_path}: {error.message}" for error in validator.iter_errors(payload)]

    return check
