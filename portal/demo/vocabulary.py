"""The words fictitious organisations are made of. Data only.

The divisions do not exist: 990000 is no code of GB/T 2260, and no real division
bears one of these names, which a test checks.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Division:
    code: str
    name: str
    level: str
    parent: str | None = None

    @property
    def short_name(self) -> str:
        return self.name[:-1]


@dataclass(frozen=True, slots=True)
class Trade:
    name: str
    english: str
    scope: str


PROVINCE = Division("990000", "示例省", "province")
# Prefectures with the counties and districts below them.
PREFECTURES = {
    "云澜市": ("砚湖区", "听潮区", "白榆县", "望砚县"),
    "清渡市": ("柳渡区", "远汀区", "星渚县"),
    "栖川市": ("麦浦区", "雁回区", "苇塘县", "梅坞县"),
    "青浔市": ("芦汀区", "菱湖区", "鹤鸣县"),
    "枫渚市": ("丹枫区", "沧屿县", "松汀县"),
}


def divisions() -> list[Division]:
    """The fictitious province and all below it, a parent always before its children."""
    found = [PROVINCE]
    for number, (city, counties) in enumerate(PREFECTURES.items(), start=1):
        prefecture = Division(f"99{number:02}00", city, "prefecture", PROVINCE.code)
        found.append(prefecture)
        found += [
            Division(f"99{number:02}{place:02}", county, "county", prefecture.code)
            # In real codes 01 is the whole of a prefecture's districts.
            for place, county in enumerate(counties, start=2)
        ]
    return found


# A brand is one character of each: uncommon ones, so that no known brand comes out.
BRAND_FIRST = "澄霁浔砚渚榆芷岚懿铄汐穗沛昱栖澜"
BRAND_SECOND = "川禾岳舟庭泽原帆屿野林辰桐"

TRADES = (
    Trade(
        "机电设备", "Electromechanical Equipment", "机电设备、五金产品的销售、安装与维修。"
    ),
    Trade(
        "环保科技",
        "Environmental Technology",
        "污水处理、固体废物治理；环境保护专用设备制造。",
    ),
    Trade("贸易", "Trading", "日用百货、办公用品、电子产品的批发与零售。"),
    Trade("建筑工程", "Construction Engineering", "房屋建筑工程、市政公用工程施工。"),
    Trade("物流", "Logistics", "道路普通货物运输；仓储服务；装卸搬运。"),
    Trade("食品", "Food", "糕点、速冻食品、调味品的生产与销售。"),
    Trade("纺织", "Textile", "棉纺织品、针织品的加工与销售。"),
    Trade("化工", "Chemical", "专用化学产品（不含危险化学品）的销售。"),
    Trade("信息技术", "Information Technology", "软件开发；信息系统集成；数据处理服务。"),
    Trade("医疗器械", "Medical Devices", "第一类、第二类医疗器械销售。"),
    Trade(
        "农业科技", "Agricultural Technology", "农作物种植技术的研发与推广；农副产品收购。"
    ),
    Trade("新能源", "New Energy", "太阳能发电设备的安装与运营；储能技术服务。"),
    Trade("文化传播", "Culture Media", "文化艺术交流活动的组织；广告设计、制作。"),
    Trade("餐饮管理", "Catering Management", "餐饮服务；餐饮企业管理咨询。"),
    Trade("物业服务", "Property Services", "物业管理；停车场服务；保洁服务。"),
    Trade("建材", "Building Materials", "水泥制品、门窗、陶瓷的生产与销售。"),
    Trade("汽车配件", "Auto Parts", "汽车零部件的制造与销售；机动车维修。"),
    Trade("包装印刷", "Packaging and Printing", "包装装潢印刷品印刷；纸制品制造。"),
    Trade("渔业", "Fisheries", "水产养殖；水产品冷藏与销售。"),
    Trade("木业", "Timber", "木材加工；家具制造与销售。"),
    Trade("检测技术", "Testing Technology", "产品质量检验检测；计量技术服务。"),
    Trade("人力资源", "Human Resources", "职业中介活动；劳务派遣服务。"),
    Trade("园林绿化", "Landscaping", "园林绿化工程设计与施工；苗木培育。"),
    Trade("旅行社", "Travel Agency", "国内旅游和入境旅游招徕、组织、接待业务。"),
)
SHOPS = (
    *(
        "早餐店",
        "小吃店",
        "面馆",
        "茶叶店",
        "便利店",
        "水果店",
        "五金店",
        "理发店",
        "洗衣店",
    ),
    *("花店", "文具店", "服装店", "汽修部", "农资经营部", "建材经营部", "渔具店"),
)
PRODUCTS = (
    *("稻米", "茶叶", "果蔬", "食用菌", "水产养殖", "蜂业", "花卉", "中药材", "生猪养殖"),
    *("农机", "柑橘", "竹笋"),
)
PUBLIC_BODIES = (
    *(
        "第一人民医院",
        "中心小学",
        "第一中学",
        "图书馆",
        "疾病预防控制中心",
        "公共就业服务中心",
    ),
    *("不动产登记中心", "公园管理处", "产品质量检验所"),
)
# One of each in every prefecture.
UNIVERSITIES = ("理工学院", "职业技术学院")
ASSOCIATIONS = ("志愿服务联合会", "慈善会", "餐饮行业协会", "建筑业协会", "老年体育协会")
ROADS = ("听雨路", "长汀大街", "石渚路", "望川街", "柳浪巷", "云栈路", "晴沙路", "新禾大道")


@dataclass(frozen=True, slots=True)
class OfficeName:
    """What one branch of government is called at each level."""

    province: str
    below: str
    english: str
    in_counties: bool = False
    # Where a county's bears another name than a prefecture's.
    county: str = ""


NATIONAL_OFFICE = (
    "示例市场监督管理总局",
    "Example General Administration for Market Regulation",
)
# The first is the branch of the national office.
OFFICES = (
    OfficeName(
        "市场监督管理局", "市场监督管理局", "Administration for Market Regulation", True
    ),
    OfficeName("交通运输厅", "交通运输局", "Transport Bureau"),
    OfficeName("生态环境厅", "生态环境局", "Ecology and Environment Bureau"),
    OfficeName("人力资源和社会保障厅", "人力资源和社会保障局", "Human Resources Bureau"),
    OfficeName("高级人民法院", "中级人民法院", "People's Court", True, "人民法院"),
    OfficeName("税务局", "税务局", "Tax Bureau"),
    OfficeName("财政厅", "财政局", "Finance Bureau"),
    OfficeName("应急管理厅", "应急管理局", "Emergency Management Bureau"),
    OfficeName("民政厅", "民政局", "Civil Affairs Bureau"),
    OfficeName("工业和信息化厅", "工业和信息化局", "Industry and Information Bureau"),
    OfficeName("发展和改革委员会", "发展和改革委员会", "Development and Reform Commission"),
)
# Offices with nobody below them.
SINGLE_OFFICES = (
    ("示例海关", "Example Customs"),
    ("示例铁路监督管理局", "Example Railway Administration"),
    ("示例民用航空局", "Example Civil Aviation Administration"),
    ("示例教育部", "Example Ministry of Education"),
    ("示例工业和信息化部", "Example Ministry of Industry and Information Technology"),
)
