"""HTML reports: one self-contained page for a certificate, and an index for the certificates of a folder.

The extra [report] brings jinja2 and matplotlib.

>>> from neutralmodes import report
>>> callable(report.certificate_page) and callable(report.write)
True
"""

from __future__ import annotations

from neutralmodes.report.folder import write, write_index
from neutralmodes.report.page import certificate_page, require_extra

__all__ = ["certificate_page", "require_extra", "write", "write_index"]
