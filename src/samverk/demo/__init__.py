"""The demo's data: a fictional municipality's documents, and the manifest of who is there and what may be asked."""
