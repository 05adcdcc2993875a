"""Stage 3: a selection → one dated edition with its subject, lead story and sections."""
