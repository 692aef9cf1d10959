"""Watches a page from its first moment: how much it moves, and whether an answer ever shows raw Markdown. In `window.seen`."""

WATCH = r"""
() => {
  const seen = (window.seen = { frames: 0, raw: [], shift: 0 });
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) seen.shift += entry.value;
  }).observe({ type: "layout-shift", buffered: true });
  const raw = /\*\*|__|`|\[\d*\]?|\]\(|^#{1,6}\s|^\||\|\s*-{3}|(^|\s)[*_](?=\S)/m;
  const look = () => {
    for (const block of document.querySelectorAll("[data-blocks] > .block")) {
      const clone = block.cloneNode(true);
      clone.querySelectorAll("pre, code").forEach((code) => code.remove());
      if (raw.test(clone.textContent)) seen.raw.push(clone.textContent.slice(-80));
    }
    seen.frames += 1;
  };
  const all = { childList: true, subtree: true, characterData: true };
  addEventListener("DOMContentLoaded", () => new MutationObserver(look).observe(document.body, all));
}
"""
