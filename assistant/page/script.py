"""How a tab that a script of assets/ draws is put on the page."""

from __future__ import annotations

import gradio as gr


def when_loaded(tab: str) -> str:
    """Starts a tab's script, which the browser may still be loading when Gradio draws the tab."""
    return (
        f"(function start() {{ window.cewenStart?.{tab}"
        f" ? cewenStart.{tab}(element, trigger, props, watch) : setTimeout(start, 15); }})();"
    )


def drawn_by_script(tab: str) -> gr.HTML:
    """An empty tab that `cewenStart.<tab>` fills, with data of the HTTP interface."""
    return gr.HTML(
        "",
        html_template=f'<div class="cw-{tab}"></div>',
        js_on_load=when_loaded(tab),
        apply_default_css=False,
        elem_id=f"cw-{tab}",
    )
