"""What does an answer cost: time, tokens, money, reading?"""

from __future__ import annotations

from eval.cases import Case
from eval.metrics.measured import Group, Measured, Metric, Score
from eval.replies import Reply
from eval.sources import Sources, fold


def seconds(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Wall-clock seconds from question to whole answer, warm, inside the asking process (lower is better).  Not
    comparable between runs on different machines or with different parallelism."""
    return None if reply.seconds is None else Score(reply.seconds)


def tokens(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Language-model tokens, prompt and completion, as the server reports them (lower is better).  None without a
    model."""
    return None if reply.tokens is None else Score(float(reply.tokens))


def cost(case: Case, reply: Reply, sources: Sources) -> Measured:
    """What the language model's tokens cost at the prices that are set (lower is better).  None without a model or
    without prices; the machine's own cost is not in it."""
    return None if reply.cost is None else Score(reply.cost)


def shown_characters(case: Case, reply: Reply, sources: Sources) -> Measured:
    """Characters of the first five sources: what a reader (or a model) has to read (lower is better).  Own
    definition.  Not measured where nothing is shown."""
    if not reply.cited:
        return None
    return Score(float(sum(len(fold(s.words)) for s in reply.cited[:5])))


ROWS = (
    Metric("seconds", seconds, Group.COST, "用时", False, unit="seconds"),
    Metric("tokens", tokens, Group.COST, "模型用量", False, unit="tokens"),
    Metric("cost", cost, Group.COST, "模型费用", False, unit="money"),
    Metric("shown_characters", shown_characters, Group.COST, "前五条字数", False, unit="characters"),
)
