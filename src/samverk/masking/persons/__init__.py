"""Names of persons in Swedish text: tokens, features, a conditional random field, and what a document says elsewhere.

`names(text)` is the whole of it. The rest of the room sees a recogniser (`recognisers/person.py`); how the weights came
to be stands in docs/explanation/persons.md. Knows nothing of other personal data.
"""

from samverk.masking.persons.finding import Name, names

__all__ = ["Name", "names"]
