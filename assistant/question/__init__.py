"""What the words of a question mean; `assistant.understand` puts the parts together.

phrases, weighted             the lexicon: stop words, signals, everyday and English wordings
scope                         which places and papers: named_places, named_papers; english names
named_units, doubted          which units, and what is doubted or taken for granted about them
named_days                    which days and years
references                    measures called by number
intent, quantity              what is asked; the figure that is asked for
followup, answered_rows       what the turns before add; rows of the last answer, as they are called
topic, asking                 the words that an answer has to contain; those that only ask
sides                         what is asked of each place that is compared
orders, without               orders to leave the sources; what a person took out
"""
