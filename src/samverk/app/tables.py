"""Every table of the main database, known to the metadata once this module is imported."""

import samverk.answers.tables
import samverk.assistants.tables
import samverk.core.journal
import samverk.gateway.tables
import samverk.identity.tables
import samverk.knowledge.source_tables
import samverk.knowledge.tables
import samverk.knowledge.vector_tables
import samverk.library.tables
import samverk.masking.tables  # noqa: F401
from samverk.core.scope import Base
from samverk.ledger.tables import LedgerBase

METADATA = {"main": Base.metadata, "ledger": LedgerBase.metadata}
