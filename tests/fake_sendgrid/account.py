"""The account itself: what the key may do, whose mail it may send, how much of it.

Senders and groups as SendGrid's description has them; authenticated domains and credits, which it
leaves out, as the pages of its API reference show them.
"""

from .http_values import Answer, Json, Request, error_answer, json_answer
from .settings import Settings


class Account:
    """What can be read about an account."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    def scopes(self) -> Answer:
        """GET /v3/scopes."""
        return json_answer(200, {"scopes": sorted(self._settings.scopes)})

    def senders(self, request: Request) -> Answer:
        """GET /v3/verified_senders: pages by `limit` and `lastSeenID`."""
        try:
            limit = int(request.query.get("limit", "50"))
            seen = int(request.query.get("lastSeenID", "0"))
        except ValueError:
            return error_answer(400, "limit and lastSeenID must be numbers")
        rows = [
            _sender(number, email, verified=verified)
            for number, (email, verified) in enumerate(self._settings.senders.items(), 1)
        ]
        return json_answer(200, {"results": [row for row in rows if row["id"] > seen][:limit]})

    def domains(self, request: Request) -> Answer:
        """GET /v3/whitelabel/domains: pages by `limit` and `offset`."""
        try:
            limit = int(request.query.get("limit", "50"))
            offset = int(request.query.get("offset", "0"))
        except ValueError:
            return error_answer(400, "limit and offset must be numbers")
        rows = [
            _domain(number, name, valid=valid)
            for number, (name, valid) in enumerate(self._settings.domains.items(), 1)
        ]
        return json_answer(200, rows[offset:][:limit])

    def credits(self) -> Answer:
        """GET /v3/user/credits."""
        left = self._settings.credits_left
        total = max(left, 100_000)
        return json_answer(
            200,
            {
                "remain": left,
                "total": total,
                "overage": 0,
                "used": total - left,
                "last_reset": "2026-08-01",
                "next_reset": "2026-09-01",
                "reset_frequency": "monthly",
            },
        )

    def group(self, number: str) -> Answer:
        """GET /v3/asm/groups/{id}."""
        if int(number) not in self._settings.groups:
            return error_answer(404, "resource not found")
        name = f"Group {number}"
        return json_answer(
            200, {"id": int(number), "name": name, "description": name, "is_default": False}
        )


def _sender(number: int, email: str, *, verified: bool) -> dict[str, Json]:
    return {
        "id": number,
        "nickname": email,
        "from_email": email,
        "from_name": "",
        "reply_to": email,
        "reply_to_name": "",
        "address": "1 Customs Quay",
        "address2": "",
        "state": "",
        "city": "Tidewick",
        "zip": "TW1 1AA",
        "country": "GB",
        "verified": verified,
        "locked": False,
    }


def _domain(number: int, name: str, *, valid: bool) -> dict[str, Json]:
    own = f"u{number}.wl.sendgrid.net"
    records = {
        "mail_cname": (f"em{number}.{name}", own),
        "dkim1": (f"s1._domainkey.{name}", f"s1.domainkey.{own}"),
        "dkim2": (f"s2._domainkey.{name}", f"s2.domainkey.{own}"),
    }
    return {
        "id": number,
        "user_id": 1,
        "subdomain": f"em{number}",
        "domain": name,
        "username": "fake",
        "ips": [],
        "custom_spf": False,
        "default": number == 1,
        "legacy": False,
        "automatic_security": True,
        "valid": valid,
        "dns": {
            key: {"valid": valid, "type": "cname", "host": host, "data": data}
            for key, (host, data) in records.items()
        },
    }
