"""How does an office file become the same bytes whenever it is written?

It is a zip archive whose entries bear the time at which they were written, and which says inside when it was saved.
"""

import io
import re
import zipfile

WRITTEN = (1980, 1, 1, 0, 0, 0)
"""The first time that a zip archive can bear."""
_SAVED = re.compile(rb"(<dcterms:(created|modified)[^>]*>)[^<]*(</dcterms:)")
_PROPERTIES = "docProps/core.xml"


def steady(archive: bytes) -> bytes:
    """The same files in the same order, without anything of the moment."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(archive)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            content = old.read(entry)
            if entry.filename == _PROPERTIES:
                content = _SAVED.sub(rb"\g<1>1980-01-01T00:00:00Z\g<3>", content)
            kept = zipfile.ZipInfo(entry.filename, WRITTEN)
            kept.compress_type, kept.external_attr = zipfile.ZIP_DEFLATED, 0o600 << 16
            kept.create_system = 3
            new.writestr(kept, content)
    return out.getvalue()
