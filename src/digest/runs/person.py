"""Who gives a command. Reads the machine's users."""


def read_user() -> str:
    """Return the name of the user of this machine, or `unknown`."""
    import getpass

    try:
        return getpass.getuser()
    except (KeyError, OSError):  # a container may run under a number without a name
        return "unknown"
