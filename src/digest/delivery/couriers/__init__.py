"""What carries batches: SendGrid, SMTP, the outbox folder. The only part that opens sockets."""
