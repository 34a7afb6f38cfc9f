"""Names for listed parties that do not exist, built as real names are.

Of a place that is no division and a trade like everybody's, so that what is asked
about trades meets listed parties, too.
"""

from collections.abc import Iterator
from itertools import product

PLACE = "蜀州"
# Rare in names; two of them make a brand.
SYLLABLES = (
    "澄禾煜岑昀霁沅砚翊珩榆筠湛朔槿沐芷棠璟屿汀泓"
    "瑾萤岚峤昕晗柠笙绮翎苡荻蔚藜衡谧遥霏颐骁麓黛"
)
TRADES = (
    *("科技", "商贸", "贸易", "建筑工程", "物流", "餐饮管理", "信息技术", "装饰工程"),
    *("电子商务", "农业开发", "机械设备", "投资咨询", "文化传媒", "食品", "服装"),
    *("医药", "房地产开发", "汽车服务"),
)
FORMS = ("有限公司", "有限责任公司")


def party_names() -> Iterator[str]:
    """Some seventy thousand different ones, the same in every run."""
    for form, one, other, trade in product(FORMS, SYLLABLES, SYLLABLES, TRADES):
        yield f"{PLACE}{one}{other}{trade}{form}"
