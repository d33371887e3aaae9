"""Options that several commands share: the index folder, and how questions are answered."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from assistant.settings import AskSettings, ModelSettings
from index_build.errors import SettingsError

index_option = click.option(
    "--index",
    type=click.Path(path_type=Path),
    default=Path("cewen-index"),
    envvar="CEWEN_INDEX",
    show_default=True,
    help="索引文件夹 · index folder",
)


def answer_options(function: Any) -> Any:
    """The options of answering, shared by ask and chat."""
    options = [
        click.option(
            "--lexicon",
            type=click.Path(path_type=Path, exists=True, file_okay=False),
            multiple=True,
            help="补充词表文件夹，可多个 · folders with more words",
        ),
        click.option(
            "--vector-weight",
            type=click.FloatRange(0, 1),
            default=0.0,
            show_default=True,
            help="向量在排序里的分量 · weight of vectors in the ranking",
        ),
        click.option(
            "--page-size",
            type=click.IntRange(1),
            default=20,
            show_default=True,
            help="长清单先列的条数 · rows of a long list shown in full",
        ),
        click.option(
            "--model-base-url", default=None, help="语言模型的 OpenAI 兼容地址 · address of a language model"
        ),
        click.option("--model", "model_name", default=None, help="模型名 · model name"),
        click.option("--model-api-key", default=None, help="模型的密钥 · its key"),
        click.option(
            "--model-timeout",
            type=click.FloatRange(min=0.1),
            default=30.0,
            show_default=True,
            help="等模型的秒数 · seconds to wait for it",
        ),
    ]
    for option in reversed(options):
        function = option(function)
    return function


def read_settings(values: dict[str, Any]) -> AskSettings:
    """AskSettings from the values of `answer_options`."""
    if values["model_base_url"] and not values["model_name"]:
        raise SettingsError("设了 --model-base-url 也要设 --model · --model-base-url needs --model")
    return AskSettings(
        lexicon=tuple(values["lexicon"]),
        vector_weight=values["vector_weight"],
        page_size=values["page_size"],
        model=ModelSettings(
            base_url=values["model_base_url"],
            model=values["model_name"],
            api_key=values["model_api_key"],
            timeout_s=values["model_timeout"],
        ),
    )
