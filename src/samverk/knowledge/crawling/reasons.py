"""Why a page is not taken, and why a walk breaks off: closed tables of reasons, in Swedish and English. Pure."""

from samverk.knowledge.views import Reason

REASONS: dict[str, tuple[str, str]] = {
    "robots": (
        "Webbplatsen ber i robots.txt om att adressen inte hämtas.",
        "The site asks in robots.txt that the address not be fetched.",
    ),
    "noindex": (
        "Sidan ber om att inte tas med (noindex).",
        "The page asks not to be included (noindex).",
    ),
    "same_content": (
        "Samma innehåll finns redan på {detail}.",
        "The same content is there already, at {detail}.",
    ),
    "page_empty": (
        "Sidan har ingen text förrän den körs som program, eller ingen text alls.",
        "The page has no text until it is run as a program, or no text at all.",
    ),
    "page_missing": (
        "Adressen leder ingenstans (404).",
        "The address leads nowhere (404).",
    ),
    "page_missing_once": (
        "Sidan svarar att den inte finns. Är den borta nästa gång också tas dokumentet bort.",
        "The page says that it does not exist. If it is missing next time too, the document is removed.",
    ),
    "page_unlinked": (
        "Inget på webbplatsen leder hit längre. Sidan finns, så dokumentet är kvar; ta bort det om det inte ska gälla.",
        "Nothing on the site leads here any more. The page exists, so the document stays; delete it if it should not count.",
    ),
    "page_closed": (
        "Sidan kräver inloggning eller är stängd ({detail}).",
        "The page asks for a login or is closed ({detail}).",
    ),
    "page_failed": (
        "Webbplatsen svarade med ett fel ({detail}).",
        "The site answered with an error ({detail}).",
    ),
    "page_elsewhere": (
        "Adressen leder vidare till en annan webbplats: {detail}.",
        "The address leads to another site: {detail}.",
    ),
    "page_type": (
        "Filer av det slaget läses inte: {detail}.",
        "Files of that kind are not read: {detail}.",
    ),
    "page_limit": (
        "Gränsen på {detail} sidor är nådd. Höj den i källans inställningar om mer ska hämtas.",
        "The limit of {detail} pages is reached. Raise it in the source's settings to fetch more.",
    ),
    "trap_deep": (
        "Adressen är längre eller djupare än sidor brukar vara, så den och de som liknar den följs inte.",
        "The address is longer or deeper than pages usually are, so it and those like it are not followed.",
    ),
    "trap_loop": (
        "Samma mapp kommer om och om igen i adressen, så den och de som liknar den följs inte.",
        "The same folder comes again and again in the address, so it and those like it are not followed.",
    ),
    "trap_calendar": (
        "Adresserna hör till en kalender som inte tar slut, så fler av dem följs inte.",
        "The addresses belong to a calendar without end, so no more of them are followed.",
    ),
    "trap_form": (
        "Ett formulär eller en lista ger adresser utan slut, så fler av dem följs inte.",
        "A form or a list gives addresses without end, so no more of them are followed.",
    ),
}

# Why a whole walk breaks off.
BROKEN: dict[str, tuple[str, str]] = {
    "start": ("startsidan gick inte att hämta. {detail}", "the start page could not be fetched. {detail}"),
    "elsewhere": (
        "startadressen leder vidare till {detail}. Ange den adressen i stället.",
        "the start address leads to {detail}. Enter that address instead.",
    ),
    "forbidden": (
        "webbplatsen ber i robots.txt om att startsidan inte hämtas.",
        "the site asks in robots.txt that the start page not be fetched.",
    ),
    "silent": (
        "webbplatsen kan inte säga vad som får hämtas (robots.txt svarar med fel).",
        "the site cannot say what may be fetched (robots.txt answers with an error).",
    ),
    "busy": (
        "webbplatsen är upptagen och ber oss vänta. Försök igen senare.",
        "the site is busy and asks us to wait. Please try again later.",
    ),
    "lost": ("webbplatsen slutade svara.", "the site stopped answering."),
    "cancelled": ("den avbröts.", "it was cancelled."),
}


def reason(code: str, detail: str = "") -> Reason:
    """The reason with this code, its detail filled in."""
    sv, en = (text.replace("{detail}", detail) for text in REASONS[code])
    return Reason(code, sv, en)
