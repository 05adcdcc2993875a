"""What a webhook post is made of. Pure, and free of cryptography, which takes long to import."""

SIGNATURE_HEADER = "X-Twilio-Email-Event-Webhook-Signature"
TIMESTAMP_HEADER = "X-Twilio-Email-Event-Webhook-Timestamp"

#: Headers, and the body byte for byte.
Batch = tuple[dict[str, str], bytes]
