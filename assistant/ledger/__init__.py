"""The ledger (责任台账): every measure as a row that can be filtered, counted and exported.

rows      measures as plain values             exports  as a table, JSON lines, CSV, a workbook, a calendar
filter    filters as people name them          pages   a page at a time
standing  where a measure stands against a day
overview  the ledger in numbers                levels  places side by side
"""
