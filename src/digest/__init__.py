"""The e-mail newsletter digest builder: a folder of articles becomes this week's issue."""

__version__ = "0.1.0"
