"""How well the extractive model answers, and how well the confidence knows when there is no answer.

    python -m benchmarks.answers DIR [--reference] [--misses N]     # DIR as data/retrieval/swequad

Searches with the product's own index (`--reference`: with the plain BM25 of this folder). An answer *contains* a listed
answer when its words stand in it as text, after NFKC, lower case, soft hyphens dropped and white space as single spaces;
citations count as characters of the answer. A question with several listed answers counts by the share contained.
"""

import argparse
import asyncio
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.answering import Case, Found, Search, area, contains, load, passages

from samverk.answers.confidence import THRESHOLD, assess
from samverk.core import swedish
from samverk.core.ids import new_id
from samverk.knowledge import indexes
from samverk.knowledge.ports import IndexEntry, Shelf, Wanted, Where
from samverk.library.extractive import read
from samverk.library.matching import content
from samverk.library.ports import ChatRequest, Delta, Endpoint, Message, TextPart
from samverk.library.providers.extractive import Extractive

DEPTH = 100  # hits asked of the index, of which those of a removed document are dropped

Answerer = Callable[[str, tuple[Found, ...]], str]


@contextmanager
def product_search(folder: Path) -> Iterator[Search]:
    """The product's embedded index over the corpus of a folder, in a place of its own."""
    corpus = passages(folder)
    factory = indexes.factory("tantivy")
    assert factory is not None
    with tempfile.TemporaryDirectory() as place:
        index, shelf = factory(Where(Path(place))), Shelf(new_id(), new_id())
        entries = [IndexEntry(str(n), p["doc"], p["title"], p["text"]) for n, p in enumerate(corpus)]
        index.apply(shelf, entries, (), 1)

        def search(query: str) -> list[tuple[int, float]]:
            hits = index.search(Wanted(shelf.org, [shelf.collection], query, DEPTH))
            return [(int(hit.id), hit.score) for hit in hits]

        yield search


def extractive(question: str, found: tuple[Found, ...]) -> str:
    """The product's answer, as a person reads it."""

    async def ask() -> str:
        request = ChatRequest((Message("user", (*Case.sources(found), TextPart(question))),))
        events = Extractive().chat(Endpoint("extractive", "extractive"), request)
        return "".join([event.text async for event in events if isinstance(event, Delta)])

    return asyncio.run(ask())


def naive(sentences: int) -> Answerer:
    """The baseline: the sentences of the first passage that share most words with the question, best first."""

    def answer(question: str, found: tuple[Found, ...]) -> str:
        asked = {word.stem for word in content(question)}
        text = found[0].text if found else ""
        spans = [text[start:end] for start, end in swedish.sentences(text)]
        best = sorted(spans, key=lambda span: -len(asked & {word.stem for word in content(span)}))
        return " ".join(best[:sentences])

    return answer


def best_passage_share(question: str, found: tuple[Found, ...]) -> float:
    """The baseline of confidence: the share of the question's words, weighed by rarity, in the best passage."""
    asked = read(question, Case.sources(found)).question
    stems = [{word.stem for word in content(f"{each.title} {each.text}")} for each in found]
    return max((sum(t.weight for t in asked.terms if t.stem in known) for known in stems), default=0.0)


def confidence(question: str, found: tuple[Found, ...]) -> float:
    """The product's confidence."""
    return assess(question, *Case.columns(found)).score


def print_answers(cases: list[Case], misses: int) -> None:
    """One row for each way to answer."""
    for name, answer in (("naive, one sentence", naive(1)), ("naive, three", naive(3)), ("extractive", extractive)):
        started = time.process_time()
        texts = [answer(case.question, case.found) for case in cases]
        spent = 1000 * (time.process_time() - started) / len(cases)
        at = {
            n: statistics.mean(contains(t[:n], c.answers) for t, c in zip(texts, cases, strict=True))
            for n in (400, 700)
        }
        length = statistics.median(len(text) for text in texts)
        print(
            f"{name:20} contains@400 {at[400]:.3f}  @700 {at[700]:.3f}  median length {length:.0f}  {spent:.1f} ms CPU"
        )
    missed = [(c, t) for c, t in zip(cases, texts, strict=True) if contains(t[:700], c.answers) < 1]
    for case, text in missed[:misses]:
        print(f"\n{case.question}\n   wanted: {case.answers}\n   answer: {text}")


def print_confidence(cases: list[Case]) -> None:
    """One row for each way to be sure: all questions, and those that no other document answers word for word."""
    for name, sure in (("share, best passage", best_passage_share), ("confidence", confidence)):
        whole = [sure(case.question, case.found) for case in cases]
        bereft = [sure(case.question, case.bereft) for case in cases]
        clear = [score for score, case in zip(bereft, cases, strict=True) if not case.still_answered]
        print(
            f"{name:20} area under the curve {area(whole, bereft):.3f}; without the {len(bereft) - len(clear)} questions "
            f"that another document answers in the same words {area(whole, clear):.3f}"
        )
    refused, recognised = (sum(score < THRESHOLD for score in scores) / len(scores) for scores in (whole, clear))
    print(
        f"at the threshold {THRESHOLD}: {refused:.3f} of the answerable refused, {recognised:.3f} of the others recognised"
    )


def main() -> None:
    """Print the rows."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path)
    parser.add_argument(
        "--reference", action="store_true", help="search with the plain BM25 instead of the product's index"
    )
    parser.add_argument("--misses", type=int, default=0, help="print so many answers that lack the words sought")
    arguments = parser.parse_args()
    if arguments.reference:
        cases = load(arguments.folder)
    else:
        with product_search(arguments.folder) as search:
            cases = load(arguments.folder, search)
    answered = [case for case in cases if case.answers]
    if answered:
        print_answers(answered, arguments.misses)
    print_confidence(list(cases))


if __name__ == "__main__":
    main()
