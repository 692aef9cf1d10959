"""Writes a source as the Markdown page of a wiki: the title and facts above the text."""

from .source import Source


def build(source: Source) -> bytes:
    """The Markdown file in UTF-8."""
    meta = source.meta
    facts = f"{meta['publisher']} · {meta['decided']} · version {meta['version']} · ansvarig: {meta['owner']}"
    return f"# {source.title}\n\n{facts}\n\n{source.body}".encode()
