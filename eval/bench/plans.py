"""Invented plans of any size, for measuring: the clause styles of real plans, openly fictional places and numbers.

The same seed gives the same text, byte for byte.  One document holds `PER_DOCUMENT` measures; words, departments,
figures and dates are drawn so that measures differ as much as those of neighbouring counties do."""

from __future__ import annotations

import random
from collections.abc import Iterator
from pathlib import Path

PER_DOCUMENT = 100
NOTE = "（本文件为虚构示例，仅供测速，地名、机构、文号均系杜撰）"
PLACE_HEADS = "青白霜临云松榆禾溪岚澄碧枫桐柳荷兰菊梅竹鹤鹭雁鸥沙石泉潭洲渡"
PLACE_TAILS = "禾榆溪岭川原泉湾塘桥林坪岗台湖浦"
SIDES = ("", "东", "西", "南", "北", "新")
KINDS = (("县", "县"), ("区", "区"), ("旗", "旗"), ("市", "市"))
BUREAUS = ("市场监管局", "行政审批局", "发改局", "财政局", "住建局", "自然资源局", "税务局", "人社局", "医保局",
           "司法局", "公安局", "商务局", "工信局", "科技局", "教育局", "农业农村局", "水利局", "交通运输局",
           "生态环境局", "应急管理局", "卫生健康委", "文旅局", "大数据中心", "政务服务局", "法院", "检察院",
           "金融办", "工商联", "审计局", "民政局")  # fmt: skip
DEEDS = (
    "推行",
    "深化",
    "完善",
    "建立",
    "优化",
    "规范",
    "落实",
    "全面实施",
    "探索开展",
    "持续推进",
    "健全",
    "推广",
)
MATTERS = ("企业开办一网通办", "不动产登记一窗受理", "工程建设项目联合验收", "用水用气联合报装", "小微企业办电零投资",
           "政务服务好差评", "惠企政策免申即享", "信用修复一口受理", "招标投标全流程电子化", "政府采购意向公开",
           "跨区域通办", "电子证照共享应用", "涉企行政检查备案", "轻微违法不予处罚清单", "商事纠纷诉前调解",
           "破产案件府院联动", "知识产权快速维权", "融资需求对接机制", "存量房带押过户", "零工市场建设",
           "人才落户便利化", "进出口提前申报", "园区区域评估", "施工图数字化审查", "简易注销公示期压缩",
           "住所登记承诺制", "纳税服务网上办", "政务热线接诉即办", "拖欠账款清理", "转供电收费整治")  # fmt: skip
MEANS = ("依托一体化平台打通数据壁垒", "将申请材料精简为一份表单", "设立专窗并配备帮办代办人员", "建立台账并实行销号管理",
         "按月通报进展并纳入考核", "组织专题培训覆盖全部窗口", "公开办事指南和收费清单", "对重点企业实行一对一服务",
         "与周边地区签订合作协议", "引入第三方开展满意度评价")  # fmt: skip
GOALS = ("办理时限压缩至{n}个工作日", "覆盖率达到{n}%以上", "全年服务企业不少于{n}家", "累计办理{n}件以上",
         "平均用时不超过{n}小时", "新增示范点{n}个")  # fmt: skip


def place_name(number: int) -> tuple[str, str]:
    """The n-th invented place and the prefix its departments carry; no two alike below 11,000."""
    side = SIDES[number // (len(PLACE_HEADS) * len(PLACE_TAILS) * len(KINDS)) % len(SIDES)]
    head = PLACE_HEADS[number % len(PLACE_HEADS)]
    tail = PLACE_TAILS[number // len(PLACE_HEADS) % len(PLACE_TAILS)]
    kind, prefix = KINDS[number // (len(PLACE_HEADS) * len(PLACE_TAILS)) % len(KINDS)]
    return f"{side}{head}{tail}{kind}", prefix


def measure_line(chance: random.Random, number: int, prefix: str, style: int) -> str:
    """One measure with its clause, in one of four styles."""
    aims = "，".join(goal.format(n=chance.randint(2, 98)) for goal in chance.sample(GOALS, 2))
    body = f"{chance.choice(DEEDS)}{chance.choice(MATTERS)}，{'，'.join(chance.sample(MEANS, 2))}，{aims}。"
    lead, *others = chance.sample(BUREAUS, chance.randint(2, 5))
    month = chance.randint(1, 12)
    rest = "、".join(others)
    if style == 0:
        return f"（{number}）{body}（牵头单位：{prefix}{lead}；责任单位：{prefix}{rest}；完成时限：{month}月底前）\n"
    if style == 1:
        return f"{number}.{body}\n牵头单位：{prefix}{lead}\n责任单位：{prefix}{rest}\n完成时限：2024年{month}月底前\n"
    if style == 2:
        return f"{number}.{body}（{prefix}{lead}牵头，{prefix}{rest}配合，{month}月底前完成）\n"
    return f"{number}. {body}〔牵头单位：{prefix}{lead}；配合单位：{prefix}{rest}〕\n"


def document(number: int, measures: int, seed: int = 0) -> tuple[str, str]:
    """(file name, text) of the n-th plan."""
    chance = random.Random(f"{seed}/{number}")
    place, prefix = place_name(number)
    year = 2024
    title = f"{place}优化营商环境行动方案"
    lines = [NOTE, "\n", f"{place}人民政府关于印发{title}的通知\n", f"{place[0]}政发〔{year}〕{number % 90 + 1}号\n",
             f"{place}人民政府\n{year}年{number % 12 + 1}月{number % 27 + 1}日\n", f"{title}\n", "一、打造便捷高效的政务环境\n"]  # fmt: skip
    lines.extend(measure_line(chance, n, prefix, number % 4) for n in range(1, measures + 1))
    return f"{number:05d}_{place}.txt", "".join(lines)


def write_plans(folder: Path, measures: int, seed: int = 0) -> int:
    """Write `measures` measures as plans; how many files that made."""
    folder.mkdir(parents=True, exist_ok=True)
    number = 0
    for number, size in enumerate(_sizes(measures)):
        name, text = document(number, size, seed)
        (folder / name).write_text(text, encoding="utf-8")
    return number + 1 if measures else 0


def _sizes(measures: int) -> Iterator[int]:
    while measures > 0:
        yield min(PER_DOCUMENT, measures)
        measures -= PER_DOCUMENT


def change_plans(folder: Path, share: float = 0.01) -> int:
    """Change one figure in `share` of the files (at least one); how many were changed."""
    files = sorted(folder.glob("*.txt"))
    changed = files[: max(1, round(len(files) * share))]
    for path in changed:
        path.write_text(path.read_text(encoding="utf-8") + "本方案自印发之日起施行。\n", encoding="utf-8")
    return len(changed)


def questions(count: int, documents: int, seed: int = 0) -> list[str]:
    """Questions as people would ask of these plans."""
    chance = random.Random(f"questions/{seed}")
    asked = []
    for _ in range(count):
        place, _ = place_name(chance.randrange(max(1, documents)))
        asked.append(chance.choice(("{p}{m}谁牵头？", "{p}{m}什么时候完成", "{p} {m} 责任单位")).format(
            p=place, m=chance.choice(MATTERS)))  # fmt: skip
    return asked
