"""Labels: what plans call the fields of a responsibility clause (牵头单位, 配合单位, 完成时限), and where they stand.

A new label is one word in a row of `LABELS`; the tests read every word of it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from enum import StrEnum


class Label(StrEnum):
    """What a label says of the words after it."""

    LEAD = "lead"
    RESPONSIBLE = "responsible"
    FIRST_LEADS = "first leads"
    DEADLINE = "deadline"
    PLAN = "plan"
    PERSON = "person"
    OTHER = "other"


# Labels that are built alike: a part in the work and a kind of body, an end of the work and a word for time.
_BODIES = ("单位", "部门", "处室", "科室", "股室", "机构", "主体")
LEADING = (
    "牵头", "主办", "主责", "首责", "总牵头", "主要牵头", "牵头责任", "牵头负责", "第一责任", "主要责任", "承办", "承担", "负责", "主抓",
    "统筹", "抓总",
)  # fmt: skip
HELPING = (
    "责任", "配合", "协办", "协同", "协同配合", "协助", "参加", "参与", "支持", "协作", "落实", "实施", "会办", "次责", "承接", "执行",
    "配合责任", "协同责任", "其他责任", "相关责任", "共同责任", "具体责任", "责任落实", "具体落实", "具体实施",
)  # fmt: skip
_ENDS = (
    "完成", "办理", "办结", "整改", "整改完成", "落实", "推进", "实施", "工作", "任务", "目标", "截止", "计划完成", "拟完成", "预计完成",
    "要求完成", "答复", "办复",
)  # fmt: skip
_TIMES = ("时限", "时间", "期限", "日期")
# Of a policy, no time limits of a task.
_VALIDITY = (
    "有效期", "有效期限", "有效时间", "政策有效期", "政策期限", "执行期", "执行期限", "适用期限", "兑现期限",
)  # fmt: skip


def _built(parts: Sequence[str], ends: Sequence[str], *others: str) -> tuple[str, ...]:
    """Every part with every end, and further words that are not built so, each once."""
    return tuple(dict.fromkeys([*(part + end for part in parts for end in ends), *others]))


LABELS: dict[Label, tuple[str, ...]] = {
    Label.LEAD: _built(
        LEADING, _BODIES,
        "主办", "牵头", "主责", "首责", "主体责任单位", "主管单位", "主管部门", "组织单位",
    ),
    Label.RESPONSIBLE: _built(
        HELPING, _BODIES,
        "协办", "会办", "成员单位", "配合", "协同", "协助", "支持", "责任", "参与", "参加", "责任单位和部门", "责任单位及时限", "责任单位和时限", "责任单位及完成时限", "责任部门及时限", "涉及部门", "涉及单位", "相关单位", "相关部门", "分工单位", "责任分工", "任务分工", "职责分工",
    ),
    Label.FIRST_LEADS: (
        "牵头单位及责任单位", "牵头及责任单位", "牵头和责任单位", "牵头单位和责任单位", "牵头单位及配合单位", "牵头及配合单位", "牵头配合单位", "牵头单位、责任单位",
        "牵头（责任）单位", "牵头和配合单位", "牵头单位和配合单位", "牵头及配合部门", "牵头和配合部门", "牵头责任及配合单位", "牵头、责任单位", "牵头、配合单位", "牵头/责任单位",
    ),
    Label.DEADLINE: _built(
        _ENDS, _TIMES,
        "截止", "限期", "时限要求", "时间要求", "时限", "时间节点", "时间进度", "时间安排", "进度要求", "进度安排", "序时进度", "推进进度", "完成时间节点", "期限",
    ),
    Label.PLAN: (
        "计划举措", "具体举措", "落实举措", "推进举措", "工作举措", "具体措施", "工作措施", "推进措施", "落实措施", "主要举措", "主要措施", "细化举措", "细化措施",
    ),
    Label.PERSON: (
        "牵头负责领导", "责任领导", "责任人", "牵头领导", "分管领导", "联系人", "包联领导", "市级领导", "县级领导", "区级领导", "旗级领导", "包抓领导", "具体责任人", "直接责任人", "第一责任人",
        "主要负责人", "负责人", "牵头人", "联络员", "联系电话", "联系方式", "经办人", "挂钩领导", "责任市领导", "责任区领导", "责任县领导", "牵头市领导", "牵头县领导", "牵头区领导",
        "县级责任领导", "分管负责人",
    ),
    Label.OTHER: ("工作目标", "目标任务", "预期目标", "预期成效", "成果形式", "任务来源", "备注", "工作进展", "完成情况", "考核单位", "督办单位", "改革依据", *_VALIDITY),
}  # fmt: skip

_KIND = {word: kind for kind, words in LABELS.items() for word in words}
# How long the words are that end in two characters, the longest first: one look says that no label ends there.
_SIZES = {
    ending: sorted({len(word) for word in _KIND if word.endswith(ending)}, reverse=True)
    for ending in {word[-2:] for word in _KIND}
}
_WORDS = "|".join(sorted((re.escape(word) for word in _KIND), key=len, reverse=True))
_MATTERS = ("整改", "工作", "任务", "改革", "项目", "推进", "攻坚")
_LEVEL_PREFIX = re.compile(
    rf"(?:[省市县区旗州盟镇]级|[省市县区旗]直|本级|(?<![\u4e00-\u9fff])(?:{'|'.join(_MATTERS)}))$"
)
_LEVEL_ENDS = frozenset("级直" + "".join(word[-1] for word in _MATTERS))
_LABEL_NOTE = re.compile(r"（[^（）]{1,20}）$")
_AND_PERSONS = re.compile(
    r"(?<=[位门室构体])(?:及其?|和|、|/)(?:主要|具体|第一)?(?:责任人|负责人|联系人|联络员)$"
)
_PERSON_LABEL = re.compile(
    r"(?:包保|包抓|包联|分管|主管|协管|挂钩|联系|主要|直接|具体|牵头|责任|第一|(?<!局)[省市县区旗镇乡]级?|副?[市县区旗镇乡]长|总|副|及|和)*"
    rf"(?:领导|[林河湖田路街链]长|责任人|负责人|联系人|联络员|联系电话|{'|'.join(LABELS[Label.PERSON])})$"
)
_PERSON_ENDS = frozenset("\n" + "".join(word[-1] for word in ("领导", "林长", *LABELS[Label.PERSON])))
_OPENING_SIZES = {
    opening: sorted({len(word) for word in _KIND if word.startswith(opening)}, reverse=True)
    for opening in {word[:2] for word in _KIND}
}
_AFTER_BARE = re.compile(r"为|是|[；。.·—\-]+|(?=[省市县区旗州各国])")
_IS = re.compile("(?:为|是)(?=[一-鿿0-9])")
_LABEL_IS = re.compile(rf"(?P<word>{_WORDS}){_IS.pattern}")
LONGEST_LABEL = 14  # characters of most labels, their colon among them
RULE_WORDS = re.compile("排在|排名|排列|首位|第一位|下同|为牵头|为责任")
HELPER = re.compile("配合|协|参|支持|会办|次责")
SOUNDS_HELPING = re.compile("配合|协|参|助|辅|联|帮|支|会办")  # in a label or head that no list has


def labels_in(plain: str, start: int, end: int) -> list[tuple[Label, int, int]]:
    """Each label of [start, end) as (kind, where it starts, where its value starts)."""
    found: list[tuple[Label, int, int]] = []
    if bare := _bare_label(plain, start, end, _AFTER_BARE):
        found.append(bare)
    colon = plain.find("：", start, end)
    while colon >= 0:
        label = label_before(plain, colon, found[-1][2] if found else start)
        if label:
            found.append((*label, colon + 1))
        colon = plain.find("：", colon + 1, end)
    if bare and plain.find("为", start, end) >= 0:
        found += [(_KIND[m["word"]], m.start(), m.end()) for m in _LABEL_IS.finditer(plain, bare[2], end)]
        found.sort(key=lambda label: label[1])
    return found


def is_label(words: str) -> bool:
    """Whether the words are nothing but the label of units or of a time."""
    return _KIND.get(words, Label.OTHER) not in (Label.OTHER, Label.PERSON, Label.PLAN)


def says_label_is(plain: str, start: int, end: int) -> bool:
    """Whether [start, end) opens with a label and 为 or 是 (牵头单位为市财政局)."""
    return _bare_label(plain, start, end, _IS) is not None


def _bare_label(plain: str, start: int, end: int, after: re.Pattern[str]) -> tuple[Label, int, int] | None:
    """The longest label at `start` that `after` follows in place of a colon, as `labels_in` gives it."""
    for size in _OPENING_SIZES.get(plain[start : start + 2], ()):
        kind = _KIND.get(plain[start : start + size]) if start + size <= end else None
        if kind and (follows := after.match(plain, start + size, end)):
            return kind, start, follows.end()
    return None


def label_before(plain: str, colon: int, floor: int) -> tuple[Label, int] | None:
    """The label that ends at a colon, with a level (市级) before it and a note （部门） after it."""
    end = colon
    if plain[end - 1 : end] == "）" and (note := _LABEL_NOTE.search(plain, max(floor, end - 24), end)):
        end = note.start()
    elif plain[end - 1 : end] in ("人", "员") and (
        both := _AND_PERSONS.search(plain, max(floor, end - 8), end)
    ):
        end = both.start()
    for size in _SIZES.get(plain[end - 2 : end], ()):
        start = end - size
        kind = _KIND.get(plain[start:end]) if start >= floor else None
        if kind is None:
            continue
        if kind is Label.PERSON:
            break
        if end < colon and RULE_WORDS.search(plain, end, colon):
            kind = Label.FIRST_LEADS
        if plain[start - 1] in _LEVEL_ENDS and (
            level := _LEVEL_PREFIX.search(plain, max(floor, start - 2), start)
        ):
            start = level.start()
        return kind, start
    if plain[end - 1] in _PERSON_ENDS and (person := _PERSON_LABEL.search(plain, max(floor, end - 14), end)):
        return Label.PERSON, person.start()
    return None


def label_near(plain: str, at: int) -> tuple[Label, int, int] | None:
    """The label whose colon stands near `at`, as `labels_in` gives it."""
    colon = plain.find("：", at, at + LONGEST_LABEL)
    label = label_before(plain, colon, at) if colon > 0 else None
    return (*label, colon + 1) if label else None


def label_sort(plain: str, kind: Label, start: int, value_start: int) -> tuple[Label, bool]:
    """责任单位 and 配合单位 may stand in one chain, 责任单位 twice may not."""
    return kind, kind is Label.RESPONSIBLE and HELPER.search(plain, start, value_start) is not None


def labels_outside(plain: str, taken: Sequence[tuple[int, int]]) -> Iterator[tuple[Label, int, int]]:
    """The labels with a colon that stand in no stretch already read."""
    floor = 0
    for start, end in [*taken, (len(plain), len(plain))]:
        colon = plain.find("：", floor, start)
        while colon >= 0:
            if label := label_before(plain, colon, floor):
                yield (*label, colon + 1)
            colon = plain.find("：", colon + 1, start)
        floor = end
