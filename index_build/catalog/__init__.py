"""The catalog: every document, policy, measure and passage as records in one SQLite file, the source of truth of
an index.  Lists, counts and dates are queries here, complete and exact; search only finds where to look.

    documents 1─n policies 1─n entries (measures and passages) 1─n mentions, deadlines
    cascade: which measure of a higher place a measure carries on, by their ids
    departments: each printed name within a place, with the wording that all names of one body share and the
    place that it is a department of (市公安局 in a county's plan is the city's)

What is loaded equals what was saved.  `CatalogWriter` makes a catalog; `Catalog` reads a finished one, which
nobody writes any more, so it may be shared by threads (each gets its own connection).

    schema  the tables                rows    values <-> columns
    filter  which measures            owners  whose department a name is
    writer  fills a catalog           reader  reads it
"""

from index_build.catalog.filter import EVERY_MEASURE, DepartmentRow, DocumentRow, Filter, searched_form
from index_build.catalog.owners import owner_of
from index_build.catalog.reader import CHUNK, Catalog
from index_build.catalog.writer import CatalogWriter

__all__ = [
    "CHUNK",
    "EVERY_MEASURE",
    "Catalog",
    "CatalogWriter",
    "DepartmentRow",
    "DocumentRow",
    "Filter",
    "owner_of",
    "searched_form",
]
