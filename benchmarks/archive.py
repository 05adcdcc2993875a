"""Makes the folders of articles that the benchmarks read.

The real archive is taken where it is there (`../shared/aivibe/posts-2025.tar.xz`), else one of
the same shape with articles of our own. Larger archives hold further copies of every article
under other names, dated whole multiples of 52 weeks earlier: the week that is chosen stays as it
is, and only what lies outside grows.
"""

import argparse
import os
import random
import re
import subprocess
import sys
import tarfile
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from pathlib import Path

REAL = Path(__file__).resolve().parent.parent.parent / "shared" / "aivibe" / "posts-2025.tar.xz"
_REMEDY = "put posts-2025.tar.xz into ../shared/aivibe beside the project"

#: Files of the invented archive: the usual one, and the one of `--quick`.
_FILES, _QUICK_FILES = 6000, 600
_A_WEEK = 200
# One week after the one that is chosen, so that both its ends matter.
_LAST_WEEK = date.fromisocalendar(2025, 31, 1)
_DATE = re.compile(rb'(?m)^(date: ?["\']?)([0-9]{4}-[0-9]{2}-[0-9]{2})')


def make_archives(folder: Path, copies: Sequence[int], *, quick: bool) -> dict[int, Path]:
    """Return the folders with so many `copies` of every article, made below `folder`.

    They are made by another process: unpacking takes memory, and the kernel counts what a
    process holds when it starts a child towards that child's peak.
    """
    words = [sys.executable, __file__, str(folder), "--copies", *map(str, copies)]
    subprocess.run([*words, "--quick"] if quick else words, check=True)
    return {number: folder / f"x{number}" for number in copies}


def is_real(*, quick: bool) -> bool:
    """Return whether the archives are made of the real one."""
    return REAL.is_file() and not quick


def describe(archive: Path, *, quick: bool) -> str:
    """Return how many articles of what kind `archive` holds, for the report."""
    kind = "real" if is_real(quick=quick) else "invented"
    return f"{sum(1 for _ in archive.iterdir()):,} {kind} articles"


def why_not_judged(*, quick: bool) -> str:
    """Return why goals stated for the real archive are not judged here; "" when they are."""
    if quick:
        return "Goals are not judged on the small archive of --quick: starting up is most of it."
    if not REAL.is_file():
        return f"Goals are not judged: the real archive is not here; {_REMEDY}."
    return ""


def unpack(folder: Path) -> Path:
    """Unpack the real archive into `folder`; return where its articles are."""
    if not REAL.is_file():
        sys.exit(f"The real archive is not here; {_REMEDY}.")
    with tarfile.open(REAL) as packed:
        packed.extractall(folder, filter="data")
    return folder / "posts"


def main() -> None:
    """Make the archives asked for."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("folder", type=Path, help="where x1, x2 … are made")
    parser.add_argument("--copies", type=int, nargs="+", default=[1, 2, 4, 8])
    parser.add_argument("--quick", action="store_true", help="few invented articles")
    given = parser.parse_args()

    originals = given.folder / "originals"
    if is_real(quick=given.quick):
        originals = unpack(given.folder)
    else:
        _invent(originals, _QUICK_FILES if given.quick else _FILES)
    pool = given.folder / "pool"
    pool.mkdir()
    for number in range(max(given.copies)):
        _copy(originals, pool, number)
    for copies in given.copies:
        _link(pool, given.folder / f"x{copies}", copies)


def _copy(originals: Path, pool: Path, number: int) -> None:
    """Copy all articles, dated `number` times 52 weeks earlier, as `NUMBER/NAME`."""
    earlier = timedelta(weeks=52 * number)

    def redate(match: re.Match[bytes]) -> bytes:
        day = date.fromisoformat(match[2].decode()) - earlier
        return match[1] + day.isoformat().encode()

    target = pool / str(number)
    target.mkdir()
    for path in sorted(originals.iterdir()):
        name = f"{path.stem}-{number}{path.suffix}" if number else path.name
        (target / name).write_bytes(_DATE.sub(redate, path.read_bytes(), count=1))


def _link(pool: Path, target: Path, copies: int) -> None:
    """Make one flat folder of the first so many copies; links save room and look like files."""
    target.mkdir()
    for number in range(copies):
        for path in (pool / str(number)).iterdir():
            os.link(path, target / path.name)


_WHO = "The harbour master,A fisherwoman,The ferry company,A school,The town council,Two sisters"
_DID = "opens,repairs,closes,paints,moves,counts,sells,welcomes,measures,finds"
_WHAT = "the old pier,a lighthouse,forty boats,the fish market,a bell,a seal,the winter ferry"
_WHERE = "in Tidewick,at the quay,behind the mole,on the island,in the dunes,by the customs house"
_SECTIONS = ("Harbour", "Business", "Culture", "Science", "Sport", "Life")
_FILLER = (
    "Every tide brings something new, and much of it can be planned for.",
    "Whoever looks at the harbour sees that many things continue to change.",
    "In conclusion, the coming years will be full of chances for every harbour.",
)


def _invent(folder: Path, files: int) -> None:
    """Write our own articles: 200 a week, half of them filler with one of three bodies."""
    folder.mkdir()
    rng = random.Random(30)
    for number in range(files):
        week = _LAST_WEEK - timedelta(weeks=number // _A_WEEK)
        day = week + timedelta(days=rng.randrange(7))
        lines = _filler(rng, day, number) if number % 2 else _news(rng, day, number)
        (folder / f"article-{number:05}.md").write_text("\n".join(lines), encoding="utf-8")


def _news(rng: random.Random, day: date, number: int) -> Iterator[str]:
    title = _sentence(rng)
    yield from ("---", "", f'title: "{title}"', f'date: "{day}"')
    yield f'excerpt: "{_sentence(rng)}. {_sentence(rng)}. {_sentence(rng)}."'
    yield f'coverImage: "https://pictures.invalid/{number % 17}.jpg"'
    yield from ('author: "The Harbour Courier"', "tags:", '  - "Harbour"', '  - "Tidewick"')
    yield f'category: "{rng.choice(_SECTIONS)}"'
    yield from (f'source: "https://news.invalid/{number}"', "", "---", "")
    for _ in range(8):
        sentences = ". ".join(_sentence(rng) for _ in range(6))
        yield f"<p>{sentences}, says no. {rng.randrange(10**6)}.</p>"


def _filler(rng: random.Random, day: date, number: int) -> Iterator[str]:
    title = f"{_sentence(rng)}: what you need to know"
    yield from ("---", f'title: "{title}"', f'excerpt: "All about it: {title}."')
    yield from (f'category: "{rng.choice(_SECTIONS)}"', f'date: "{day}"')
    yield from ('tags: ["Harbour", "Future"]', 'readTime: "5 min read"', "---", "")
    for heading in ("Key developments", "What comes next", "Conclusion"):
        yield from (f"## {heading}", "", " ".join([_FILLER[number % 3]] * 8), "")


def _sentence(rng: random.Random) -> str:
    return " ".join(rng.choice(words.split(",")) for words in (_WHO, _DID, _WHAT, _WHERE))


if __name__ == "__main__":
    main()
