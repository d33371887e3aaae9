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
      const script = make("script", { src: cewen.at("/charts-cewen/plotly.min.js") });
      script.onload = () => resolve(window.Plotly);
      script.onerror = () => reject(new Error(say("failed_to_load")));
      document.head.append(script);
    }));

  async function load() {
    try {
      if (!data) {
        root.replaceChildren(make("div", { class: "cw-page cw-wide" }, make("div", { class: "cw-skeleton cw-paper" }), make("div", { class: "cw-skeleton cw-paper", style: "min-height:320px" })));
        const [found] = await Promise.all([cewen.request("/api/overview"), plotly()]);
        data = found;
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
  // Who issues a paper fills the start of its title: of "…关于印发《…》的通知" the paper itself is named.
  const inner = (title) => title.match(/关于印发《?(.{6,}?)》?(?:的通知)?$/)?.[1] || title;
  const short = (title, most = innerWidth < 700 ? 12 : 18) => plain(inner(title).length > most ? inner(title).slice(0, most - 1) + "…" : inner(title));

  function draw() {
    const tile = (count, key, changes) => make(changes ? "button" : "div", { class: "cw-tile", type: changes ? "button" : null, onclick: changes ? () => list(changes) : null }, make("b", {}, count.toLocaleString()), make("span", {}, say(key)));
    const part = (key, hint, id) => make("section", { class: "cw-chart cw-part", "data-chart": id }, make("header", {}, make("h2", {}, say(key)), make("p", {}, say(hint))), make("div", { class: "cw-" + id }, make("div", { class: "cw-skeleton", style: "min-height:180px" })));
    const box = (key, id, values = {}) => make("section", { class: "cw-chart", "data-chart": id }, make("h2", {}, say(key, values)), make("ul", { class: "cw-key" }), make("div", { id: "cw-chart-" + id, role: "img", "aria-label": say(key, values) }));
    root.replaceChildren(
      make(
        "div",
        { class: "cw-page cw-wide" },
        make("header", { class: "cw-page-head" }, make("h1", {}, say("tab_overview")), make("p", {}, say("click_to_list"))),
        make(
          "div",
          { class: "cw-tiles" },
          tile(data.measures, "total_measures", {}),
          tile(data.documents, "total_documents"),
          tile(data.departments, "total_departments"),
          tile(data.states.due_this_month, "total_this_month", { state: "due_this_month" }),
          tile(data.states.overdue, "total_overdue", { state: "overdue" })
        ),
        make("div", { class: "cw-charts" }, box("overview_deadlines", "months"), states(), box("overview_load", "load"), box("overview_share", "stated")),
        part("overview_places", "places_hint", "themes"),
        part("overview_cascade", "cascade_hint", "cascade")
      )
    );
    themes(root.querySelector(".cw-themes"));
    cascade(root.querySelector(".cw-cascade"));
    months();
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
    showlegend: false,
    xaxis: { gridcolor: color("line"), zeroline: false, automargin: true, fixedrange: true, tickformat: ",d", nticks: 6 },
    yaxis: { gridcolor: color("line"), zeroline: false, automargin: true, fixedrange: true, ticks: "outside", ticklen: 6, tickcolor: "rgba(0,0,0,0)" },
    ...more,
  });

  // The keys of a chart stand over it as text of the page: they wrap, are read aloud, and take no room from the bars.
  function plot(id, traces, more, onClick, keys = traces.map((trace) => [trace.name, trace.marker.color])) {
    root.querySelector(`[data-chart=${id}] .cw-key`).replaceChildren(...keys.map(([name, shade]) => make("li", {}, make("i", { style: `background:${shade}`, "aria-hidden": "true" }), name)));
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

  // The months in which nothing is due stand between the others, unless there are years of them.
  const MOST_MONTHS = 60;
  function everyMonth(named) {
    const at = (month) => 12 * Number(month.slice(0, 4)) + Number(month.slice(5)) - 1;
    if (!named.length) return named;
    const [first, last] = [at(named[0]), at(named.at(-1))];
    if (last - first >= MOST_MONTHS) return named;
    return Array.from({ length: last - first + 1 }, (_, n) => `${Math.floor((first + n) / 12)}-${String(((first + n) % 12) + 1).padStart(2, "0")}`);
  }

  function months() {
    const counts = grouped(data.months, 8);
    const titles = Object.keys(counts);
    const all = everyMonth([...new Set(titles.flatMap((title) => Object.keys(counts[title])))].sort());
    const traces = titles.map((title, n) => ({
      type: "bar", name: label(title, data.months), x: all, y: all.map((month) => counts[title][month] || 0), customdata: all.map(() => title),
      marker: { color: title === REST ? "#b3b4ae" : SERIES[n % SERIES.length] }, hovertemplate: `${label(title, data.months)}<br>%{x}${say("colon")}%{y}<extra></extra>`,
    }));
    const axis = layout().xaxis;
    plot("months", traces, { height: 320, xaxis: { ...axis, type: "category", showgrid: false, tickformat: "", nticks: 0, tickangle: 0, tickvals: all.filter((_, n) => n % Math.ceil(all.length / (innerWidth < 700 ? 4 : 9)) === 0) } }, (point) => {
      const [year, month] = point.x.split("-").map(Number);
      const last = new Date(Date.UTC(year, month, 0)).toISOString().slice(0, 10);
      list({ document: point.customdata === REST ? null : point.customdata, due_from: `${point.x}-01`, due_by: last, order: "due" });
    });
  }

  // States are few: a line each, with its count and share, read aloud and pressed like any button.
  const STATES = ["overdue", "due_this_month", "not_due", "ongoing", "unstated"];
  function states() {
    const most = Math.max(1, ...STATES.map((state) => data.states[state] || 0));
    const line = (state) => {
      const count = data.states[state] || 0;
      const share = `${((100 * count) / Math.max(1, data.measures)).toFixed(1)}%`;
      return make("li", {}, make("button", { type: "button", class: "cw-state", disabled: !count, onclick: () => list({ state }) }, make("span", { class: "cw-badge cw-s-" + state }, say("standing_" + state)), make("b", {}, count.toLocaleString()), make("small", {}, share), make("i", { class: "cw-s-" + state, style: `width:${(100 * count) / most}%`, "aria-hidden": "true" })));
    };
    return make("section", { class: "cw-chart", "data-chart": "states" }, make("h2", {}, say("overview_states", { day: data.today })), make("ul", { class: "cw-states" }, STATES.map(line)));
  }

  // Two charts side by side are as high as the one with more bars.
  const STATED_MOST = 18;
  const taller = () => 46 + (innerWidth < 900 ? 26 : 30) * Math.max(6, data.load.length, Math.min(STATED_MOST, Object.keys(data.stated).length));
  function loads() {
    const rows = [...data.load].reverse();
    const trace = (key, name, shade) => ({ type: "bar", orientation: "h", name: say(name), y: rows.map((row) => plain(row.name)), x: rows.map((row) => row[key]), customdata: rows.map(() => key), marker: { color: shade }, hovertemplate: `%{y} ${say(name)} %{x}<extra></extra>` });
    plot("load", [trace("lead", "leads", "#4c82bd"), trace("responsible", "helps", "#b59ed6")], { height: taller(), margin: { l: 44, r: 12, t: 4, b: 30 } }, (point) => list({ department: point.y, lead_only: point.customdata === "lead" ? "true" : null }));
  }

  const STATED = { both: ["with_both", "#5fa67c"], lead: ["only_lead_stated", "#4c82bd"], deadline: ["only_deadline_stated", "#dd9a4e"], neither: ["neither_stated", "#b3b4ae"] };
  function stated() {
    const counts = grouped(data.stated, STATED_MOST);
    const titles = Object.keys(counts).reverse();
    const traces = Object.entries(STATED).map(([kind, [key, shade]]) => ({ type: "bar", orientation: "h", name: say(key), y: titles, x: titles.map((title) => counts[title][kind] || 0), customdata: titles.map(() => kind), marker: { color: shade }, hovertemplate: `${say(key)}${say("colon")}%{x}<extra></extra>` }));
    const axis = layout().yaxis;
    plot("stated", traces, { height: taller(), margin: { l: 44, r: 12, t: 4, b: 30 }, yaxis: { ...axis, tickvals: titles, ticktext: titles.map((title) => label(title, data.stated)) } }, (point) => {
      const lacking = { lead: "deadline", deadline: "lead", neither: "deadline" }[point.customdata];
      list({ document: point.y === REST ? null : point.y, lacking });
    });
  }

  // ---- places side by side -----------------------------------------------------------------------------
  const kept = {}; // what /api/overview/… said
  async function fetched(path) {
    return (kept[path] ??= await cewen.request("/api/overview/" + path));
  }
  const placeName = (path) => path.at(-1);

  async function themes(box) {
    let own = []; // themes that the reader asked for, first
    try {
      const found = await fetched("places");
      const field = make("input", { type: "search", class: "cw-find", maxlength: 60, placeholder: say("own_theme"), "aria-label": say("own_theme") });
      const form = make("form", { class: "cw-theme-form" }, field, make("button", { type: "submit", class: "cw-small" }, say("compare_theme")));
      const holder = make("div", { class: "cw-matrix", tabindex: "0" });
      form.addEventListener("submit", async (event) => {
        event.preventDefault();
        if (!field.value.trim()) return;
        try {
          const added = await cewen.request("/api/overview/places?" + new URLSearchParams({ words: field.value }));
          own = [...added.themes, ...own.filter((theme) => theme.words !== added.themes[0].words)];
          field.value = "";
          holder.replaceChildren(matrix(found.places, [...own, ...found.themes]));
        } catch (error) {
          cewen.toast(error.message);
        }
      });
      if (found.places.length < 2) return box.replaceChildren(make("p", { class: "cw-chart-hint" }, say("one_place")));
      holder.append(matrix(found.places, found.themes));
      box.replaceChildren(form, holder);
    } catch (error) {
      box.replaceChildren(make("p", { class: "cw-notice", role: "alert" }, error.message));
    }
  }

  // A table whose cells are the darker the more measures a place has on a theme, against the place with most of them.
  function matrix(places, rows) {
    const line = (theme) => {
      const most = Math.max(1, ...theme.cells.map((cell) => cell.count));
      return make("tr", { "data-theme-words": theme.words }, make("th", { scope: "row" }, make("button", { type: "button", onclick: () => list({ text: theme.words }) }, theme.words)), theme.cells.map((cell, at) => square(theme, cell, places[at], cell.count / most)));
    };
    const square = (theme, cell, place, share) =>
      make(
        "td",
        {},
        cell.count
          ? make(
              "button",
              { type: "button", class: "cw-square", style: `--share:${Math.round(8 + 36 * share)}%`, "aria-label": `${placeName(place)} ${theme.words} ${say("measures_n", { count: cell.count })}`, onclick: () => list({ place: place.join("/"), below: "false", text: theme.words }) },
              make("b", {}, cell.count),
              make("span", {}, cell.lead || say("no_lead_short")),
              make("span", {}, cell.due ? say("first_due", { day: cell.due.slice(0, 7) }) : say("no_deadline_short"))
            )
          : make("span", { class: "cw-nothing", "aria-label": say("nothing_here") }, "—")
      );
    return make("table", { style: `--columns:${places.length}` }, make("caption", { class: "cw-hidden" }, say("overview_places")), make("thead", {}, make("tr", {}, make("th", { scope: "col" }, say("theme_word")), places.map((place) => make("th", { scope: "col" }, make("button", { type: "button", title: place.join(" "), onclick: () => list({ place: place.join("/"), below: "false" }) }, places.filter((other) => placeName(other) === placeName(place)).length > 1 ? place.join(" ") : placeName(place)))))), make("tbody", {}, rows.map(line)));
  }

  // ---- from level to level -----------------------------------------------------------------------------
  const FIELDS = ["lead", "responsible", "deadline", "targets"];
  const FEW = 6;

  async function cascade(box) {
    try {
      const { flows } = await fetched("cascade");
      if (!flows.length) return box.replaceChildren(make("p", { class: "cw-chart-hint" }, say("no_cascade")));
      box.replaceChildren(...flows.slice(0, 12).map((flow, at) => drawFlow(flow, at === 0)));
    } catch (error) {
      box.replaceChildren(make("p", { class: "cw-notice", role: "alert" }, error.message));
    }
  }

  function drawFlow(flow, open) {
    const end = (policy) => make("button", { type: "button", class: "cw-end", title: policy.title, onclick: () => list({ document: policy.title }) }, make("b", {}, placeName(policy.place) || policy.title), make("span", {}, policy.title));
    const pairs = make("ol", { class: "cw-pairs" });
    let only = null; // the kind of change that is listed
    let all = false;
    const fits = (pair) => !only || (only === "unchanged" ? !pair.changes.length : pair.changes.some((change) => change.field === only));
    const choose = (kind) => {
      only = only === kind ? null : kind;
      draw();
    };
    const bars = [["unchanged", flow.unchanged], ...FIELDS.map((name) => [name, flow.fields[name] || 0])].filter(([, count]) => count);
    const chips = bars.map(([kind, count]) =>
      make("button", { type: "button", class: "cw-change-bar", "data-kind": kind, "aria-pressed": "false", onclick: () => choose(kind) }, make("span", {}, say("kind_" + kind)), make("i", { style: `width:${(100 * count) / flow.links}%`, "aria-hidden": "true" }), make("b", {}, count))
    );
    const more = make("button", { type: "button", class: "cw-small", onclick: () => ((all = !all), draw()) });
    const draw = () => {
      chips.forEach((chip) => chip.setAttribute("aria-pressed", String(chip.dataset.kind === only)));
      const found = flow.pairs.filter(fits);
      pairs.replaceChildren(...(all ? found : found.slice(0, FEW)).map((pair) => drawPair(flow, pair)));
      more.hidden = found.length <= FEW;
      more.textContent = all ? say("show_fewer") : say("show_all", { count: found.length });
    };
    draw();
    const head = make("div", { class: "cw-flow-head" }, end(flow.upper), make("span", { class: "cw-arrow" }, make("b", {}, flow.links), make("small", {}, say("carried_on"))), end(flow.lower));
    return make("article", { class: "cw-flow" }, head, make("div", { class: "cw-change-bars" }, chips), make("details", { open }, make("summary", {}, say("pairs_of_measures")), pairs, more));
  }

  function drawPair(flow, pair) {
    const side = (policy, end) => make("button", { type: "button", class: "cw-pair-end", onclick: () => list({ document: policy.title, text: end.find }) }, make("small", {}, [placeName(policy.place), end.number && say("number_n", { n: end.number })].filter(Boolean).join(" · ")), make("span", {}, end.text));
    const values = (names) => (names.length ? names.join("、") : say("unstated"));
    const changes = pair.changes.map((change) => make("div", { "data-field": change.field }, make("dt", {}, say("changed_" + change.field)), make("dd", {}, make("span", { class: "cw-was" }, values(change.upper)), make("span", { class: "cw-hidden" }, " → "), make("span", { class: change.lower.length ? "cw-is" : "cw-is none" }, values(change.lower)))));
    return make("li", {}, side(flow.upper, pair.upper), side(flow.lower, pair.lower), changes.length ? make("dl", {}, changes) : make("p", {}, say("changed_unchanged")));
  }

  document.addEventListener("cewen:index", () => {
    data = null;
    for (const path of Object.keys(kept)) delete kept[path];
  });
  document.addEventListener("cewen:theme", () => data && window.Plotly && document.body.dataset.tab === "overview" && draw());
  cewen.shown.overview = load;
  if (document.body.dataset.tab === "overview") load();
};
