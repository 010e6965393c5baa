"""Which reports can be written? One file each, with `write(asked, sources) -> Document`; the folder is the list.

`TAKES` of each names the options that it goes by, besides a time, a language, and how it is grouped
(`settings.reports.GROUPED`).
"""
