"""What can be asked: anything with a name that turns a case into an answer row.  Cewen itself, and files of answers
made elsewhere; the rivals stand in eval.baselines."""

from __future__ import annotations

import hashlib
import json
import time
import traceback
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from eval.cases import Case
from eval.sources import Paper, Sources
from index_build.errors import CewenError, SetError

if TYPE_CHECKING:
    from assistant.ask import Assistant
    from assistant.model import Answer
    from assistant.settings import AskSettings

RANKED = 10


class System(Protocol):
    """`name` is a key that stays the same from run to run; `settings` say all that its answers depend on."""

    name: str
    label: str

    def settings(self) -> dict[str, Any]: ...

    def answer(self, case: Case) -> dict[str, Any]:
        """The answer row of the contract, with `ranked`, `seconds` and `tokens` where they are known."""
        ...


def ask_timed(system: System, case: Case) -> dict[str, Any]:
    """One row, with its seconds.  An error is an answer too, a row with `error`: a fault of what is being measured is
    a finding of the run, and must not cost the questions after it."""
    started = time.perf_counter()
    try:
        row = system.answer(case)
    except CewenError as error:
        row = {"id": case.id, "error": str(error)}
    except Exception as error:  # whatever the asked system fails with
        place = traceback.extract_tb(error.__traceback__)[-1]
        row = {
            "id": case.id,
            "error": f"{type(error).__name__}: {error} ({Path(place.filename).name}:{place.lineno})",
        }
    row.setdefault("seconds", round(time.perf_counter() - started, 6))
    return row | {"id": case.id}


class Cewen:
    """The assistant over an index folder."""

    name = "cewen"
    label = "策问 Cewen"

    def __init__(self, assistant: Assistant, ask: AskSettings) -> None:
        self.assistant, self._ask = assistant, ask

    @classmethod
    def open(cls, index_dir: Path, settings: AskSettings | None = None) -> Cewen:
        # the assistant is wanted only where questions are asked, not for scoring a run again
        from assistant.ask import Assistant  # noqa: PLC0415
        from assistant.settings import AskSettings  # noqa: PLC0415

        settings = settings or AskSettings()
        return cls(Assistant.open(index_dir, settings), settings)

    def settings(self) -> dict[str, Any]:
        return {"ask": repr(self._ask)}

    def answer(self, case: Case) -> dict[str, Any]:
        """As a person gets it: with a language model set, its verified words.  The seconds are of the answer alone."""
        from assistant.model import Answer  # noqa: PLC0415  (see open)

        started = time.perf_counter()
        *_, last = self.assistant.stream(case.question, case.history, today=case.today)
        assert isinstance(last, Answer)
        seconds = time.perf_counter() - started
        row = last.row(case.id) | {"seconds": round(seconds, 6), "trace": _plain(last.trace)}
        row |= model_use(last.trace)
        row["ranked"] = self._ranked(last)
        return row

    def _ranked(self, answer: Answer) -> list[dict[str, Any]]:
        """The candidates behind an answer, best first: what a miss needs to be told from a wrong choice."""
        from assistant.ask import explain  # noqa: PLC0415  (see open)

        ids = [row["entry"] for row in explain(answer.question, self.assistant)["candidates"]][:RANKED]
        return [
            {
                "doc": entry.policy.doc,
                "text": entry.text,
                "quote": entry.text,
                "parts": [[p.start, p.end] for p in entry.extent],
            }
            for entry in self.assistant.index.catalog.entries(ids)
        ]

    def documents(self) -> tuple[str, ...]:
        return tuple(row.name for row in self.assistant.index.catalog.documents())

    def sources(self) -> Sources:
        """Texts and papers of everything that is indexed."""
        catalog = self.assistant.index.catalog
        papers: dict[str, list[Paper]] = {}
        for policy in catalog.policies():
            papers.setdefault(policy.doc, []).append(Paper(policy.span.start, policy.title))
        ordered = {doc: tuple(sorted(rows, key=lambda p: p.start)) for doc, rows in papers.items()}
        return Sources({doc: catalog.text(doc) for doc in self.documents()}, ordered)

    def scope(self, case: Case) -> list[tuple[str, int, int]] | None:
        """The stretches of documents that the places of a question leave; None where it names none."""
        places = self.assistant.read(case.question, case.history, today=case.today).places
        if not places:
            return None
        policies = [p for p in self.assistant.index.catalog.policies() if p.place in places]
        return [(p.doc, p.span.start, p.span.end) for p in policies]

    def fingerprint(self) -> str:
        """Changes with any indexed file and with what was read out of it."""
        catalog = self.assistant.index.catalog
        digest = hashlib.sha256()
        for row in catalog.documents():
            digest.update(f"{row.name}\0{row.sha256}\0{row.measures}\n".encode())
        for measure in catalog.measures():
            digest.update(
                f"{measure.id}\0{measure.lead}\0{measure.responsible}\0{measure.deadlines}\n".encode()
            )
        return digest.hexdigest()[:16]


def model_use(trace: Mapping[str, Any]) -> dict[str, Any]:
    """Tokens and cost of the language model, from an answer's trace; nothing where none was asked."""
    model = trace.get("model")
    if not isinstance(model, Mapping) or not model.get("requests"):
        return {}
    found: dict[str, Any] = {"tokens": model.get("prompt_tokens", 0) + model.get("completion_tokens", 0)}
    return found if model.get("cost") is None else found | {"cost": model["cost"]}


def _plain(value: Any) -> Any:
    """A trace as JSON can hold it."""
    if isinstance(value, Mapping):
        return {str(k): _plain(v) for k, v in value.items()}
    if isinstance(value, str | int | float | bool) or value is None:
        return value
    if isinstance(value, Sequence | set | frozenset):
        return [_plain(v) for v in value]
    return str(value)


class AnswerFile:
    """Answers made elsewhere (`cewen ask --batch`, or another product that writes the contract's rows)."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.name = path.stem
        self.label = path.name
        try:
            self._text = path.read_text(encoding="utf-8-sig")
            rows = [json.loads(line) for line in self._text.splitlines() if line.strip()]
            self._rows = {row["id"]: row for row in rows}
        except (OSError, UnicodeDecodeError) as error:
            raise SetError(
                f"{path} 读不了；请核对路径与编码 · cannot be read: check path and encoding"
            ) from error
        except (json.JSONDecodeError, KeyError, TypeError) as error:
            raise SetError(
                f"{path} 不是答案行（每行一个带 id 的 JSON）· holds no answer rows (JSON with an id a line)"
            ) from error

    def settings(self) -> dict[str, Any]:
        return {"answers": hashlib.sha256(self._text.encode()).hexdigest()[:16]}

    def answer(self, case: Case) -> dict[str, Any]:
        row = self._rows.get(case.id)
        if row is None:
            return {"id": case.id, "error": f"{self.path.name}: no row", "seconds": None}
        return {"seconds": None, **row}
