"""Stage 4: an issue → inline-styled HTML, plain text and one multipart message."""
