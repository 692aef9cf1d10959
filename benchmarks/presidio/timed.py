"""Presidio's share of `benchmarks.masking`: its pattern recognisers on a blank Swedish model. Runs in an environment of its own.

    python timed.py   # a line of JSON in: the texts; the recognisers out. Then for each line in: seconds of CPU of a round

No neural model, and nothing is fetched: the suffix list of its e-mail recogniser is the one that its package brings.
"""

import json
import sys
import time

import spacy
import tldextract
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry, predefined_recognizers
from presidio_analyzer.nlp_engine import SpacyNlpEngine

LANGUAGE = "sv"
SWEDISH = ("SePersonnummerRecognizer", "SeOrganisationsnummerRecognizer")


class Blank(SpacyNlpEngine):
    """A tokeniser without a model."""

    def __init__(self) -> None:
        super().__init__(models=[{"lang_code": LANGUAGE, "model_name": "blank"}])
        self.nlp = {LANGUAGE: spacy.blank(LANGUAGE)}


def analyzer() -> AnalyzerEngine:
    """Presidio with every recogniser that it loads for a Swedish text, the two Swedish ones, and cards."""
    registry = RecognizerRegistry(supported_languages=[LANGUAGE])
    registry.load_predefined_recognizers(languages=[LANGUAGE], nlp_engine=Blank())
    loaded = {type(recogniser).__name__ for recogniser in registry.recognizers}
    for name in (*SWEDISH, "CreditCardRecognizer"):
        kind = getattr(predefined_recognizers, name, None)
        if kind is not None and name not in loaded:
            registry.add_recognizer(kind(supported_language=LANGUAGE))
    return AnalyzerEngine(registry=registry, nlp_engine=Blank(), supported_languages=[LANGUAGE])


def main() -> None:
    """Read texts, then print the seconds of a round whenever asked."""
    tldextract.extract = tldextract.TLDExtract(suffix_list_urls=())
    texts = json.loads(sys.stdin.readline())
    engine = analyzer()
    engine.analyze(texts[0], language=LANGUAGE)
    print(", ".join(sorted(recogniser.name for recogniser in engine.registry.recognizers)), flush=True)
    for _ in sys.stdin:
        begun = time.process_time()
        for text in texts:
            engine.analyze(text, language=LANGUAGE)
        print(time.process_time() - begun, flush=True)


if __name__ == "__main__":
    main()
