"""What is wrong with one file, on its way from where it is found to `read.parse_article`. Pure."""


class ReadingError(Exception):
    """A file that cannot become an article, and why.

    Never leaves this stage: `read.parse_article` turns it into a `BadFile`.
    """

    def __init__(self, *, what: str, remedy: str, line: int = 0, field: str = "") -> None:
        super().__init__(what)
        #: One line, no full stop.
        self.what = what
        self.remedy = remedy
        #: Line of the file, 1 first; 0: unknown.
        self.line = line
        #: Front-matter field as written, from which the line is found; or "".
        self.field = field
