"""How readers leave. Pure."""

import enum


class Way(enum.Enum):
    """How readers unsubscribe."""

    ENDPOINT = "endpoint"  #: a signed link to `digest serve`, RFC 8058 one-click
    SENDGRID_GROUP = "sendgrid_group"  #: SendGrid's own unsubscribe group
    MAILTO = "mailto"  #: a mail to the publisher
