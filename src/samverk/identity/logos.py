"""What may be a logo: a whole PNG, JPEG, WebP or SVG of at most 40 kB. Pure: looks at the bytes, draws nothing."""

from samverk.core.errors import Invalid, TooLarge

MOST_BYTES = 40 * 1024
_SVG = "{http://www.w3.org/2000/svg}svg"


class NotALogo(Invalid):
    """The file is no picture that browsers show, or it is cut off."""

    sv = "Filen går inte att använda som logotyp. Välj en hel bild i formatet PNG, JPEG, WebP eller SVG."
    en = "The file cannot be used as a logo. Choose a whole picture in PNG, JPEG, WebP or SVG."

    def __init__(self) -> None:
        super().__init__(param="logo")


def kind_of(data: bytes) -> str:
    """The media type of a picture, by its first and last bytes. Raises TooLarge, NotALogo."""
    if len(data) > MOST_BYTES:
        raise TooLarge(limit=f"{MOST_BYTES // 1024} kB", param="logo")
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-12:]:
        return "image/png"
    if data.startswith(b"\xff\xd8\xff") and data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and int.from_bytes(data[4:8], "little") + 8 <= len(data):
        return "image/webp"
    if _is_svg(data):
        return "image/svg+xml"
    raise NotALogo


def _is_svg(data: bytes) -> bool:
    """Whether it is a whole SVG document without declarations of its own (entities could grow without end)."""
    if b"<!ENTITY" in data or b"<svg" not in data:
        return False
    from lxml import etree  # loaded when somebody brings a logo

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return bool(etree.fromstring(data, parser).tag == _SVG)
    except (etree.XMLSyntaxError, ValueError):
        return False
