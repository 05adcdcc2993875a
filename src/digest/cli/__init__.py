"""The command line: parses words, calls `runs`, prints."""
