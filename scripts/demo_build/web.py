"""Writes a source as a page of the municipality's site, with all that stands around the text on such a page."""

from html import escape

from .source import MARKDOWN, Source

_PAGE = """<!doctype html>
<html lang="sv">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title} – {publisher}</title>
<meta name="description" content="{subtitle}">
<meta name="last-modified" content="{date}">
<style>
body {{ font: 1.05rem/1.6 system-ui, sans-serif; color: #16202b; margin: 0 auto; max-width: 72rem; padding: 0 1rem; }}
header, footer {{ border-block: 3px solid #00557f; padding: 1rem 0; }}
nav ul {{ display: flex; flex-wrap: wrap; gap: 1rem; list-style: none; padding: 0; }}
main {{ max-width: 44rem; }}
h1, h2, h3 {{ color: #00557f; line-height: 1.25; }}
table {{ border-collapse: collapse; }} th, td {{ border: 1px solid #6b7785; padding: .4rem .7rem; text-align: left; }}
</style>
</head>
<body>
<a class="skip" href="#innehall">Till innehållet</a>
<header>
<p class="logo">{publisher}</p>
<form role="search" action="/sok"><label>Sök på webbplatsen <input name="q" type="search"></label><button>Sök</button></form>
<nav aria-label="Huvudmeny">
<ul>
<li><a href="/barn-och-utbildning">Barn och utbildning</a></li>
<li><a href="/omsorg-och-stod">Omsorg och stöd</a></li>
<li><a href="/bygga-och-bo">Bygga och bo</a></li>
<li><a href="/uppleva-och-gora">Uppleva och göra</a></li>
<li><a href="/kommun-och-politik">Kommun och politik</a></li>
</ul>
</nav>
</header>
<nav aria-label="Brödsmulor"><a href="/">Start</a> / <a href="{section_path}">{section}</a> / {title}</nav>
<main id="innehall">
<article>
<h1>{title}</h1>
<p class="ingress">{subtitle}</p>
{body}</article>
</main>
<aside aria-label="Sidinformation">
<p>Sidan uppdaterades {date}. Ansvarig: {owner}.</p>
<p><a href="/lyssna">Lyssna</a> · <a href="/skriv-ut">Skriv ut</a></p>
<p><a href="/tyck-till">Hjälpte informationen på den här sidan dig?</a></p>
</aside>
<footer>
<p>{publisher} · Kontaktcenter {phone} · <a href="/om-webbplatsen">Om webbplatsen</a> · <a href="/kakor">Kakor</a> · \
<a href="/tillganglighet">Tillgänglighetsredogörelse</a></p>
</footer>
</body>
</html>
"""


def build(source: Source) -> bytes:
    """The page in UTF-8."""
    fields = {name: escape(value) for name, value in source.meta.items()}
    return _PAGE.format(body=MARKDOWN.render(source.body), **fields).encode()
