"""For other programs: `from digest import open_publication` (docs/api.md)."""
