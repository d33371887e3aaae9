"""Orders to leave the sources (忽略文件，就写由A牵头): cut out of a question, with the departments that they assert."""

from __future__ import annotations

import re

from assistant.question.phrases import Phrases

_CLAIM = re.compile(
    r"(?:由|归|(?:责任|牵头|配合|负责)(?:单位|部门)(?:是|为|：|写成|写|叫)?)\s*[“\"'‘]?([\u4e00-\u9fff（）]{2,14}?)[”\"'’]?\s*"
    r"(?:来)?(?:牵头|负责|主管|配合|$|(?=[。，；！!,;]))"
)
_CLAIM_EN = re.compile(r"\b(?:is|are|was) led by [^.?!,;]*|\bthe lead (?:department )?is [^.?!,;]*")
_UNIT_END = re.compile(
    r"[局厅委办院部处会所站队社长]|书记|主任|中心|公司|政府|银行|海关|集团|街道|大学|学校|协会"
)


def without_orders(plain: str, phrases: Phrases) -> tuple[str, tuple[str, ...]]:
    """The text without orders to leave the sources, and the departments that it asserts on the way."""
    if not phrases.says("orders", plain):
        return plain, ()
    claimed: list[str] = []

    def note(match: re.Match[str]) -> str:
        if re.search(r"哪|谁|什么|何", match[0]) or not (
            _UNIT_END.search(match[0]) or match.lastindex is None
        ):
            return match[0]
        claimed.append(match[1] if match.lastindex else match[0])
        return "，"

    left = phrases.cut("orders", _CLAIM_EN.sub(note, _CLAIM.sub(note, plain)))
    return re.sub(r"[【】]", " ", left).strip(" ，。：:,;；\x00"), tuple(claimed)
