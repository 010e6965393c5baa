"""netmon watches a province's data transmission network and says one true thing once."""

import os

__version__ = "0.1.0"

# openpyxl takes lxml where python-docx has brought it along; what bounds a stranger's workbook is made for expat. No
# part of netmon loads openpyxl before this is said.
os.environ.setdefault("OPENPYXL_LXML", "False")
