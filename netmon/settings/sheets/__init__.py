"""From the spreadsheet a province really has to its inventory, and back.

bytes -> cells (reading) -> captions and rows (captions, rows) -> sites (places, ids) -> what changes (merge, plan)
-> text (rewrite). Each step is a function of values; only `memory` and the command touch files.
"""
