"""A language model as an extra judge beside the exact metrics, never in their place.

It reads question, expected answer, sources and answer, and says which statements the sources support and whether
the answer is right.  `faithfulness` is RAGAS's (Es et al., arXiv 2309.15217): supported statements / statements.
`judged_correct` is the model's own opinion; its agreement with the exact `correct` is reported (share and Cohen's
kappa), because a judge that disagrees with what can be checked is not to be believed on what cannot.  What the
judge could not say (an error, no JSON) is not measured and counted as such."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict, dataclass
from pathlib import Path
from string import Template

import openai

from assistant.settings import ModelSettings
from eval.cases import Case
from eval.run import Run
from eval.stats import Mean, mean
from eval.summary import Scored
from index_build.errors import ModelError

PROMPT = Path(__file__).parent / "templates" / "judge.zh.md"
PASSAGES = 5
WORKERS = 4
_JSON = re.compile(r"\{.*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the judge said of one answer.  `faithfulness` is None where the answer makes no statement."""

    id: str
    correct: bool | None
    faithfulness: float | None
    reason: str


@dataclass(frozen=True, slots=True)
class Agreement:
    """Judge against exact metric over `n` answers that both measured: how often they say the same, Cohen's kappa
    (None where one of them never varies), and the four counts."""

    n: int
    share: float | None
    kappa: float | None
    both_right: int
    both_wrong: int
    only_judge_right: int
    only_exact_right: int


def expected_text(case: Case) -> str:
    """What a right answer holds, in words."""
    if case.type == "smalltalk_meta":
        return "简短的自我介绍或寒暄"
    if not case.answerable:
        return "文件没有写；应如实说没有"
    parts = [
        ("牵头单位", case.lead),
        ("责任单位", case.responsible),
        ("日期", case.deadline_iso),
        ("要点", tuple("或".join(g) for g in case.must_contain)),
        ("依据", tuple(e.head for e in case.evidence)),
    ]
    return "；".join(f"{label}：{'、'.join(values)}" for label, values in parts if values)


def judge_messages(scored: Scored) -> list[dict[str, str]]:
    system, user = PROMPT.read_text(encoding="utf-8").split("\n---\n", 1)
    reply = scored.reply
    passages = "\n".join(f"[{n}] {s.words}" for n, s in enumerate(reply.cited[:PASSAGES], 1)) or "（无）"
    filled = Template(user).substitute(
        question=scored.case.question,
        expected=expected_text(scored.case),
        passages=passages,
        answer=reply.answer,
    )
    return [{"role": "system", "content": system}, {"role": "user", "content": filled}]


def read_opinion(case_id: str, text: str) -> Opinion:
    """The judge's JSON, wherever it stands in the text; what cannot be read is an opinion not given."""
    found = _JSON.search(text)
    try:
        data = json.loads(found.group()) if found else {}
    except json.JSONDecodeError:
        data = {}
    if not isinstance(data, dict) or not isinstance(data.get("correct"), bool):
        return Opinion(case_id, None, None, "no JSON verdict")
    rows = data.get("statements")
    verdicts = [r["supported"] for r in rows if isinstance(r, dict) and isinstance(r.get("supported"), bool)] if isinstance(rows, list) else []  # fmt: skip
    share = sum(verdicts) / len(verdicts) if verdicts else None
    return Opinion(case_id, data["correct"], share, str(data.get("reason") or ""))


def judge(scored: Sequence[Scored], settings: ModelSettings) -> tuple[Opinion, ...]:
    """One opinion an answer.  ModelError if the address answers nothing at all; a single failure is an opinion not
    given."""
    client = openai.OpenAI(
        base_url=settings.base_url,
        api_key=settings.api_key or "none",
        timeout=settings.timeout_s,
        max_retries=settings.retries,
    )

    def ask(one: Scored) -> Opinion:
        try:
            response = client.chat.completions.create(
                model=settings.model or "", messages=judge_messages(one), temperature=0.0  # type: ignore[arg-type]
            )  # fmt: skip
        except openai.OpenAIError as error:
            return Opinion(one.case.id, None, None, f"{type(error).__name__}: {error}")
        return read_opinion(one.case.id, response.choices[0].message.content or "")

    asked = [s for s in scored if s.reply.outcome is not None]
    with ThreadPoolExecutor(WORKERS) as pool:
        opinions = tuple(pool.map(ask, asked))
    if opinions and all(o.correct is None for o in opinions):
        raise ModelError(
            f"评判模型没有给出任何结论（{opinions[0].reason}）；请检查地址与模型名 · the judge gave no verdict: check its address"
        )
    return opinions


def agreement(opinions: Sequence[Opinion], exact: Mapping[str, float]) -> Agreement:
    pairs = [(o.correct, exact[o.id] == 1) for o in opinions if o.correct is not None and o.id in exact]
    both_right = sum(j and e for j, e in pairs)
    both_wrong = sum(not j and not e for j, e in pairs)
    only_judge = sum(j and not e for j, e in pairs)
    only_exact = sum(e and not j for j, e in pairs)
    n = len(pairs)
    if n == 0:
        return Agreement(0, None, None, 0, 0, 0, 0)
    share = (both_right + both_wrong) / n
    judge_yes, exact_yes = (both_right + only_judge) / n, (both_right + only_exact) / n
    chance = judge_yes * exact_yes + (1 - judge_yes) * (1 - exact_yes)
    kappa = (share - chance) / (1 - chance) if chance < 1 else None
    return Agreement(n, share, kappa, both_right, both_wrong, only_judge, only_exact)


@dataclass(frozen=True)
class Judged:
    """What a judge said of a run's first system; written to judge.json beside scores.json."""

    model: str
    judged_correct: Mean | None
    faithfulness: Mean | None
    not_measured: int
    agreement: Agreement
    opinions: tuple[Opinion, ...]


def judge_run(run: Run, settings: ModelSettings) -> Judged:
    """Judge the first system of a run and write judge.json."""
    summary = run.summaries[0]
    opinions = judge(summary.scored, settings)
    judged = Judged(
        model=settings.model or "",
        judged_correct=mean([float(o.correct) for o in opinions if o.correct is not None]),
        faithfulness=mean([o.faithfulness for o in opinions if o.faithfulness is not None]),
        not_measured=sum(o.correct is None for o in opinions),
        agreement=agreement(opinions, summary.values("correct")),
        opinions=opinions,
    )
    text = json.dumps(asdict(judged), ensure_ascii=False, indent=1)
    (run.folder / "judge.json").write_text(text + "\n", encoding="utf-8")
    return judged
