// The 评测 tab: evaluation runs with their key figures, a run's report in the page, two runs side by side.
"use strict";
cewenStart.evaluation = function (element) {
  const cewen = window.cewen;
  const { say, make } = cewen;
  const root = element.querySelector(".cw-evaluation");
  let data = null;
  let chosen = []; // names of the runs to compare, at most two

  const page = (...children) => root.replaceChildren(make("div", { class: "cw-page cw-wide" }, ...children));
  const notice = (text) => root.replaceChildren(make("p", { class: "cw-notice", role: "alert" }, text));
  const titled = (name) => data.figures[name]?.[cewen.language] || name;
  const when = (started) => (started ? new Date(started).toLocaleString(cewen.language === "zh" ? "zh-CN" : "en-GB", { dateStyle: "medium", timeStyle: "short" }) : "");
  const number = (value, unit) => (unit === "seconds" ? (value < 1 ? `${Math.round(1000 * value)} ms` : `${value.toFixed(1)} s`) : unit === "share" ? `${(100 * value).toFixed(1)}%` : value.toFixed(2));

  async function load() {
    const report = cewen.address.get("run");
    const pair = [cewen.address.get("one"), cewen.address.get("other")];
    try {
      if (!data) {
        page(make("div", { class: "cw-skeleton cw-paper" }), make("div", { class: "cw-skeleton cw-paper" }));
        data = await cewen.request("/api/reports");
        if (!following) trial = (await cewen.request("/api/trial")).trial;
        if (trial?.state === "running") follow();
      }
      const run = data.runs.find((one) => one.name === report);
      if (run?.page) drawReport(run);
      else if (pair[0] && pair[1]) drawComparison(await cewen.request("/api/reports/compare?" + new URLSearchParams({ one: pair[0], other: pair[1] })));
      else drawRuns();
    } catch (error) {
      data = null;
      notice(error.message);
    }
  }

  function go(changes) {
    cewen.address.set({ run: null, one: null, other: null, ...changes });
    load();
    root.scrollTop = 0;
  }
  const back = () => make("button", { type: "button", class: "cw-small", onclick: () => go({}) }, "‹ " + say("back_to_runs"));

  // ---- the table of runs -------------------------------------------------------------------------------
  function drawRuns() {
    const again = make("button", { type: "button", class: "cw-small cw-again", onclick: () => ((data = null), load()) }, say("reload"));
    const title = make("header", { class: "cw-page-head" }, make("h1", {}, say("evaluation_title")), data.runs.length ? again : null);
    if (!data.runs.length) return page(title, starting(), empty(again));
    chosen = chosen.filter((name) => data.runs.some((run) => run.name === name && !run.fault));
    const keys = Object.keys(data.figures).filter((name) => data.figures[name].key);
    const compareChosen = () => {
      const [one, other] = data.runs.filter((run) => chosen.includes(run.name)).map((run) => run.name); // the newer first
      go({ one, other });
    };
    const compare = make("button", { type: "button", class: "cw-main-button", onclick: compareChosen }, say("compare_runs"));
    const tell = make("span", {}, say("choose_two"));
    const mark = () => {
      compare.disabled = chosen.length !== 2;
      root.querySelectorAll("[data-run] input").forEach((box) => (box.checked = chosen.includes(box.value)));
    };
    const choose = (name) => {
      chosen = chosen.includes(name) ? chosen.filter((one) => one !== name) : [...chosen, name].slice(-2);
      mark();
    };
    const head = make("tr", {}, make("th", { scope: "col" }, make("span", { class: "cw-hidden" }, say("compare_runs"))), make("th", { scope: "col" }, say("run")), keys.map((name) => make("th", { scope: "col", class: "cw-number" }, titled(name), data.figures[name].higher_is_better ? "" : " ↓")), make("td", {}));
    const table = make("table", {}, make("caption", { class: "cw-hidden" }, say("evaluation_title")), make("thead", {}, head), make("tbody", {}, data.runs.map((run) => drawRun(run, keys, choose))));
    page(title, starting(), make("div", { class: "cw-runs", tabindex: "0", role: "region", "aria-label": say("evaluation_title") }, table), make("div", { class: "cw-compare-bar" }, data.runs.length > 1 ? [compare, tell] : null, make("p", { class: "cw-chart-hint" }, say("intervals"))));
    mark();
  }

  // ---- a new run -----------------------------------------------------------------------------------------
  // A question set is chosen or dropped, asked on the server, and its run joins the table.
  function starting() {
    const field = make("input", { type: "file", class: "cw-hidden", tabindex: "-1", "aria-label": say("run_set"), accept: ".jsonl,.xlsx", onchange: () => run(field.files[0]) });
    const box = make("div", { class: "cw-intake" }, make("button", { type: "button", class: "cw-main-button", onclick: () => field.click() }, say("run_set")), field, make("span", {}, say("run_set_hint")), make("div", { class: "cw-job", role: "status", "aria-live": "polite" }));
    cewen.droppable(box, (files) => run(files[0]));
    setTimeout(drawTrial, 0);
    return box;
  }

  let trial = null;
  async function run(file) {
    if (!file) return;
    const form = new FormData();
    form.append("file", file);
    try {
      trial = await cewen.request("/api/reports", { method: "POST", form });
      follow();
    } catch (error) {
      trial = { state: "failed", message: error.message };
      drawTrial();
    }
  }

  let following = false;
  async function follow() {
    if (following) return;
    following = true;
    try {
      while (trial?.state === "running") {
        drawTrial();
        await new Promise((resolve) => setTimeout(resolve, 400));
        trial = (await cewen.request("/api/trial")).trial;
      }
      if (trial?.state === "done") {
        data = null;
        if (document.body.dataset.tab === "evaluation" && !cewen.address.get("run")) await load();
      }
    } catch (error) {
      trial = { state: "failed", message: error.message };
    }
    following = false;
    drawTrial();
  }

  function drawTrial() {
    const box = root.querySelector(".cw-job");
    if (!box || !trial) return;
    const told = {
      running: () => [make("p", { class: "cw-working" }, make("span", { class: "cw-dots" }, make("i"), make("i"), make("i")), trial.total ? say("asked_of", trial) : say("run_begins"), make("button", { type: "button", class: "cw-small", onclick: () => cewen.request("/api/trial", { method: "DELETE" }).catch(cewen.toastError) }, say("stop"))), cewen.way(trial.total ? trial.done / trial.total : 0, say("asked_of", trial))],
      done: () => [make("p", {}, say("run_done"), " ", make("button", { type: "button", class: "cw-small", onclick: () => go({ run: trial.run }) }, say("open_report")))],
      failed: () => [make("p", { "data-state": "failed" }, cewen.inLanguage(trial.message) || say("run_failed"))],
      stopped: () => [make("p", {}, say("run_stopped", trial))],
    };
    box.replaceChildren(...told[trial.state]());
  }

  function drawRun(run, keys, choose) {
    if (run.fault) return make("tr", { "data-run": run.name }, make("td", {}), make("td", { class: "cw-run" }, make("b", {}, run.name)), make("td", { colspan: keys.length + 1, class: "cw-fault" }, say("run_fault")));
    const box = make("input", { type: "checkbox", value: run.name, "aria-label": say("compare_runs") + say("colon") + run.name, onchange: () => choose(run.name) });
    const about = [run.sets.join("、"), say("questions_n", { count: run.asked }), say("documents_n", { count: run.documents })].join(" · ");
    const open = run.page && make("button", { type: "button", class: "cw-small", onclick: () => go({ run: run.name }) }, say("open_report"));
    const name = make("td", { class: "cw-run" }, make("b", {}, run.name), make("span", {}, when(run.started)), make("span", {}, about), run.others.length ? make("span", {}, say("with_rivals", { names: run.others.join("、") })) : null);
    return make("tr", { "data-run": run.name }, make("td", {}, box), name, keys.map((key) => make("td", { class: "cw-number", "data-label": titled(key) }, figure(run.figures[key], data.figures[key]))), make("td", { class: "cw-run-open" }, open || ""));
  }

  // A mean with its interval, and both drawn on a line from 0 to 100 %.
  function figure(mean, { unit }) {
    if (!mean) return make("span", { class: "none" }, "—");
    const spread = mean.low === null || mean.low === undefined ? "" : `${number(mean.low, unit)}–${number(mean.high, unit)}`;
    const bar = unit === "share" && make("i", { class: "cw-whisker", style: `--at:${100 * mean.value}%;--low:${100 * (mean.low ?? mean.value)}%;--high:${100 * (mean.high ?? mean.value)}%`, "aria-hidden": "true" });
    return make("span", { class: "cw-figure", title: `n = ${mean.n}` }, make("b", {}, number(mean.value, unit)), make("small", {}, spread), bar);
  }

  function empty(again) {
    return make(
      "div",
      { class: "cw-paper cw-empty" },
      make("h2", {}, say("no_runs")),
      make("p", {}, say("no_runs_more", { folder: data.folder })),
      make("pre", {}, "cewen eval " + say("a_set") + ".jsonl"),
      make("p", {}, say("no_runs_then")),
      again
    );
  }

  // ---- one report --------------------------------------------------------------------------------------
  function drawReport(run) {
    const path = cewen.at(`/api/reports/${encodeURIComponent(run.name)}/page`);
    // The report may run its own script, but as a page of nowhere: it can reach neither this page nor the server.
    const frame = make("iframe", { src: path, sandbox: "allow-scripts", title: say("report") + say("colon") + run.name });
    const head = make("div", { class: "cw-report-head" }, back(), make("h1", {}, run.name), make("span", {}, when(run.started)), make("a", { class: "cw-small", href: path, target: "_blank", rel: "noopener" }, say("open_alone")));
    root.replaceChildren(make("div", { class: "cw-report" }, head, frame));
  }

  // ---- two runs ----------------------------------------------------------------------------------------
  function drawComparison(found) {
    const side = (run, key) => make("th", { scope: "col", class: "cw-number" }, make("span", { class: "cw-side" }, say(key)), run.name, make("small", {}, when(run.started)));
    const rows = found.figures.map((row) => {
      const shown = data.figures[row.name];
      const change = row.one && row.other ? row.one.value - row.other.value : null;
      const good = change === null || Math.abs(change) < 1e-9 ? "same" : change > 0 === shown.higher_is_better ? "better" : "worse";
      const sign = change > 0 ? "+" : change < 0 ? "−" : "±";
      const text = change === null ? "—" : sign + (shown.unit === "share" ? (100 * Math.abs(change)).toFixed(1) : number(Math.abs(change), shown.unit));
      return make("tr", { "data-figure": row.name }, make("th", { scope: "row" }, titled(row.name), shown.higher_is_better ? "" : " ↓"), make("td", { class: "cw-number" }, figure(row.one, shown)), make("td", { class: "cw-number" }, figure(row.other, shown)), make("td", { class: "cw-number cw-change", "data-change": good }, text), make("td", { class: "cw-number cw-tally", "data-label": say("better_worse_same") }, shown.unit === "seconds" ? "" : `${row.better} / ${row.worse} / ${row.same}`));
    });
    const head = make("tr", {}, make("th", { scope: "col" }, say("figure")), side(found.one, "this_run"), side(found.other, "other_run"), make("th", { scope: "col", class: "cw-number" }, say("difference")), make("th", { scope: "col", class: "cw-number" }, say("better_worse_same")));
    const table = make("table", {}, make("thead", {}, head), make("tbody", {}, rows));
    const swap = make("button", { type: "button", class: "cw-small", onclick: () => go({ one: found.other.name, other: found.one.name }) }, "⇄ " + say("swap"));
    page(
      make("div", { class: "cw-report-head cw-flat" }, back(), make("h1", {}, say("compare_title")), make("span", {}, say("shared_questions", { count: found.shared })), swap),
      verdict(found),
      make("div", { class: "cw-runs cw-side-by-side", tabindex: "0", role: "region", "aria-label": say("compare_title") }, table),
      make("div", { class: "cw-two" }, differing("questions_won", found.won), differing("questions_lost", found.lost))
    );
  }

  // The comparison in a sentence: how many went which way, and whether that says anything.
  function verdict(found) {
    const correct = found.figures.find((row) => row.name === "correct");
    if (!correct) return "";
    const { better, worse } = correct;
    const first = better + worse ? say("verdict_moved", { one: found.one.name, other: found.other.name, better, worse }) : say("verdict_same");
    const telling = found.chance < 0.05 ? "verdict_telling" : "verdict_chance";
    const second = better + worse ? say(telling, { percent: found.chance < 0.001 ? "0.1" : (100 * found.chance).toFixed(found.chance < 0.1 ? 1 : 0) }) : "";
    return make("p", { class: "cw-verdict", "data-verdict": better + worse && found.chance < 0.05 ? (better > worse ? "better" : "worse") : "same" }, make("b", {}, first), second);
  }

  // A question that went otherwise unfolds: what was expected, what each run said.
  function differing(key, cases) {
    const text = (answer) => (answer ? answer.replace(/\*\*/g, "") : say("no_answer_kept"));
    const expected = (one) => (one.answerable ? Object.entries(one.expected).flatMap(([field, values]) => [make("dt", {}, say(field)), make("dd", {}, values.join("、"))]) : [make("dt", {}, say("expected")), make("dd", {}, say("expected_refusal"))]);
    const said = (label, answer) => [make("dt", {}, say(label)), make("dd", { class: "cw-said" }, text(answer))];
    const items = cases.map((one) => make("li", {}, make("details", {}, make("summary", {}, one.question || one.id, make("small", {}, one.id)), make("dl", {}, expected(one), said("this_run", one.one), said("other_run", one.other)))));
    return make("section", { class: "cw-chart", "data-questions": key }, make("h2", {}, say("with_count", { what: say(key), count: cases.length })), cases.length ? make("ol", {}, items) : make("p", { class: "cw-chart-hint" }, say("none_of_them")));
  }

  cewen.shown.evaluation = load;
  document.addEventListener("cewen:address", () => document.body.dataset.tab === "evaluation" && data && load());
  if (document.body.dataset.tab === "evaluation") load();
};
