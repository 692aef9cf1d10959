"""Builds the demo's documents from their Markdown sources: `source` reads, one module a format writes."""
