"""A strict SendGrid on 127.0.0.1 that remembers what it accepted.

Use it in tests::

    with FakeSendGrid() as fake:
        fake.fault("F6", at=[3])
        ...  # point the client to fake.url with the key fake.settings.key
        assert max(fake.copies().values()) == 1

or by hand: ``python -m tests.fake_sendgrid --port 8025 --faults 0.15``. Another process drives
it under ``/_fake/`` (control.py) and reads the file of ``--ledger``.

Requests of mail/send are numbered from 1 in the order in which their headers arrive. A fault
strikes by number (`fault`), at every request (`fault` without numbers) or by chance with a seed
(`chance`). With `path` the same faults strike other endpoints, which are counted on their own.

====== ========= =================================================================================
fault  accepted  what the client sees
====== ========= =================================================================================
F1     yes       202, empty body, X-Message-Id: all is well
F2     no        429 without any rate limit header; F2b: with X-RateLimit-Reset, one second ahead
F3a-d  no        400, 401, 403 as JSON; 413 as nginx's HTML page
F4a-c  no        500 as JSON; 502, 503 as nginx's HTML pages
F5     YES       500 as JSON all the same; F5b: 502 as HTML
F6     YES       nothing, until the client gives up; F6b: not accepted, nothing either
F7     no        RST after the whole request was read; F7b: RST after its headers
F8     YES       RST instead of the answer
F9     no        connection closed without an answer; F9b: accepted, then closed
F10    YES       bytes that are no HTTP
F11    no        400 naming the index, for each address that contains the given text
F12    YES       the 202 one byte at a time, `settings.drip` seconds apart
F13    YES       half of the headers, then the end
F14    YES       202 whose Content-Length promises more than comes; F14b: a broken chunk
F15    YES       202 with an HTML page as its body
F16    no        307 to a path of the fake that notes who came (`redirected`); F16b: 302
F17    no        a keep-alive connection that closes as the next request arrives; on a fresh
                 connection it waits for the second request
F18              a name that does not resolve: give the client a host such as sendgrid.invalid
F19              `tls_junk_url`: an answer to the TLS handshake that is none
F20-22           faults on the client's side: disk full, database locked or gone
F23              `events(loss=, copies=, late=, seed=)`: the signed webhook as it really is
====== ========= =================================================================================

Beyond the wire: `settings.credits_exceeded` (401 "Maximum credits exceeded"), `settings.scopes`
(403), `suppress` (kept back after the 202), `settings.log_delay` (/v3/logs comes late), and
cancelled batches (schedule.py). A request that breaks a rule gets its error whatever fault was
due, unless that fault refuses it first.

What an address does is told by its local part (outcomes.py): ``bounce1@example.com`` bounces.
"""

from .events import Untidiness
from .exchange import Elsewhere, Seen
from .faults import AMBIGUOUS, BY_CHANCE, KINDS
from .ledger import Accepted, Reader, content_sha256
from .mails import Mail
from .posts import SIGNATURE_HEADER, TIMESTAMP_HEADER, Batch
from .schedule import Fate
from .server import FakeSendGrid
from .settings import ALL_SCOPES, DEFAULT_KEY, Settings

__all__ = [
    "ALL_SCOPES",
    "AMBIGUOUS",
    "BY_CHANCE",
    "DEFAULT_KEY",
    "KINDS",
    "SIGNATURE_HEADER",
    "TIMESTAMP_HEADER",
    "Accepted",
    "Batch",
    "Elsewhere",
    "FakeSendGrid",
    "Fate",
    "Mail",
    "Reader",
    "Seen",
    "Settings",
    "Untidiness",
    "content_sha256",
]
