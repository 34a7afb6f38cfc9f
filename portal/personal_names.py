"""Whether a text may be the name of a natural person; nothing is looked up."""

import re

# 2020's hundred most frequent surnames and the compound ones: nine people in ten.
SURNAMES = frozenset(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林高罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡"
    "余杜"
    "叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史"
    "陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤"
)
COMPOUND = ("欧阳", "上官", "司马", "诸葛", "司徒", "皇甫", "尉迟", "慕容", "令狐", "夏侯")
# In Chinese; names of the peoples of the west have a dot between their parts.
HAN = re.compile(r"[\u3400-\u9fff]{2,4}")
DOTTED = re.compile(r"[\u3400-\u9fff]+(?:[·•・‧][\u3400-\u9fff]+)+")


def can_be_person(text: str) -> bool:
    """Whether the form allows it."""
    plain = "".join(text.split())
    return bool(HAN.fullmatch(plain) or DOTTED.fullmatch(plain))


def looks_like_person(text: str) -> bool:
    """Whether it also starts as names of persons do; a short brand mostly does not."""
    plain = "".join(text.split())
    if not can_be_person(plain):
        return False
    starts = plain[0] in SURNAMES and len(plain) <= 3
    return starts or plain.startswith(COMPOUND) or bool(DOTTED.fullmatch(plain))
