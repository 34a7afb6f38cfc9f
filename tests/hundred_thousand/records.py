"""A full file of penalties of nobody, and beside each record what has to become of it.

The same for the same seed, size and day. Standard library only, the check digit of GB 32100
apart; parties are fictitious, in the division 990000, which does not exist.
"""

import csv
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from io import StringIO
from itertools import count
from random import Random

from stdnum.cn import uscc

from tests.forget.canaries import number_of
from tests.hundred_thousand.oracle import Fate, fate, months_later

AUTHORITY = "云澜市市场监督管理局"
HEADER = (
    *("CF_XDR_MC", "CF_XDR_LB", "CF_XDR_SHXYM", "CF_XDR_ZJLX", "CF_XDR_ZJHM", "CF_WSH"),
    *("CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_NR_FK", "CF_NR_WFFF"),
    *("CF_JDRQ", "CF_GSJZQ", "CF_CFJG", "CF_ZT"),
)
DAY, YEAR = timedelta(days=1), timedelta(days=365)
# In every name of a natural person and nowhere else: the register must not hold it.
PERSON = "忑"
# Of two records one is of a party that has another one in the file as well.
PARTIES = 0.5
# Every so-manieth record is one that is not taken, is doubtful, or was listed before.
REJECTED, DOUBTFUL, BEFORE = 33, 97, 101
# What is imposed, in the words of the template: kinds, fine and what is confiscated, both
# in ten thousand yuan. Fines just below and at each limit.
IMPOSED = (
    (("警告",), "", ""),
    (("通报批评",), "", ""),
    (("罚款",), "9.9999", ""),
    (("罚款",), "10", ""),
    (("罚款",), "99.9999", ""),
    (("罚款",), "100", ""),
    (("警告", "罚款"), "0.5", ""),
    (("罚款", "没收违法所得"), "5", "3.25"),
    (("没收非法财物",), "", "1.5"),
    (("暂扣许可证件",), "", ""),
    (("降低资质等级",), "", ""),
    (("罚款", "吊销许可证件"), "20", ""),
    (("限制开展生产经营活动",), "", ""),
    (("责令停产停业",), "", ""),
    (("责令关闭",), "", ""),
    (("限制从业",), "", ""),
)


@dataclass(frozen=True, slots=True)
class Record:
    """One line of the file. `words` tell why, where it is not simply accepted; `before`
    says how its decision stands already: as the `same`, as another text, or `ended`.
    """

    cells: Mapping[str, str]
    verdict: str
    fate: Fate
    words: str = ""
    before: str = ""
    width: int = len(HEADER)

    @property
    def code(self) -> str:
        return self.cells["CF_XDR_SHXYM"]

    @property
    def number(self) -> str:
        return self.cells["CF_WSH"]

    @property
    def decided(self) -> date:
        return date.fromisoformat(self.cells["CF_JDRQ"])

    @property
    def is_listed(self) -> bool:
        """Whether the register holds it when all is done, shown or only kept."""
        return self.verdict == "accepted" or bool(self.before)

    @property
    def is_shown(self) -> bool:
        return self.is_listed and self.before != "ended" and self.fate.last is not None


# --- The records --------------------------------------------------------------------------


def month(n: int, *, seed: int, today: date) -> list[Record]:
    """The file of a month: `n` records, each with its outcome."""
    chance = Random(f"{seed}/{n}")
    days = Days(today, chance)
    records: list[Record] = []
    for place in range(n):
        good = usual(place, n, chance, days)
        records.append(varied(place, n, good, records, today))
    return records


