"""Presidio's share of `benchmarks.masking`: its pattern recognisers on a blank Swedish model. Runs in an environment of its own.

    python timed.py ROUNDS < texts.json      # a list of texts in, one JSON object out: seconds of CPU a round, what was found

No neural model, and nothing is fetched: the suffix list of its e-mail recogniser is the one that its package brings.
"""

import json
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine

LANGUAGE = "sv"
SWEDISH = ("SePersonnummerRecognizer", "SeOrganisationsnummerRecognizer")
GENERAL = (
    "CreditCardRecognizer",
    "EmailRecognizer",
    "IbanRecognizer",
    "IpRecognizer",
    "MacAddressRecognizer",
    "PhoneRecognizer",
)


class Blank(SpacyNlpEngine):
    """A tokeniser without a model."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
        self.nlp = {LANGUAGE: spacy.blank(LANGUAGE)}


def analyzer() -> AnalyzerEngine:
    """Presidio with those of its recognisers that are meant for what a Swedish text holds."""
    import presidio_analyzer.predefined_recognizers as predefined

    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    for name in (*SWEDISH, *GENERAL):
        kind = getattr(predefined, name, None)
        if kind is not None:
            registry.add_recognizer(kind(supported_language=LANGUAGE))
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=[LANGUAGE])


def main() -> None:
    """Read texts, print seconds."""
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    texts = json.load(sys.stdin)
    engine = analyzer()
    engine.analyze(texts[0], language=LANGUAGE)
    seconds = []
    for _ in range(int(sys.argv[1])):
        begun = time.process_time()
        found = [engine.analyze(text, language=LANGUAGE) for text in texts]
        seconds.append(time.process_time() - begun)
    names = sorted(recogniser.name for recogniser in engine.registry.recognizers)
    print(json.dumps({"seconds": seconds, "found": sum(map(len, found)), "recognisers": names}))


if __name__ == "__main__":
    main()
