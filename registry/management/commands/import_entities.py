from argparse import ArgumentParser
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.utils.translation import gettext as _
from tqdm import tqdm

from registry import clock
from registry.intake.entities import import_entities
from registry.intake.errors import IntakeError
from registry.intake.report import write_report
from registry.models import Batch, Finding, Source

# More than a screen of rows helps nobody; --report writes them all.
SHOWN = 20


class Command(BaseCommand):
    help = "Merge a registration file (CSV or CSV.gz; UTF-8 or GB18030) into the register."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("file", type=Path)
        parser.add_argument("--source", default="REGISTRATION", metavar="CODE")
        parser.add_argument(
            "--as-of",
            metavar="ISO",
            help="the day or instant the file speaks of (default: its modification)",
        )
        parser.add_argument(
            "--report", type=Path, metavar="CSV", help="write every finding to this file"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        if options["report"]:
            check_writable(options["report"])
        try:
            batch = import_entities(
                options["file"],
                source=source_of(options["source"]),
                as_of=moment_of(options["as_of"], options["file"]),
                progress=ProgressBar(),
            )
            if options["report"]:
                write_report(batch, options["report"])
        except IntakeError as refusal:
            raise CommandError(str(refusal)) from refusal
        self.tell(batch)

    def tell(self, batch: Batch) -> None:
        self.stdout.write(
            _(
                "读取 %(read)d 条：新增 %(created)d，变更 %(changed)d，"
                "无变化 %(unchanged)d，未采用 %(rejected)d。"
            )
            % {
                "read": batch.position,
                "created": batch.n_created,
                "changed": batch.n_changed,
                "unchanged": batch.n_unchanged,
                "rejected": batch.n_rejected,
            }
        )
        findings = batch.findings.order_by("-rejected", "row", "code")
        for finding in findings[:SHOWN]:
            self.stdout.write(line_of(finding))
        if (rest := findings.count() - SHOWN) > 0:
            self.stdout.write(
                _("另有 %(rest)d 条数据问题；加 --report 文件.csv 可全部写出。")
                % {"rest": rest}
            )


class ProgressBar:
    """A bar on a terminal, nothing in a log."""

    def __init__(self) -> None:
        self.bar: tqdm[Any] | None = None

    def __call__(self, batch: Batch) -> None:
        if self.bar is None:
            self.bar = tqdm(total=batch.n_records, unit_scale=True, disable=None)
        self.bar.update(batch.position - self.bar.n)
        if batch.position == batch.n_records:
            self.bar.close()


def check_writable(report: Path) -> None:
    """Before the work, not after it."""
    try:
        report.touch()
    except OSError as refusal:
        raise CommandError(
            _("无法写入 %(path)s。请换一个可以写入的位置。") % {"path": report}
        ) from refusal


def source_of(code: str) -> Source:
    try:
        return Source.objects.get(code=code)
    except Source.DoesNotExist as unknown:
        known = "、".join(Source.objects.values_list("code", flat=True))
        raise CommandError(
            _("没有代码为 %(code)s 的信息来源单位。已有：%(known)s。")
            % {"code": code, "known": known}
        ) from unknown


def moment_of(text: str | None, file: Path) -> datetime:
    """What `--as-of` says, a day being its start in Asia/Shanghai; else the file's age."""
    if text is None:
        if not file.is_file():
            raise IntakeError(_("找不到文件 %(path)s，请核对路径。") % {"path": file})
        return datetime.fromtimestamp(int(file.stat().st_mtime), UTC)
    try:
        moment = datetime.fromisoformat(text)
    except ValueError as malformed:
        raise CommandError(
            _("--as-of 不是日期：%(text)s。请写成 2026-03-01 或 2026-03-01T08:00+08:00。")
            % {"text": text}
        ) from malformed
    return moment if moment.tzinfo else moment.replace(tzinfo=clock.CIVIL_TIME)


def line_of(finding: Finding) -> str:
    about = " ".join(filter(None, (finding.name, finding.number, finding.explanation)))
    return _("第 %(row)d 条，%(fate)s：%(what)s。%(about)s") % {
        "row": finding.row,
        "fate": _("未采用") if finding.rejected else _("已采用"),
        "what": finding.get_code_display(),
        "about": about,
    }
