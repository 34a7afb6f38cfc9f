"""A few articles of the demo: one of each kind, one tied to an entry, one taken down."""

from dataclasses import replace
from datetime import datetime, timedelta

from django.db import transaction

from portal.articles import actions
from portal.articles.actions import Draft
from portal.models import Article
from registry.models import Listing, User

LIST = "SAMR_SERIOUS"
NOTICE = Draft(
    "notice",
    "关于本演示站点的说明",
    """本站是演示，所有主体、决定和文章均为虚构。

## 可以试一试

- 在首页查一家企业，看它今天有没有公示；
- 在[名单目录](portal:lists)看每个名单的依据、期限和退出办法；
- 在[公开台账](portal:ledger)核对有没有到期不撤的记录。
""",
    "About this demonstration",
    """This site is a demonstration. All parties, decisions and articles are made up.

## Things to try

- Look up a company and see whether anything about it is published today.
- Read the basis, term and way out of each list in the [catalogue](portal:lists).
- Check in the [public ledger](portal:ledger) that nothing is kept too long.
""",
)
# Its address answers that it is gone.
OUTDATED = Draft(
    "notice",
    "关于演示数据换新的通知",
    "本站的演示数据换新，期间照常查询。",
)
POLICY = Draft(
    "policy",
    "公示多久：轻微、一般、严重三级",
    """自 2026 年 4 月 1 日起，失信信息按轻微、一般、严重三级管理。

| 程度 | 最短公示期 | 最长公示期 |
|---|---|---|
| 轻微 | 无 | 一般不公示，确需公示的不超过三个月 |
| 一般 | 三个月 | 一年 |
| 严重 | 一年 | 三年 |

最长公示期届满，自动停止公示。最短公示期届满、义务履行完毕的，可以[申请修复](repair:index)。
""",
    "How long: minor, general, serious",
    """Since 1 April 2026 there are three classes.

| class | shortest | longest |
|---|---|---|
| minor | none | as a rule not published, at most three months |
| general | three months | one year |
| serious | one year | three years |

At the longest term display ends by itself. After the shortest, and with all duties done,
[repair can be asked for](repair:index).
""",
)
STORY = Draft(
    "story",
    "错发的一车货",
    """云澜市一家经销商收到多发的一车货，当天联系厂家退回，往返运费自己承担。

厂家后来把它列为长期客户。经销商说：“货不是我们的，退回去是本分。”
""",
)
CASE = Draft(
    "case",
    "拒不履行的后果：{当事人}",
    """{当事人}被告知、听取申辩之后，仍未改正，被列入名单。

## 列入以后

记录页面写明了措施、期限和最早可以申请修复的日子。履行义务、改正以后可以申请提前停止公示。

## 这条案例会怎样

记录停止公示以后，本文不再显示当事人的名称。
""",
    "What it costs not to comply: {party}",
    """{party} was told, was heard, did not put things right, and was listed.

## Afterwards

The entry names the measures, the term and the first day on which repair can be asked for.

## What becomes of this case

When the entry leaves display, this text no longer says the name.
""",
)


@transaction.atomic
def write_articles(at: datetime) -> int:
    """Write and publish them once, by the editor of the demo; how many there are."""
    editor = User.objects.filter(username="editor").first()
    if editor is None or Article.objects.exists():
        return Article.objects.count()
    for draft in (POLICY, STORY, of_entry(at), NOTICE):
        article = actions.write(draft, by=editor, at=at)
        actions.publish(article, shown_from=at, by=editor, at=at)
    before = at - timedelta(days=1)
    outdated = actions.write(OUTDATED, by=editor, at=before)
    actions.publish(outdated, shown_from=before, by=editor, at=before)
    actions.withdraw(outdated, "通知的日期已过。", by=editor, at=at)
    return Article.objects.count()


def of_entry(at: datetime) -> Draft:
    shown = Listing.objects.on_display(at).of_organisations().filter(list_type=LIST)
    return replace(CASE, listing=shown.order_by("pk").first())
