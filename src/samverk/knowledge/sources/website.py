"""A web site: its pages' main content and the documents that they link to, fetched as a polite guest."""

from collections.abc import AsyncIterator, Mapping
from urllib.parse import urlsplit

from samverk.core.destinations import FetchRefused, destination
from samverk.core.errors import Invalid
from samverk.core.fetching import Fetching
from samverk.knowledge.sources import Field, Mention, Seen, Settings, Tools, Words

_MOST_PAGES, _DEEPEST, _SLOWEST = 50_000, 50, 60


class Website:
    """Walks from a start address through links and sitemaps, within the start's own path."""

    kind = "website"
    title = Words("Webbplats", "Web site")
    hint = Words(
        "Sidornas huvudinnehåll och de dokument som de länkar till. Det som webbplatsen ber robotar att låta bli hämtas inte.",
        "The main content of the pages and the documents that they link to. What the site asks robots to leave is left.",
    )
    walks = True
    form = (
        Field(
            "address",
            Words("Startadress", "Start address"),
            "address",
            hint=Words(
                "Allt på adressen och under den tas med: https://ort.se/bygga ger de sidor som börjar så.",
                "Everything at and below the address is taken: https://ort.se/bygga gives the pages that begin so.",
            ),
        ),
        Field("pages", Words("Högst så många sidor", "At most so many pages"), "number", default="5000"),
        Field("depth", Words("Högst så många länkar bort", "At most so many links away"), "number", default="12"),
        Field(
            "seconds",
            Words("Sekunder mellan hämtningar", "Seconds between requests"),
            "number",
            default="1",
            hint=Words(
                "En sida i taget hämtas. Ber webbplatsen om längre tid får den det.",
                "One page is fetched at a time. If the site asks for more time, it gets it.",
            ),
        ),
    )

    def where(self, settings: Settings) -> str:
        """The site and the path, without the scheme."""
        parts = urlsplit(settings["address"])
        return f"{parts.netloc}{parts.path}".rstrip("/")

    async def check(self, settings: Settings, secret: str, tools: Tools) -> None:
        """Raise Invalid for an address that is not fetched from, or a bound out of reach."""
        try:
            destination(settings["address"], tools.egress.inside)
        except FetchRefused as error:
            raise Invalid(sv=error.sv, en=error.en, param="address") from error
        for name, most in (("pages", _MOST_PAGES), ("depth", _DEEPEST), ("seconds", _SLOWEST)):
            if int(settings[name]) > most:
                label = next(field.label for field in self.form if field.name == name)
                raise Invalid(sv=f"{label.sv}: högst {most}.", en=f"{label.en}: at most {most}.", param=name)

    async def walk(
        self, settings: Settings, secret: str, seen: Mapping[str, Seen], tools: Tools
    ) -> AsyncIterator[Mention]:
        """See `Source`."""
        from samverk.knowledge.crawling.addresses import canonical  # only now: lxml is heavy to load
        from samverk.knowledge.crawling.crawl import Crawl, Plan
        from samverk.knowledge.crawling.visits import Visits

        plan = Plan(canonical(settings["address"]), int(settings["pages"]), int(settings["depth"]))
        crawl = Crawl(plan, seen, tools, Visits(Fetching(tools.egress), tools, float(settings["seconds"])))
        async for mention in crawl.walk():
            yield mention


SOURCE = Website
