"""The request to the model: measures and earlier turns quoted as data, in fences that no document can have guessed,
cut to the budget of tokens.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence

from assistant.budget import count, fit
from assistant.compose_llm.materials import Material
from assistant.labels import number_label, place_label, short_title
from assistant.model import Question, Turn
from assistant.settings import ModelSettings
from index_build.errors import ModelError
from index_build.text import tidy
from prompts import load

TURNS = 6  # of the conversation, that the model is shown


def fence_of(*texts: str) -> str:
    """A tag that no document can have guessed: it hangs on all that is said."""
    return "资料" + hashlib.sha256("\0".join(texts).encode("utf-8", "replace")).hexdigest()[:8]


def harmless(text: str) -> str:
    """Quoted text in which nothing can be taken for a fence, a handle, a mark or a tag."""
    return (
        text.replace("<", "＜")
        .replace(">", "＞")
        .replace("{{", "｛｛")
        .replace("}}", "｝｝")
        .replace("[m", "［m")
    )


def evidence_of(materials: Iterable[Material], fence: str, english: bool) -> list[str]:
    """One fenced block for each measure: what it is, and every handle with what it stands for."""
    blocks = []
    for material in materials:
        policy = material.entry.policy
        title = f"《{short_title(policy)}》{place_label(policy)} {policy.doc_no or ''} {number_label(material.entry, english)}"
        lines = [f"<{fence} {material.mark}>", harmless(" ".join(title.split()))]
        for name, slot in material.slots.items():
            lines.append(f"{{{{{material.mark}.{name}}}}} = {harmless(slot.words)}")
        blocks.append("\n".join([*lines, f"</{fence}>"]))
    return blocks


def earlier_words(history: Sequence[Turn], tokens: int = 600) -> str:
    """The newest turns that fit, oldest first; 无 where there are none."""
    turns = [
        f"{'问' if t.role == 'user' else '答'}：{harmless(tidy(t.content))[:300]}" for t in history[-TURNS:]
    ]
    return "\n".join(reversed(fit(turns[::-1], tokens))) or "无"


def messages_for(
    question: Question, materials: Mapping[str, Material], history: Sequence[Turn], settings: ModelSettings
) -> tuple[list[dict[str, str]], dict[str, Material]]:
    """The request, and the materials that fit into its budget of tokens."""
    fence = fence_of(question.text, *[m.citation.quote for m in materials.values()])
    prompt = load("answer", "en" if question.english else "zh")
    asked = {"question": harmless(question.text), "earlier": earlier_words(history), "fence": fence}
    fixed = sum(count(m["content"]) for m in prompt.fill(evidence="", **asked))
    blocks = evidence_of(materials.values(), fence, question.english)
    kept = fit(blocks, max(0, settings.context_tokens - fixed))
    if not kept or kept[0] != blocks[0]:
        raise ModelError(
            "上下文放不下一条措施；请加大 context_tokens · not one measure fits: raise context_tokens"
        )
    shown = dict(list(materials.items())[: len(kept)])
    return prompt.fill(evidence="\n".join(kept), **asked), shown
