"""Task tables, in every form that a document gives them: `rows.Row`s of folded stretches come out of each.

rows          a table with its grid (docx, html, xlsx, ruled pdf)
grids         the tables that one grid holds
columns       what a column holds, by its head; column_contents: by its cells
flat          one cell a line           parted   one row a line, cells parted by blanks
printed_cells the cells of such lines
drawn         rules between rows, which take as many lines as they need
torn          words in order, places lost; cell_places finds them again
cards         labels with their values  matrices tasks and departments across each other
cells         units and times with more in them than a list; cell_clauses: read as clauses
rows_above    cells that repeat those above them, rows that name a class
spoken_rows   rows whose words say who does them
"""
