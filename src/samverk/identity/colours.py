"""Which colours can be read, the nearest that can, and what a scheme derives from one. Pure; knows no organisation.

Contrast is that of WCAG 2.2 (relative luminance of sRGB). Colours are made lighter and darker in OKLCH, where the hue stays what
people see: Björn Ottosson, "A perceptual color space for image processing" (2020), whose matrices these are.
"""

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass

AT_LEAST = 4.5  # WCAG 2.2, success criterion 1.4.3
PAPER = "#ffffff"
# What the brand's colour is written on, and what is written on its soft tone: the surfaces and inks of the pages' two schemes.
LIGHT_GROUNDS = (PAPER, "#f4f6f8", "#e4f3ea", "#e3f0f7", "#fdf0e3", "#fcecee")
DARK_GROUNDS = ("#12181f", "#1a222b", "#14301f", "#17303f", "#38240f", "#3b161b")
LIGHT_INKS = ("#16202b", "#4a5764")
DARK_INKS = ("#eef2f6", "#b3bfca")

RGB = tuple[float, float, float]  # sRGB, each 0 to 1
LCH = tuple[float, float, float]  # lightness 0 to 1, chroma, hue in radians


@dataclass(frozen=True, slots=True)
class Scheme:
    """The three colours that a scheme takes from the brand, as `#rrggbb`."""

    brand: str
    on_brand: str
    soft: str


@dataclass(frozen=True, slots=True)
class Palette:
    """The brand in the light and in the dark scheme."""

    light: Scheme
    dark: Scheme

    def pairs(self) -> list[tuple[str, str]]:
        """Every (text, ground) that the pages can draw with these colours."""
        sides = ((self.light, LIGHT_GROUNDS, LIGHT_INKS), (self.dark, DARK_GROUNDS, DARK_INKS))
        return [
            pair
            for scheme, grounds, inks in sides
            for pair in (
                (scheme.on_brand, scheme.brand),
                *((scheme.brand, ground) for ground in (*grounds, scheme.soft)),
                *((ink, scheme.soft) for ink in inks),
            )
        ]


def is_colour(text: str) -> bool:
    """Whether the text is `#rrggbb` in small letters."""
    return re.fullmatch(r"#[0-9a-f]{6}", text) is not None


def contrast(one: str, other: str) -> float:
    """The contrast ratio of two colours, 1 to 21."""
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """The relative luminance, 0 to 1."""
    red, green, blue = (_linear(channel) for channel in _rgb(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def is_readable(colour: str) -> bool:
    """Whether the colour can be read on white paper."""
    return _passes(colour, (PAPER,))


def nearest(colour: str, grounds: Iterable[str] = (PAPER,)) -> str:
    """The colour itself where it can be read on all the (light) grounds; else the same hue, darkened just enough."""
    grounds = tuple(grounds)
    if _passes(colour, grounds):
        return colour
    lightness, chroma, hue = to_oklch(colour)
    low, high = 0.0, lightness
    for _ in range(20):
        middle = (low + high) / 2
        if _passes(from_oklch((middle, chroma, hue)), grounds):
            low = middle
        else:
            high = middle
    return from_oklch((low, chroma, hue))


def palette(colour: str) -> Palette:
    """What both schemes derive from a readable colour, so that each of their pairs has a contrast of at least 4.5 to 1.

    The light scheme keeps the colour, a shade darker where tinted grounds ask for it; the dark one lifts it to the lightness
    of a text. Chroma is held back in the tones behind a text.
    """
    _, chroma, hue = to_oklch(colour)
    soft = from_oklch((0.95, min(chroma, 0.025), hue))
    light = Scheme(nearest(colour, (*LIGHT_GROUNDS, soft)), PAPER, soft)
    lifted = from_oklch((0.78, min(chroma, 0.12), hue))
    dark = Scheme(lifted, from_oklch((0.2, min(chroma, 0.03), hue)), from_oklch((0.29, min(chroma, 0.04), hue)))
    return Palette(light, dark)


def to_oklch(colour: str) -> LCH:
    """A colour's lightness, chroma and hue in OKLCH."""
    red, green, blue = (_linear(channel) for channel in _rgb(colour))
    long = math.cbrt(0.4122214708 * red + 0.5363325363 * green + 0.0514459929 * blue)
    middle = math.cbrt(0.2119034982 * red + 0.6806995451 * green + 0.1073969566 * blue)
    short = math.cbrt(0.0883024619 * red + 0.2817188376 * green + 0.6299787005 * blue)
    lightness = 0.2104542553 * long + 0.7936177850 * middle - 0.0040720468 * short
    a = 1.9779984951 * long - 2.4285922050 * middle + 0.4505937099 * short
    b = 0.0259040371 * long + 0.7827717662 * middle - 0.8086757660 * short
    return lightness, math.hypot(a, b), math.atan2(b, a)


def from_oklch(lch: LCH) -> str:
    """The colour of a lightness, chroma and hue; chroma that sRGB cannot show is given up, lightness and hue are kept."""
    lightness, chroma, hue = lch
    if not _shown(lch):
        low, high = 0.0, chroma
        for _ in range(20):
            middle = (low + high) / 2
            low, high = (middle, high) if _shown((lightness, middle, hue)) else (low, middle)
        chroma = low
    channels = (_curved(min(1.0, max(0.0, channel))) for channel in _linear_rgb((lightness, chroma, hue)))
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in channels)


def _passes(colour: str, grounds: Iterable[str]) -> bool:
    return all(contrast(colour, ground) >= AT_LEAST for ground in grounds)


def _shown(lch: LCH) -> bool:
    return all(-1e-4 <= channel <= 1 + 1e-4 for channel in _linear_rgb(lch))


def _linear_rgb(lch: LCH) -> RGB:
    lightness, chroma, hue = lch
    a, b = chroma * math.cos(hue), chroma * math.sin(hue)
    long = (lightness + 0.3963377774 * a + 0.2158037573 * b) ** 3
    middle = (lightness - 0.1055613458 * a - 0.0638541728 * b) ** 3
    short = (lightness - 0.0894841775 * a - 1.2914855480 * b) ** 3
    return (
        4.0767416621 * long - 3.3077115913 * middle + 0.2309699292 * short,
        -1.2684380046 * long + 2.6097574011 * middle - 0.3413193965 * short,
        -0.0041960863 * long - 0.7034186147 * middle + 1.7076147010 * short,
    )


def _rgb(colour: str) -> RGB:
    red, green, blue = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    return red, green, blue


def _linear(channel: float) -> float:
    """Without the sRGB transfer curve (IEC 61966-2-1)."""
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4


def _curved(channel: float) -> float:
    return channel * 12.92 if channel <= 0.0031308 else 1.055 * channel ** (1 / 2.4) - 0.055
