"""The findings of a batch as a file that people open in a spreadsheet."""

import csv
from pathlib import Path

from django.utils.translation import gettext as _

from registry.intake.formulas import inert
from registry.models import Batch


def write_report(batch: Batch, path: Path) -> None:
    """Every finding, one line each, in the order of the rows (CSV, UTF-8 with BOM)."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(
            [_("第几条"), _("是否采用"), _("问题"), _("名称"), _("编号"), _("说明")]
        )
        for finding in batch.findings.order_by("row", "code").iterator():
            fate = _("未采用") if finding.rejected else _("已采用")
            what = finding.get_code_display()
            cells = (what, finding.name, finding.number, finding.explanation)
            writer.writerow([finding.row, fate, *map(inert, cells)])
