"""A call with all that is known of it before it is decided: its models, texts and terms, and the policy's facts."""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from samverk.core.levels import Level
from samverk.gateway import rules
from samverk.gateway.calls import Call
from samverk.gateway.kinds import KindOfCall, Size
from samverk.gateway.terms import OrgTerms
from samverk.gateway.texts import Text
from samverk.identity.principal import Kind
from samverk.library.service import Model
from samverk.masking.service import Masker

_MUST_BE_SAID = frozenset({"images"})  # abilities that a model has only if its card says so; others are tried


@dataclass(slots=True)
class Wanted:
    """A call that is being considered. `models` are those of the wished ones that can be called; `facts` grow by `look`.

    `size` is about what it will take, `scanned` whether personal data was looked for.
    """

    call: Call
    kind: KindOfCall
    models: Mapping[str, Model]
    masker: Masker
    terms: OrgTerms
    texts: list[Text]
    facts: rules.Facts
    size: Size
    scanned: bool = False

    @property
    def key(self) -> str | None:
        """The id of the key that calls; None where none does."""
        who = self.call.principal
        return who.id if who.kind is Kind.KEY else None

    async def look(self, *, all_of_it: bool = False) -> None:
        """Look for personal data, unless it could change nothing; and for a protected identity in all that is not open to all."""
        self.scanned = all_of_it or rules.scan_matters(self.facts)
        new = [text.text for text in self.texts if self.scanned and rules.counts(text.level)]
        guarded = [text.text for text in self.texts if text.level is not Level.OPEN]
        seen = await self.masker.look(new, guarded)
        if seen.labels or seen.protected:
            self.facts = replace(self.facts, found=seen.labels, protected=seen.protected)


def facts_of(
    call: Call, kind: KindOfCall, terms: OrgTerms, models: Mapping[str, Model], stopped: Mapping[str, str]
) -> rules.Facts:
    """What is known of a call before its texts are looked at. `stopped` are wished models that are not used, and why."""
    plan = terms.plan
    return rules.Facts(
        models=tuple(
            rules.Candidate(slug, Level.OPEN, stopped=stopped[slug]) if slug in stopped else _candidate(models[slug])
            for slug in call.models
        ),
        assistant=call.assistant_level,
        sources=call.source_level,
        marked=call.marked_level,
        unread=kind.unread(call.request),
        masking_allowed=call.masking_allowed and kind.maskable,
        kind=kind.kind,
        use=call.serves,
        needs=kind.needs(call.request),
        plan_kinds=plan.kinds,
        plan_abilities=plan.abilities,
    )


def _candidate(model: Model) -> rules.Candidate:
    card, off = model.card, model.adopted.tightening.without_abilities
    lacks = _MUST_BE_SAID - card.abilities
    return rules.Candidate(card.slug, card.approved_for, card.kind, card.allowed_uses, off, lacks=lacks)
