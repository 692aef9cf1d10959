"""Colours: what is accepted can be read in both schemes; what is refused has a nearest of the same hue, darkened just enough."""

import math
import re
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from samverk import web
from samverk.identity import colours
from samverk.identity.colours import AT_LEAST, PAPER, contrast, from_oklch, is_readable, nearest, palette, to_oklch

COLOURS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("one", "other", "ratio"),
    [("#000000", "#ffffff", 21.0), ("#ffffff", "#ffffff", 1.0), ("#767676", PAPER, 4.54), ("#00557f", PAPER, 8.06)],
)
def test_contrast_is_that_of_wcag(one: str, other: str, ratio: float) -> None:
    assert contrast(one, other) == pytest.approx(ratio, abs=0.01)
    assert contrast(other, one) == contrast(one, other)


def test_oklch_is_that_of_its_author() -> None:
    lightness, chroma, hue = to_oklch("#ff0000")
    assert (lightness, chroma, math.degrees(hue)) == pytest.approx((0.62796, 0.25768, 29.234), abs=1e-3)


@given(COLOURS)
def test_a_colour_comes_back_from_oklch(colour: str) -> None:
    again = from_oklch(to_oklch(colour))
    assert all(abs(int(colour[i : i + 2], 16) - int(again[i : i + 2], 16)) <= 1 for i in (1, 3, 5))


@given(COLOURS)
def test_whatever_is_accepted_every_pair_can_be_read(colour: str) -> None:
    accepted = nearest(colour)
    assert is_readable(accepted)
    for text, ground in palette(accepted).pairs():
        assert contrast(text, ground) >= AT_LEAST, (accepted, text, ground)


@given(COLOURS)
def test_the_nearest_has_the_hue_and_is_darkened_just_enough(colour: str) -> None:
    taken = nearest(colour)
    if is_readable(colour):
        assert taken == colour
        return
    lightness, chroma, hue = to_oklch(taken)
    assert lightness < to_oklch(colour)[0]
    assert contrast(taken, PAPER) < AT_LEAST + 0.15
    if chroma > 0.05:
        turned = abs(hue - to_oklch(colour)[2])
        assert min(turned, 2 * math.pi - turned) < math.radians(4)


def test_the_surfaces_are_those_of_the_pages() -> None:
    css = (Path(web.__file__).parent / "static" / "app.css").read_text(encoding="utf-8")
    light, dark = css.partition("@media (prefers-color-scheme: dark)")[::2]
    for scheme, grounds, inks in (
        (light, colours.LIGHT_GROUNDS, colours.LIGHT_INKS),
        (dark, colours.DARK_GROUNDS, colours.DARK_INKS),
    ):
        values = dict(re.findall(r"--([\w-]+): (#[0-9a-f]{3,6})", scheme.partition("}")[0]))
        surfaces = {
            name: value for name, value in values.items() if name in ("paper", "soft") or name.endswith("-soft")
        }
        full = {value if len(value) == 7 else "#" + "".join(2 * c for c in value[1:]) for value in surfaces.values()}
        full.discard(values["brand-soft"])
        assert full <= set(grounds)
        assert {values["ink"], values["mute"]} == set(inks)
