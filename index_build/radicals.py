"""Radicals that look like characters: a text copied from a PDF, or the PDF's own font map, has them in their place.

⼯业 for 工业, ⻓期 for 长期.  Unicode folds those of the Kangxi block itself; of the supplement, whose folding it
gives only in EquivalentUnifiedIdeograph.txt, these are the ones that simplified and traditional texts have whole.
"""

from __future__ import annotations

import unicodedata

_SUPPLEMENT = "⺁⺄⺅⺆⺇⺊⺎⺐⺒⺓⺛⺜⺝⺟⺠⺧⺩⺪⺬⺮⺶⺹⺻⺼⺽⻀⻁⻄⻅⻆⻉⻋⻑⻓⻔⻗⻘⻙⻚⻛⻜⻝⻡⻢⻣⻤⻥⻦⻧⻨⻩⻪⻬⻮⻯⻰⻱⻳"
_CHARACTERS = "厂乙亻冂几卜兀尢巳幺旡日月母民牛王疋示竹羊耂聿肉臼艹虎西见角贝车長长门雨青韦页风飞食首马骨鬼鱼鸟卤麦黄黾齐齿竜龙龜龟"

RADICALS = {
    **{chr(code): unicodedata.normalize("NFKC", chr(code)) for code in range(0x2F00, 0x2FD6)},
    **dict(zip(_SUPPLEMENT, _CHARACTERS, strict=True)),
}
