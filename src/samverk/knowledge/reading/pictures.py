"""Pages as pictures: those of a PDF drawn by PDFium, those of an image decoded by Pillow. Knows nothing of text.

Speaks to PDFium's C interface itself, as `pdf_source` does. Every picture is bounded in pixels, whatever the file says.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from ctypes import POINTER, c_ubyte, cast
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

from samverk.knowledge.detection import IMAGES
from samverk.knowledge.unreadable import Unreadable

MOST_PIXELS = 24_000_000  # of a drawn page: an A3 at 300 dots an inch has 17 million
_MOST_DECODED = 120_000_000  # of an image as it is stored: a scanned A1
_INCH = 72  # points
_A4 = (595.0, 842.0)  # points: what an image without a stated size is taken to be
_STATED_DPI = range(72, 1201)  # what can be believed of what a file says

Image.MAX_IMAGE_PIXELS = _MOST_DECODED


@dataclass(frozen=True, slots=True)
class Picture:
    """A page drawn, and its size in points."""

    image: Image.Image
    width: float
    height: float


def count(path: Path, suffix: str) -> int:
    """How many pages the file has. Raises `Unreadable`."""
    if suffix in IMAGES:
        with _opened(path) as image:
            return int(getattr(image, "n_frames", 1))
    with _document(path) as document:
        return max(0, int(_pdfium().FPDF_GetPageCount(document)))


def draw(path: Path, suffix: str, page: int, *, dpi: int = 0, width: int = 0) -> Picture:
    """A page in so many dots an inch, in grey, or so many pixels wide, in colour. Raises `Unreadable`: damaged, too_large."""
    if suffix in IMAGES:
        return _of_image(path, page, dpi, width)
    with _document(path) as document:
        return _of_pdf(document, page, dpi, width)


def _of_image(path: Path, page: int, dpi: int, width: int) -> Picture:
    with _opened(path) as image:
        try:
            image.seek(page)
            if width:
                image.draft("RGB", (width, width))
            turned = ImageOps.exif_transpose(_on_white(image))
        except (OSError, EOFError, SyntaxError, ValueError) as error:
            raise Unreadable("damaged", fault=str(error)) from error
        points = _points(image.info.get("dpi"), turned.width, turned.height)
    wanted = width / turned.width if width else min(3.0, max(1.0, dpi * points[0] / _INCH / turned.width))
    return Picture(_scaled(turned.convert("L") if dpi else turned, wanted), *points)


def _on_white(image: Image.Image) -> Image.Image:
    """The image without what is transparent in it."""
    if "A" not in image.getbands() and "transparency" not in image.info:
        return image.convert("RGB")
    opaque = image.convert("RGBA")
    return Image.alpha_composite(Image.new("RGBA", opaque.size, "white"), opaque).convert("RGB")


def _points(stated: Any, width: int, height: int) -> tuple[float, float]:
    """The size of an image in points, as it says itself or as if it were an A4."""
    dpi = float(stated[0]) if stated else 0.0
    if round(dpi) in _STATED_DPI and dpi > _STATED_DPI.start:  # 72 is what programs write that do not know
        return width * _INCH / dpi, height * _INCH / dpi
    scale = min(_A4) / min(width, height)
    return width * scale, height * scale


def _scaled(image: Image.Image, scale: float) -> Image.Image:
    scale = min(scale, (MOST_PIXELS / (image.width * image.height)) ** 0.5)
    size = max(1, round(image.width * scale)), max(1, round(image.height * scale))
    return image if size == image.size else image.resize(size, Image.Resampling.LANCZOS)


@contextmanager
def _opened(path: Path) -> Iterator[Image.Image]:
    try:
        image = Image.open(path, formats=("PNG", "JPEG", "TIFF", "WEBP"))
    except Image.DecompressionBombError as error:
        raise _too_many_pixels() from error
    except (OSError, SyntaxError, ValueError) as error:
        raise Unreadable("damaged", fault=str(error)) from error
    with image:
        if image.width * image.height > _MOST_DECODED:
            raise _too_many_pixels()
        yield image


def _too_many_pixels() -> Unreadable:
    most = _MOST_DECODED // 1_000_000
    return Unreadable(
        "too_large",
        detail=f"bilden får ha högst {most} miljoner bildpunkter",
        detail_en=f"the image may have at most {most} million pixels",
    )


@contextmanager
def _document(path: Path) -> Iterator[Any]:
    pdfium = _pdfium()
    pdfium.FPDF_InitLibrary()
    document = pdfium.FPDF_LoadDocument(str(path).encode(), None)
    if not document:
        raise Unreadable("damaged")
    try:
        yield document
    finally:
        pdfium.FPDF_CloseDocument(document)


def _of_pdf(document: Any, page: int, dpi: int, width: int) -> Picture:
    pdfium = _pdfium()
    opened = pdfium.FPDF_LoadPage(document, page)
    if not opened:
        raise Unreadable("damaged")
    points = pdfium.FPDF_GetPageWidthF(opened), pdfium.FPDF_GetPageHeightF(opened)
    if min(points) <= 0:
        raise Unreadable("damaged")
    scale = dpi / _INCH if dpi else width / points[0]
    scale = min(scale, (MOST_PIXELS / (points[0] * points[1])) ** 0.5)
    across, down = (max(1, round(length * scale)) for length in points)
    bitmap = pdfium.FPDFBitmap_CreateEx(across, down, pdfium.FPDFBitmap_Gray if dpi else pdfium.FPDFBitmap_BGR, None, 0)
    if not bitmap:
        raise Unreadable("damaged")
    pdfium.FPDFBitmap_FillRect(bitmap, 0, 0, across, down, 0xFFFFFFFF)
    flags = pdfium.FPDF_ANNOT | (pdfium.FPDF_GRAYSCALE if dpi else 0)
    pdfium.FPDF_RenderPageBitmap(bitmap, opened, 0, 0, across, down, 0, flags)
    stride = pdfium.FPDFBitmap_GetStride(bitmap)
    data = bytes(cast(pdfium.FPDFBitmap_GetBuffer(bitmap), POINTER(c_ubyte * (stride * down))).contents)
    pdfium.FPDFBitmap_Destroy(bitmap)
    pdfium.FPDF_ClosePage(opened)
    mode, raw = ("L", "L") if dpi else ("RGB", "BGR")
    return Picture(Image.frombuffer(mode, (across, down), data, "raw", raw, stride, 1), *points)


def _pdfium() -> Any:
    import pypdfium2_raw  # type: ignore[import-untyped, unused-ignore]  # an image needs none of it

    return pypdfium2_raw
