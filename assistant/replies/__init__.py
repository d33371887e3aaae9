"""An understood question → its answer: each kind of question has a module, `reply` chooses among them.

single, yes_or_no             one measure: who, when, what; a doubt about a unit
numbered                      a measure called by its number
tasks, due, counts            a department's measures, what is due, how many; worded by `lists`
compare, counterpart          places side by side; the same thing at another level
changes                       what a lower place changed
papers                        the papers themselves
missing                       nothing answers: what there is instead
"""
