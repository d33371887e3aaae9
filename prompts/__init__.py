"""Prompts for language models, one file each: `NAME.LANGUAGE.md` beside this module.

A file says which variables it takes, then what the system and the user say:

    variables: question, evidence
    ---
    What the system says.
    ---
    What the user says, with ${question} and ${evidence}.

A prompt is refused when it is loaded, not when it is used, if its words and its declaration differ, or if it
declares other variables than its row of `PROMPTS`.  Values are put in once and never read as templates again, so
a document that contains ${question} stays as it is.  To add a prompt: one row, one file a language, one test.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from string import Template

from index_build.errors import SettingsError

FOLDER = Path(__file__).parent
LANGUAGES = ("zh", "en")

# name -> the variables that the code gives it
PROMPTS: Mapping[str, frozenset[str]] = {
    "answer": frozenset({"question", "evidence", "fence", "earlier"}),
    "follow_up": frozenset({"question", "earlier", "fence"}),
    "widen": frozenset({"question", "fence"}),
    "choose": frozenset({"question", "evidence", "fence"}),
}


@dataclass(frozen=True)
class Prompt:
    """A prompt as loaded; `fill` gives the messages of the OpenAI protocol."""

    name: str
    language: str
    variables: frozenset[str]
    system: str
    user: str

    def fill(self, **values: str) -> list[dict[str, str]]:
        """The messages with every variable filled in.  Raises TypeError for a missing or an extra value."""
        if set(values) != self.variables:
            raise TypeError(f"prompt {self.name} takes {sorted(self.variables)}, was given {sorted(values)}")
        return [
            {"role": role, "content": Template(text).substitute(values)}
            for role, text in (("system", self.system), ("user", self.user))
        ]


@cache
def load(name: str, language: str = "zh", folder: Path = FOLDER) -> Prompt:
    """The prompt of a row of `PROMPTS`.  Raises SettingsError for a file that is missing, or that does not fit
    its declaration or its row."""
    path = folder / f"{name}.{language}.md"
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise SettingsError(
            f"提示词 {path.name} 读不了（{error}）；请恢复该文件 · cannot be read: restore it"
        ) from error
    prompt = parse(name, language, text)
    wanted = PROMPTS.get(name)
    if wanted is None or prompt.variables != wanted:
        raise refused(path.name, f"声明 {sorted(prompt.variables)}，应为 {sorted(wanted or ())}")
    return prompt


def parse(name: str, language: str, text: str) -> Prompt:
    """A prompt from its file's text.  Raises SettingsError where words and declaration differ."""
    label = f"{name}.{language}.md"
    pieces = [piece.strip() for piece in re.split(r"(?m)^---$", text)]
    declaration = re.fullmatch(r"variables:(?P<names>[a-z_, ]*)", pieces[0])
    if declaration is None or len(pieces) != 3 or not all(pieces[1:]):
        raise refused(label, "应为 variables: …、---、系统、---、用户 三部分")
    declared = frozenset(name.strip() for name in declaration["names"].split(",") if name.strip())
    used: set[str] = set()
    for piece in pieces[1:]:
        template = Template(piece)
        if not template.is_valid():
            raise refused(label, "有写坏的 ${…}")
        used |= set(template.get_identifiers())
    if used != declared:
        raise refused(label, f"声明 {sorted(declared)}，用到 {sorted(used)}")
    return Prompt(name, language, declared, pieces[1], pieces[2])


def refused(label: str, why: str) -> SettingsError:
    return SettingsError(f"提示词 {label} 不能用：{why}；请改正该文件 · the prompt does not fit: mend it")
