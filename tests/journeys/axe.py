"""What every page must hold to: axe-core (WCAG 2.2 AA and best practice), both schemes, wide and narrow, nothing sticking out."""

from typing import Literal

from axe_playwright_python.base import AXE_SCRIPT
from playwright.sync_api import Page

from tests import required

Scheme = Literal["light", "dark"]

# axe leaves a contrast open where something covers part of the text (a sticky field, a popover's edge). The colours themselves
# decide: the text's, over the nearest backgrounds behind it.
_TOO_PALE = r"""
(selectors) => {
  const rgba = (text) => [...text.matchAll(/[\d.]+/g)].map(Number).concat(1).slice(0, 4);
  const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
  const behind = (element) => {
    if (!element) return [255, 255, 255, 1]; // the page itself always has a colour of its own
    const style = getComputedStyle(element);
    if (style.backgroundImage !== "none") return null;
    const colour = rgba(style.backgroundColor);
    if (colour[3] === 1) return colour;
    const below = behind(element.parentElement);
    return below && over(colour, below);
  };
  const luminance = (colour) => colour.slice(0, 3)
    .map((c) => c / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4))
    .reduce((sum, c, i) => sum + c * [0.2126, 0.7152, 0.0722][i], 0);
  return selectors.filter((selector) => {
    const element = document.querySelector(selector);
    const style = getComputedStyle(element);
    const size = parseFloat(style.fontSize);
    const large = size >= 24 || (size >= 18.66 && Number(style.fontWeight) >= 700);
    const ground = behind(element);
    if (!ground) return true;
    const [a, b] = [luminance(over(rgba(style.color), ground)), luminance(ground)].sort((x, y) => y - x);
    return (a + 0.05) / (b + 0.05) < (large ? 3 : 4.5);
  });
}
"""


# What the colour scheme decides: every other rule reads what is the same in light and dark.
_COLOURS = ["color-contrast", "link-in-text-block"]
# Each width and each scheme is seen, and in the long run each width in each scheme.
_LOOKS: tuple[tuple[int, int, Scheme, list[str] | None], ...] = ((1440, 900, "light", None), (320, 700, "dark", None))
if required.thorough():
    _LOOKS = (*_LOOKS, (1440, 900, "dark", _COLOURS), (320, 700, "light", _COLOURS))


def assert_accessible(page: Page) -> None:
    """Fail on anything that axe finds, or leaves open, on the page as it stands: light and dark, 1440 and 320 pixels."""
    page.evaluate(AXE_SCRIPT)
    found = []
    for width, height, scheme, rules in _LOOKS:
        page.set_viewport_size({"width": width, "height": height})
        page.emulate_media(color_scheme=scheme)
        found += [f"{width} {scheme} {finding}" for finding in findings(page, rules)]
        if (wide := page.evaluate("document.documentElement.scrollWidth")) > width:
            found.append(f"{width}: the page is {wide} pixels wide")
    assert not found, "\n".join(found)


def findings(page: Page, rules: list[str] | None = None) -> list[str]:
    """What axe, already loaded, finds on the page or leaves open: the rule, and the elements. Without `rules`, all of them."""
    only = {"runOnly": {"type": "rule", "values": rules}} if rules else {}
    result = page.evaluate("how => axe.run(how)", {"resultTypes": ["violations", "incomplete"], **only})
    found = [(rule["id"], rule["nodes"]) for rule in result["violations"]]
    for rule in result["incomplete"]:
        nodes = rule["nodes"]
        if rule["id"] == "color-contrast":
            pale = page.evaluate(_TOO_PALE, [node["target"][0] for node in nodes])
            nodes = [node for node in nodes if node["target"][0] in pale]
        if nodes:
            found.append((f"{rule['id']} (left open)", nodes))
    return [f"{rule}: {[node['html'][:200] for node in nodes]}" for rule, nodes in found]
