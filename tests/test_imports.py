"""The import map as data: imports run one way, and a framework stays behind the modules that own it."""

from __future__ import annotations

import ast
import re
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
FOLDERS = ("index_build", "assistant", "prompts", "eval")

# folder -> folders it may import
MAY_IMPORT = {
    "index_build": {"index_build"},
    "prompts": {"prompts", "index_build"},
    "assistant": {"assistant", "index_build", "prompts"},
    "eval": {"eval", "assistant", "index_build"},
}
# the faces of the assistant; what they show is found and worded by modules that know no face
FACES = ("assistant.api", "assistant.cli", "assistant.page")
# folders whose modules import each other in one direction only, functions' own imports counted
ONE_WAY = ("assistant", "index_build", "prompts")
# framework -> the modules that may name it (prefixes)
OWNERS = {
    "chromadb": ("index_build.vectors", "eval.baselines", "eval.bench"),
    "tantivy": ("index_build.lexical", "eval.baselines", "eval.bench"),
    "rjieba": ("index_build.words", "eval.baselines", "eval.bench"),
    "llama_index": (
        "index_build.embed",
        "assistant.language_model",
        "assistant.retriever",
        "eval.baselines",
        "eval.bench",
    ),
    "openai": ("index_build.embed", "assistant.language_model", "eval.judges"),
    "gradio": ("assistant.page", "assistant.cli.serve"),
    "mcp": ("assistant.api.mcp_tools",),
    "pypdfium2": ("index_build.readers",),
    "pdfplumber": ("index_build.readers",),
    "docx": ("index_build.readers",),
    "bs4": ("index_build.readers",),
    "fastapi": ("assistant.api", "assistant.page", "assistant.cli.serve"),
    "tiktoken": ("assistant.budget",),
    # embed keeps its cache in SQLite; vectors copies Chroma's own database as a database
    "sqlite3": (
        "index_build.catalog",
        "index_build.embed",
        "index_build.vectors",
        "assistant.history",
        "assistant.access",
    ),
}


def modules() -> list[tuple[str, Path]]:
    found = []
    for folder in FOLDERS:
        for path in sorted((ROOT / folder).rglob("*.py")):
            name = ".".join(path.relative_to(ROOT).with_suffix("").parts)
            found.append((name.removesuffix(".__init__"), path))
    return found


def is_in(name: str, packages: tuple[str, ...]) -> bool:
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def imported_modules() -> dict[str, set[str]]:
    """Module -> the modules of ours that it imports; `from package import module` is an import of the module."""
    paths = dict(modules())
    found: dict[str, set[str]] = {name: set() for name in paths}
    for name, path in paths.items():
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Import):
                found[name].update(alias.name for alias in node.names if alias.name in paths)
            elif isinstance(node, ast.ImportFrom) and node.module:
                inner = {f"{node.module}.{alias.name}" for alias in node.names} & paths.keys()
                found[name] |= inner
                if len(inner) < len(node.names):
                    found[name] |= {node.module} & paths.keys()
    return found


def imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names.update(alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            names.add(node.module)
    return names


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_imports_run_one_way(name: str, path: Path) -> None:
    folder = name.split(".")[0]
    for target in imported(path):
        top = target.split(".")[0]
        if top in FOLDERS:
            assert top in MAY_IMPORT[folder], (
                f"{name} imports {target}: {folder} may import {MAY_IMPORT[folder]}"
            )


@pytest.mark.parametrize(("name", "path"), modules(), ids=lambda v: v if isinstance(v, str) else "")
def test_frameworks_stay_behind_their_owners(name: str, path: Path) -> None:
    for target in imported(path):
        owners = OWNERS.get(target.split(".")[0])
        assert owners is None or name.startswith(owners), f"{name} imports {target}: only {owners} may"


@pytest.mark.parametrize("folder", ONE_WAY)
def test_no_modules_import_each_other(folder: str) -> None:
    graph = {
        name: {t for t in targets if is_in(t, (folder,))}
        for name, targets in imported_modules().items()
        if is_in(name, (folder,))
    }
    assert len(list(TopologicalSorter(graph).static_order())) == len(graph)  # a circle raises CycleError


def test_what_answers_knows_no_face() -> None:
    faceless = {
        n: t for n, t in imported_modules().items() if is_in(n, ("assistant",)) and not is_in(n, FACES)
    }
    assert "assistant.ask" in faceless
    assert {n: [t for t in targets if is_in(t, FACES)] for n, targets in faceless.items()} == {
        n: [] for n in faceless
    }


def test_the_map_is_not_empty() -> None:
    assert len(modules()) > 5
    assert all(re.fullmatch(r"[a-z_.]+", owner) for owners in OWNERS.values() for owner in owners)
