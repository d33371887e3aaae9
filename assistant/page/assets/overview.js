// The 总览 tab: the ledger as charts; every bar leads to its measures.
"use strict";
cewenStart.overview = function (element) {
  const cewen = window.cewen;
  const { say, make } = cewen;
  const root = element.querySelector(".cw-overview");
  let data = null;
  let library = null;

  const plotly = () =>
    (library ??= new Promise((resolve, reject) => {
      const script = make("script", { src: "/charts-cewen/plotly.min.js" });
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error(say("failed_to_load")));
      document.head.append(script);
    }));

  async function load() {
    try {
      if (!data) {
        root.replaceChildren(make("div", { class: "cw-page cw-wide" }, make("div", { class: "cw-skeleton cw-paper" }), make("div", { class: "cw-skeleton cw-paper", style: "min-height:320px" })));
        data = await cewen.request("/api/overview");
        await plotly();
      }
      draw();
    } catch (error) {
      root.replaceChildren(make("p", { class: "cw-notice", role: "alert" }, error.message));
    }
  }

  const color = (name) => getComputedStyle(document.body).getPropertyValue("--cw-" + name).trim();
  const list = (changes) => cewen.show("ledger", { ...cewen.noFilters, ...changes });
  // The charts read some tags in their texts; words of documents are to be shown as they are.
  const plain = (text) => text.replaceAll("<", "＜");
  const short = (title) => plain(title.length > 18 ? title.slice(0, 17) + "…" : title);

  function draw() {
    const tile = (count, key, changes) => make(changes ? "button" : "div", { class: "cw-tile", type: changes ? "button" : null, onclick: changes ? () => list(changes) : null }, make("b", {}, count.toLocaleString()), make("span", {}, say(key)));
    const box = (key, id, values = {}) => make("section", { class: "cw-chart", "data-chart": id }, make("h2", {}, say(key, values)), make("div", { id: "cw-chart-" + id, role: "img", "aria-label": say(key, values) }));
    root.replaceChildren(
      make(
        "div",
        { class: "cw-page cw-wide" },
        make(
          "div",
          { class: "cw-tiles" },
          tile(data.measures, "total_measures", {}),
          tile(data.documents, "total_documents"),
          tile(data.departments, "total_departments"),
          tile(data.states.due_this_month, "total_this_month", { state: "due_this_month" }),
          tile(data.states.overdue, "total_overdue", { state: "overdue" })
        ),
        make("p", { class: "cw-chart-hint" }, say("click_to_list")),
        make("div", { class: "cw-charts" }, box("overview_deadlines", "months"), box("overview_states", "states", { day: data.today }), box("overview_load", "load"), box("overview_share", "stated"))
      )
    );
    months();
    states();
    loads();
    stated();
  }

  // Colours that stay apart for those who see red and green alike.
  const SERIES = ["#2b7a78", "#c97b2d", "#5b6fb5", "#a8517a", "#6f8f3a", "#8a6d4b", "#3f8fbf", "#b5534a", "#7d62a8", "#4f9d7f"];
  const layout = (more = {}) => ({
    font: { family: getComputedStyle(document.body).fontFamily, size: 13, color: color("soft") },
    paper_bgcolor: "rgba(0,0,0,0)",
    plot_bgcolor: "rgba(0,0,0,0)",
    margin: { l: 44, r: 12, t: 8, b: 40 },
    barmode: "stack",
    bargap: 0.28,
    hoverlabel: { bgcolor: color("card"), bordercolor: color("line-strong"), font: { color: color("ink") } },
    legend: { orientation: "h", yanchor: "top", y: -0.14, x: 0, font: { size: 12 }, traceorder: "normal", itemclick: false, itemdoubleclick: false },
    xaxis: { gridcolor: color("line"), zeroline: false, automargin: true, fixedrange: true, tickformat: ",d", nticks: 6 },
    yaxis: { gridcolor: color("line"), zeroline: false, automargin: true, fixedrange: true },
    ...more,
  });

  function plot(id, traces, more, onClick) {
    const div = document.getElementById("cw-chart-" + id);
    window.Plotly.newPlot(div, traces, layout(more), { displayModeBar: false, responsive: true });
    div.on("plotly_click", (event) => onClick(event.points[0]));
  }

  const sum = (counts) => Object.values(counts).reduce((all, one) => all + one, 0);
  const REST = "\u0000"; // stands for all documents that have no colour of their own
  // The documents with the most, and the rest together: a legend stays readable.
  function grouped(counts, most) {
    const titles = Object.keys(counts).sort((a, b) => sum(counts[b]) - sum(counts[a]));
    if (titles.length <= most) return Object.fromEntries(titles.map((title) => [title, counts[title]]));
    const rest = {};
    for (const title of titles.slice(most - 1)) for (const [key, count] of Object.entries(counts[title])) rest[key] = (rest[key] || 0) + count;
    return { ...Object.fromEntries(titles.slice(0, most - 1).map((title) => [title, counts[title]])), [REST]: rest };
  }
  const label = (title, all) => (title === REST ? say("other_documents", { count: Object.keys(all).length }) : short(title));

  function months() {
    const counts = grouped(data.months, 8);
    const titles = Object.keys(counts);
    const all = [...new Set(titles.flatMap((title) => Object.keys(counts[title])))].sort();
    const traces = titles.map((title, n) => ({
      type: "bar", name: label(title, data.months), x: all, y: all.map((month) => counts[title][month] || 0), customdata: all.map(() => title),
      marker: { color: title === REST ? "#b3b4ae" : SERIES[n % SERIES.length] }, hovertemplate: `${label(title, data.months)}<br>%{x}：%{y}<extra></extra>`,
    }));
    const axis = layout().xaxis;
    plot("months", traces, { height: 380, xaxis: { ...axis, type: "category", showgrid: false, tickformat: "", nticks: 0, tickangle: 0, tickvals: all.filter((_, n) => n % Math.ceil(all.length / (innerWidth < 700 ? 4 : 9)) === 0) } }, (point) => {
      const [year, month] = point.x.split("-").map(Number);
      const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
      list({ document: point.customdata === REST ? null : point.customdata, due_from: `${point.x}-01`, due_by: last, order: "due" });
    });
  }

  const STATES = { overdue: "#c9675c", due_this_month: "#dd9a4e", not_due: "#5fa67c", ongoing: "#7f9db5", unstated: "#b3b4ae" };
  function states() {
    const names = Object.keys(STATES).filter((state) => data.states[state]);
    plot(
      "states",
      [{ type: "pie", hole: 0.58, sort: false, labels: names.map((state) => say("standing_" + state)), values: names.map((state) => data.states[state]), customdata: names, marker: { colors: names.map((state) => STATES[state]), line: { color: color("card"), width: 2 } }, textinfo: "value", hovertemplate: "%{label}：%{value}（%{percent}）<extra></extra>" }],
      { height: 380, margin: { l: 10, r: 10, t: 10, b: 10 }, legend: { ...layout().legend, y: -0.04 } },
      (point) => list({ state: [].concat(point.customdata)[0] })
    );
  }

  function loads() {
    const rows = [...data.load].reverse();
    const trace = (key, name, shade) => ({ type: "bar", orientation: "h", name: say(name), y: rows.map((row) => plain(row.name)), x: rows.map((row) => row[key]), customdata: rows.map(() => key), marker: { color: shade }, hovertemplate: `%{y} ${say(name)} %{x}<extra></extra>` });
    plot("load", [trace("lead", "leads", "#4c82bd"), trace("responsible", "helps", "#b59ed6")], { height: 80 + 26 * Math.max(6, rows.length), legend: { ...layout().legend, yanchor: "bottom", y: 1.01 }, margin: { l: 44, r: 12, t: 34, b: 30 } }, (point) => list({ department: point.y, lead_only: point.customdata === "lead" ? "true" : null }));
  }

  const STATED = { both: ["with_both", "#5fa67c"], lead: ["only_lead_stated", "#4c82bd"], deadline: ["only_deadline_stated", "#dd9a4e"], neither: ["neither_stated", "#b3b4ae"] };
  function stated() {
    const counts = grouped(data.stated, 18);
    const titles = Object.keys(counts).reverse();
    const traces = Object.entries(STATED).map(([kind, [key, shade]]) => ({ type: "bar", orientation: "h", name: say(key), y: titles, x: titles.map((title) => counts[title][kind] || 0), customdata: titles.map(() => kind), marker: { color: shade }, hovertemplate: `${say(key)}：%{x}<extra></extra>` }));
    const axis = layout().yaxis;
    plot("stated", traces, { height: 96 + 34 * Math.max(3, titles.length), legend: { ...layout().legend, yanchor: "bottom", y: 1.01 }, margin: { l: 44, r: 12, t: 34, b: 30 }, yaxis: { ...axis, tickvals: titles, ticktext: titles.map((title) => label(title, data.stated)) } }, (point) => {
      const lacking = { lead: "deadline", deadline: "lead", neither: "deadline" }[point.customdata];
      list({ document: point.y === REST ? null : point.y, lacking });
    });
  }

  document.addEventListener("cewen:index", () => (data = null));
  document.addEventListener("cewen:theme", () => data && window.Plotly && document.body.dataset.tab === "overview" && draw());
  cewen.shown.overview = load;
  if (document.body.dataset.tab === "overview") load();
};
