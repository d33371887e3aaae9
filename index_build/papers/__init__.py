"""The papers (policies) in a file and what each says about itself: title, document number, issuers, date, place,
year, addressees, validity and kind.

    signs     lines that are days, document numbers or organs, and the fields beside a title
    titles    a paper's title, and what the title tells: its kind, who issued it
    letters   the covering letter: addressees, signature, where it ends
    validity  from when and until when it holds, what it repeals
    openings  where papers begin in a file
    paper     all of it together
"""

from index_build.papers.paper import Paper, find_papers
from index_build.papers.signs import read_day

__all__ = ["Paper", "find_papers", "read_day"]
