"""Cover pictures: measured, fetched where that is allowed, made fit for mails, drawn."""
