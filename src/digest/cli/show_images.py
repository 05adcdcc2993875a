"""Prints what became of the pictures of an issue, and what to publish."""

from digest.cli.terminal import counted, print_json, print_line, print_table, shown_path
from digest.config.images import Images
from digest.config.sending import OnOff
from digest.runs.gallery import Deed, Finding
from digest.runs.images import Prepared


def show_images(prepared: Prepared | None, images: Images, *, as_json: bool) -> None:
    """Print one line for each picture, what is wrong, and what to do with the folder."""
    if as_json:
        print_json(_entry(prepared, images))
        return
    if prepared is None:
        print_line("no article in this issue, so no pictures")
        return
    print_line(f"{prepared.issue.title}  {prepared.issue.newsletter}/{prepared.issue.slot}")
    if not prepared.findings:
        print_line("no pictures: the stories have none, or this issue shows none")
        return
    print_line()
    print_table(
        ("story", "picture", "what became of it", "pixels", "bytes"),
        [_row(found) for found in prepared.findings],
    )
    print_line()
    for warning in prepared.issue.warnings:
        print_line(f"warning    {warning}")
    _print_next(prepared, images)


def _row(found: Finding) -> tuple[str, ...]:
    picture, asset = found.picture, found.asset
    sized = picture is not None and picture.width
    return (
        found.article.title,
        asset.name if asset else found.url.rpartition("/")[2] or found.url,
        found.deed.value,
        f"{picture.width} x {picture.height}" if picture and sized else "",
        f"{asset.size_bytes:,}" if asset else "",
    )


def _print_next(prepared: Prepared, images: Images) -> None:
    unseen = sum(found.deed is Deed.UNSEEN for found in prepared.findings)
    if unseen and images.fetch is OnOff.OFF:
        many = counted(unseen, "picture")
        print_line(f'elsewhere  {many} not among your files: [images] fetch = "on" looks at them')
    if not images.folder:
        print_line("publish    nothing: no [images] folder is set, so no pictures are made")
        return
    if not prepared.made:
        print_line("publish    nothing: all pictures are shown as they are")
        return
    size = sum(found.asset.size_bytes for found in prepared.made if found.asset)
    new = sum(found.deed in {Deed.MADE, Deed.DRAWN} for found in prepared.findings)
    folder = shown_path(images.folder)
    many = counted(len(prepared.made), "picture")
    print_line(f"made       {new} of {many} now, {size:,} bytes together")
    print_line(f"publish    {folder} as {images.url}, before the issue leaves:")
    print_line("           commit it with your site, or copy it with rsync -a")


def _entry(prepared: Prepared | None, images: Images) -> dict[str, object]:
    if prepared is None:
        return {"pictures": [], "warnings": []}
    return {
        "newsletter": prepared.issue.newsletter,
        "slot": prepared.issue.slot,
        "folder": images.folder,
        "url": images.url,
        "pictures": [
            {
                "path": found.article.path,
                "picture": found.url,
                "became": found.deed.value,
                "why": found.why,
                "url": found.picture.url if found.picture else None,
                "width": found.picture.width if found.picture else None,
                "height": found.picture.height if found.picture else None,
                "file": found.asset.name if found.asset else None,
                "bytes": found.asset.size_bytes if found.asset else None,
            }
            for found in prepared.findings
        ],
        "warnings": list(prepared.issue.warnings),
    }
