"""Pictures of every kind, hostile ones among them, and a web server that hands them out."""

import io
import struct
import threading
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from PIL import Image, ImageCms

from digest.rendering.images.fetch import Network

#: What Pillow calls a format → what `measure` calls it.
FORMATS = {"JPEG": "JPEG", "PNG": "PNG", "GIF": "GIF", "WEBP": "WebP", "AVIF": "AVIF"}
SVG = (
    b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="900">'
    b'<script>alert(1)</script><image href="file:///etc/passwd"/></svg>'
)
NAMESPACES = 'xmlns="http://www.w3.org/2000/svg" xmlns:x="http://www.w3.org/1999/xlink"'
WEB_PAGE = b"<!DOCTYPE html><title>404</title><p>There is nothing here."


def svg(inside: str, box: str = "0 0 300 200", doctype: str = "") -> bytes:
    """Return a drawing."""
    head = f"<!DOCTYPE svg [{doctype}]>" if doctype else ""
    return f'{head}<svg {NAMESPACES} viewBox="{box}">{inside}</svg>'.encode()


def growing_svg() -> bytes:
    """Return a drawing whose one word is a hundred thousand million letters."""
    steps = (f'<!ENTITY a{step} "{f"&a{step - 1};" * 10}">' for step in range(1, 11))
    return svg("<text>&a10;</text>", doctype='<!ENTITY a0 "xxxxxxxxxx">' + "".join(steps))


def photo(width: int, height: int) -> Image.Image:
    """Return a picture of many colours, no two sides of it alike."""
    across = Image.linear_gradient("L").rotate(90).resize((width, height))
    down = Image.linear_gradient("L").resize((width, height))
    return Image.merge("RGB", (across, down, Image.radial_gradient("L").resize((width, height))))


def picture(form: str = "JPEG", width: int = 640, height: int = 400, **options: Any) -> bytes:
    """Return a sound file of a format."""
    return saved(photo(width, height), form, **options)


def saved(image: Image.Image, form: str, **options: Any) -> bytes:
    """Return an image as a file."""
    buffer = io.BytesIO()
    image.save(buffer, form, **options)
    return buffer.getvalue()


def turned(orientation: int, width: int = 640, height: int = 400) -> bytes:
    """Return a JPEG whose Exif block says how it is to be held, and where it was taken."""
    exif = Image.Exif()
    exif[274] = orientation
    exif[271] = "Camera of Anna"
    return picture("JPEG", width, height, exif=exif)


def moving(form: str = "GIF") -> bytes:
    """Return an animation: red first, then blue."""
    frames = [Image.new("RGB", (120, 80), colour) for colour in ("#ff0000", "#0000ff")]
    return saved(frames[0], form, save_all=True, append_images=frames[1:], duration=200)


def with_profile(mode: str = "RGB") -> bytes:
    """Return a JPEG with a colour profile."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    return saved(photo(64, 48).convert(mode), "JPEG", icc_profile=profile)


def png_of(width: int, height: int, data: bytes = b"") -> bytes:
    """Return a PNG that says it is so large, whatever is in it."""

    def chunk(name: bytes, content: bytes) -> bytes:
        sum_of = zlib.crc32(name + content)
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", sum_of)

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    packed = zlib.compress(data or bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", packed) + chunk(b"IEND", b"")
    )


def opened(content: bytes) -> Image.Image:
    """Return a file as a loaded image."""
    image = Image.open(io.BytesIO(content))
    image.load()
    return image


class Answers(BaseHTTPRequestHandler):
    """Answers as the server's `routes` say: path → what writes the answer."""

    protocol_version = "HTTP/1.1"
    server: "PictureServer"

    def do_GET(self) -> None:
        """Answer, and remember who asked for what."""
        self.close_connection = True
        self.server.asked.append((self.path, dict(self.headers)))
        with suppress(BrokenPipeError, ConnectionResetError):
            self.server.routes[self.path](self)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def give(
        self, content: bytes = b"", kind: str = "image/jpeg", status: int = 200, **headers: str
    ) -> None:
        """Write a whole answer."""
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)


class PictureServer(ThreadingHTTPServer):
    """A web server on this machine."""

    daemon_threads = True

    def __init__(self, address: str = "127.0.0.1") -> None:
        super().__init__((address, 0), Answers)
        self.routes: dict[str, Callable[[Answers], object]] = {}
        self.asked: list[tuple[str, dict[str, str]]] = []

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of readers that hang up."""

    def url(self, path: str, host: str = "pictures.example", scheme: str = "http") -> str:
        """Return the address of a path."""
        return f"{scheme}://{host}:{self.server_port}{path}"

    def network(self, **fields: Any) -> Network:
        """Return a network in which every name leads to this server, and nothing else is there."""
        here = (str(self.server_address[0]), self.server_port)
        sound: dict[str, Any] = {
            "look_up": lambda _host, _port: [here[0]],
            "may_reach": lambda address, port: (address, port) == here,
        }
        return Network(**(sound | fields))


@contextmanager
def serving(address: str = "127.0.0.1") -> Iterator[PictureServer]:
    """Run a picture server."""
    with PictureServer(address) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        thread.start()
        yield server
        server.shutdown()
        thread.join()