def varied(place: int, n: int, good: Record, before: list[Record], today: date) -> Record:
    """The record of this place: as it is, or with what is wrong with it."""
    if place % REJECTED == 1 and place + 1 < n:
        return rejected(place // REJECTED, good, before, today)
    if place % DOUBTFUL == 3:
        return doubtful(place // DOUBTFUL, good, before)
    if place % BEFORE == 4:
        return known(place // BEFORE, good)
    return good


def next_month(
    records: Sequence[Record], *, seed: int, today: date, n_new: int
) -> list[Record]:
    """The same file a month later with new decisions, and three in ten records missing."""
    chance = Random(f"{seed}/next")
    n_kept = round(0.7 * len(records)) - n_new
    kept = sorted(chance.sample(range(len(records)), n_kept))
    days = Days(today, chance)
    first = len(records)
    new = [usual(first + place, first, chance, days) for place in range(n_new)]
    return [*(records[place] for place in kept), *new]


def usual(place: int, n: int, chance: Random, days: "Days") -> Record:
    """A penalty that nothing is wrong with."""
    kinds, fine, confiscated = IMPOSED[chance.randrange(len(IMPOSED))]
    decided, printed = days.drawn(kinds, fine)
    serial = 1 + place % max(1, int(n * PARTIES))
    cells = {
        "CF_XDR_MC": f"砚屿第{serial:06}号商行",
        "CF_XDR_LB": "个体工商户" if serial % 5 == 0 else "法人及非法人组织",
        "CF_XDR_SHXYM": code_of(serial),
        "CF_WSH": f"砚屿监罚〔{decided.year}〕{place:06}号",
        "CF_WFXW": "违反价格管理规定",
        "CF_SY": f"当事人于{decided.year}年{decided.month}月销售的第{place}批测试商品"
        "未按规定明码标价。",
        "CF_YJ": "《中华人民共和国价格法》第四十二条",
        "CF_CFLB": "、".join(kinds),
        "CF_NR": f"{'、'.join(kinds)}。",
        "CF_NR_FK": fine,
        "CF_NR_WFFF": confiscated,
        "CF_JDRQ": f"{decided}",
        "CF_GSJZQ": f"{printed or ''}",
        "CF_CFJG": AUTHORITY,
        "CF_ZT": "正常",
    }
    return Record(cells, "accepted", fate(decided, kinds, fine, printed))


def code_of(serial: int) -> str:
    """Of an enterprise, or where the serial ends so of an individual business."""
    department = "92" if serial % 5 == 0 else "91"
    organisation = f"{40_000_000 + serial:08}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    total = sum(
        int(digit) * weight for digit, weight in zip(organisation, weights, strict=True)
    )
    body = f"{department}990000{organisation}{'0X987654321'[total % 11]}"
    return f"{body}{uscc.calc_check_digit(body)}"


class Days:
    """Days of decisions still on display today, the boundaries among them."""

    def __init__(self, today: date, chance: Random) -> None:
        self.today, self.chance = today, chance
        found = {today - n * DAY for n in range(3)}
        found |= {months_later(today, -n) for n in (1, 12, 36)}
        month_ends = (today.replace(day=1) - DAY, date(2026, 8, 31), date(2025, 12, 31))
        found |= {*month_ends, date(2024, 2, 29), date(2028, 2, 29)}
        # The last day of the old term and the first of the new one.
        found |= {date(2026, 3, 31), date(2026, 4, 1)}
        self.boundaries = sorted(day for day in found if day <= today)

    def drawn(self, kinds: Sequence[str], fine: str) -> tuple[date, date | None]:
        """The day of a decision, and for some the end that its file prints."""
        while True:
            decided = self.any_day()
            printed = self.printed(decided, fate(decided, kinds, fine))
            last = fate(decided, kinds, fine, printed).last
            if last is None or last >= self.today:
                return decided, printed

    def any_day(self) -> date:
        if self.chance.random() < 0.5:
            return self.chance.choice(self.boundaries)
        return self.today - self.chance.randrange(330) * DAY

    def printed(self, decided: date, of: Fate) -> date | None:
        """For a few, months before the end that the law gives."""
        if of.last is None or self.chance.random() > 0.05:
            return None
        shorter = months_later(of.last, -self.chance.randrange(1, 7))
        months = (shorter.year - decided.year) * 12 + shorter.month - decided.month
        return months_later(decided, months)


# --- What is wrong with some of them ------------------------------------------------------

Wrong = Callable[[Record, date], Record]


def with_cells(record: Record, **cells: str) -> Record:
    return replace(record, cells={**record.cells, **cells})


def of_person(record: Record, _: date) -> Record:
    return with_cells(
        record,
        CF_XDR_MC=f"{PERSON}甲",
        CF_XDR_LB="自然人",
        CF_XDR_SHXYM="",
        CF_XDR_ZJLX="身份证",
        CF_XDR_ZJHM=number_of_person(record),
    )


def naming_person(record: Record, _: date) -> Record:
    number = number_of_person(record)
    return with_cells(record, CF_SY=f"{PERSON}甲（{number}）在店内销售测试商品。")


def number_of_person(record: Record) -> str:
    """None of those that are by chance a valid number of an organisation as well."""
    first = int(record.number[-7:-1])
    numbers = map(number_of, count(first))
    return next(number for number in numbers if not uscc.is_valid(number))


def just_over(record: Record, today: date) -> Record:
    """Its last day was yesterday."""
    decided = today - DAY
    while fate(decided, ["没收非法财物"]).last != today - DAY:
        decided -= DAY
    return with_cells(
        record, CF_CFLB="没收非法财物", CF_NR_FK="", CF_JDRQ=f"{decided}", CF_GSJZQ=""
    )


def cut_short(record: Record, _: date) -> Record:
    return replace(record, width=len(HEADER) - 1)


def setting(**cells: str) -> Wrong:
    return lambda record, _: with_cells(record, **cells)


def in_days(n: int) -> Wrong:
    return lambda record, today: with_cells(record, CF_JDRQ=f"{today + n * DAY}")


# Why nothing is taken, and in which words the report says so; one more is `DUPLICATE`.
REJECTIONS: tuple[tuple[Wrong, str], ...] = (
    (of_person, "自然人的记录不公示"),
    (naming_person, "含有自然人的证件号码"),
    (setting(CF_XDR_MC=""), "没有主体名称"),
    (setting(CF_WFXW="违" * 301), "内容超过允许的长度"),
    (setting(CF_CFJG="别处市市场监督管理局"), "决定机关不是报送单位"),
    (setting(CF_JDRQ="2023-04-30", CF_GSJZQ=""), "作出决定时没有施行的规则"),
    (just_over, "公示期已满"),
    (in_days(3), "决定日期在今天之后"),
    (setting(CF_ZT="撤销"), "机关已撤销该决定"),
    (cut_short, "列数与表头不符"),
)
DUPLICATE = "与文件中前面的记录重复"
DOUBTS: tuple[tuple[Wrong, str], ...] = (
    (setting(CF_JDRQ="2026年13月1日"), "日期无法识别"),
    (setting(CF_CFLB="罚款", CF_NR_FK="贰拾万"), "金额无法识别"),
    (setting(CF_CFLB="罚款", CF_NR_FK=""), "没有罚款金额"),
    (setting(CF_CFLB="警告", CF_NR_FK="20"), "处罚类别不含罚款"),
    (setting(CF_CFLB="行政拘留"), "处罚类别无法识别"),
    (setting(CF_XDR_SHXYM="", CF_XDR_MC=f"{PERSON}乙"), "名称可能是自然人姓名"),
    (setting(CF_ZT="异议"), "有异议"),
    (setting(CF_SY="当事人患有糖尿病，销售测试商品。"), "疑似含有个人信息"),
    (setting(CF_SY=""), "缺少必填内容"),
)
CONTRADICTED = "文件中同一决定有不同内容"


def rejected(turn: int, good: Record, before: list[Record], today: date) -> Record:
    """By each reason in turn; the last of them is a record told twice."""
    turn %= len(REJECTIONS) + 1
    if turn == len(REJECTIONS) and before[-1].verdict == "accepted":
        return replace(before[-1], verdict="rejected", words=DUPLICATE)
    change, words = REJECTIONS[turn % len(REJECTIONS)]
    return replace(change(good, today), verdict="rejected", words=words)


def doubtful(turn: int, good: Record, before: list[Record]) -> Record:
    """By each reason in turn; the last of them is two records that contradict."""
    turn %= len(DOUBTS) + 1
    if turn < len(DOUBTS) or before[-1].verdict != "accepted":
        change, words = DOUBTS[turn % len(DOUBTS)]
        return replace(change(good, date.max), verdict="doubtful", words=words)
    doubted = replace(before[-1], verdict="doubtful", words=CONTRADICTED)
    before[-1] = doubted
    return with_cells(doubted, CF_SY="当事人销售的另一批测试商品未明码标价。")


def known(turn: int, good: Record) -> Record:
    """Listed before, at the desk: as it is told here, otherwise, or ended since."""
    verdict, words, before = (
        ("unchanged", "", "same"),
        ("changed", "与已公示的内容不同", "other"),
        ("unchanged", "", "ended"),
    )[turn % 3]
    # What was listed at the desk has the term of the law.
    plain = with_cells(good, CF_GSJZQ="")
    kinds, fine = good.cells["CF_CFLB"].split("、"), good.cells["CF_NR_FK"]
    own = fate(good.decided, kinds, fine)
    return replace(plain, verdict=verdict, words=words, before=before, fate=own)


# --- As a file ----------------------------------------------------------------------------


def as_csv(records: Iterable[Record]) -> bytes:
    text = StringIO()
    writer = csv.writer(text)
    writer.writerow(HEADER)
    for record in records:
        cells = [record.cells.get(name, "") for name in HEADER]
        writer.writerow(cells[: record.width])
    return text.getvalue().encode()


def handed_back(records: Sequence[Record]) -> Iterator[tuple[int, Record]]:
    """What comes back as a workbook, with its row in the file, whose first is the head."""
    for number, record in enumerate(records, start=2):
        if record.verdict not in ("accepted", "unchanged"):
            yield number, record
