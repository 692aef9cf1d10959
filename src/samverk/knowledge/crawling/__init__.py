"""Walking through a web site as a well-behaved guest: what may be asked for, in what order and pace, and what it means.

Knows pages and addresses; nothing of collections, and reads no markup in this process (`reading.site_page` does, in the sandbox).
"""
