"""Which path takes which method, with which scope of the key, and who answers."""

import re
from collections.abc import Callable
from urllib.parse import unquote

import orjson

from .account import Account
from .http_values import Answer, Json, Request
from .schedule import Schedule
from .suppressions import LISTS, Suppressions

Handler = Callable[[Request], Answer]
#: Per method: the scope it asks for ("" for none) and who answers.
Methods = dict[str, tuple[str, Handler]]


class Routes:
    """Every endpoint but mail/send. The scopes of all that is read are named by us."""

    def __init__(
        self, schedule: Schedule, suppressions: Suppressions, *, logs: Handler, account: Account
    ) -> None:
        batch, held = "mail.batch", "user.scheduled_sends"
        self._table: list[tuple[re.Pattern[str], Methods]] = [
            (re.compile(path), methods)
            for path, methods in (
                *_account_routes(account),
                (
                    "/v3/mail/batch",
                    {"POST": (f"{batch}.create", lambda _: schedule.create())},
                ),
                (
                    "/v3/mail/batch/[^/]+",
                    {"GET": (f"{batch}.read", lambda r: schedule.validate(last_part(r)))},
                ),
                (
                    "/v3/user/scheduled_sends",
                    {
                        "GET": (f"{held}.read", lambda _: schedule.listed()),
                        "POST": (f"{held}.create", lambda r: schedule.hold(json_of(r))),
                    },
                ),
                ("/v3/user/scheduled_sends/[^/]+", _of_one_batch(schedule, held)),
                ("/v3/logs", {"POST": ("messages.read", logs)}),
                ("/v3/logs/[^/]+", {"GET": ("messages.read", logs)}),
                *_suppression_routes(suppressions),
            )
        ]

    def find(self, path: str) -> Methods | None:
        """Return what can be done with a path."""
        for pattern, methods in self._table:
            if pattern.fullmatch(path):
                return methods
        return None


def last_part(request: Request) -> str:
    """Return what follows the last slash, unquoted."""
    return unquote(request.path.rpartition("/")[2])


def json_of(request: Request) -> Json:
    """Return the body as values, nothing where it is no JSON."""
    try:
        return orjson.loads(request.body)
    except orjson.JSONDecodeError:
        return None


def _of_one_batch(schedule: Schedule, scope: str) -> Methods:
    return {
        "GET": (f"{scope}.read", lambda r: schedule.listed(last_part(r))),
        "PATCH": (f"{scope}.update", lambda r: schedule.change(last_part(r), json_of(r))),
        "DELETE": (f"{scope}.delete", lambda r: schedule.release(last_part(r))),
    }


def _account_routes(account: Account) -> list[tuple[str, Methods]]:
    handlers: list[tuple[str, str, Handler]] = [
        ("/v3/scopes", "", lambda _: account.scopes()),
        ("/v3/verified_senders", "sender_verification.read", account.senders),
        ("/v3/whitelabel/domains", "whitelabel.read", account.domains),
        ("/v3/user/credits", "user.credits.read", lambda _: account.credits()),
        (r"/v3/asm/groups/\d+", "asm.groups.read", lambda r: account.group(last_part(r))),
    ]
    return [(path, {"GET": (scope, handler)}) for path, scope, handler in handlers]


def _suppression_routes(suppressions: Suppressions) -> list[tuple[str, Methods]]:
    def of_list(request: Request) -> Answer:
        return suppressions.page(last_part(request), request)

    def of_one(request: Request) -> Answer:
        return suppressions.one(request.path.split("/")[3], last_part(request))

    def of_group(request: Request) -> Answer:
        return suppressions.group(request.path.split("/")[4])

    names = "|".join(LISTS)
    handlers: list[tuple[str, str, Handler]] = [
        (f"/v3/suppression/(?:{names})", "suppression.read", of_list),
        (f"/v3/suppression/(?:{names})/[^/]+", "suppression.read", of_one),
        (r"/v3/asm/groups/\d+/suppressions", "asm.groups.read", of_group),
        ("/v3/asm/suppressions", "asm.groups.read", lambda _: suppressions.groups()),
        (
            "/v3/asm/suppressions/global/[^/]+",
            "asm.groups.read",
            lambda r: suppressions.globally(last_part(r)),
        ),
    ]
    return [(path, {"GET": (scope, handler)}) for path, scope, handler in handlers]
