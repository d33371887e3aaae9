// The 责任台账 tab: filters, a page of rows, exports of exactly what is filtered.  The view lives in the address.
"use strict";
cewenStart.ledger = function (element) {
  const cewen = window.cewen;
  const { say, make } = cewen;
  const root = element.querySelector(".cw-ledger");
  const PAGE = 50;
  const FIELDS = ["place", "below", "document", "department", "lead_only", "state", "due_from", "due_by", "lacking", "text", "order"];
  const STATES = ["not_due", "due_this_month", "overdue", "ongoing", "unstated"];
  const COLUMNS = ["place", "document", "section", "number", "measure", "lead", "responsible", "plan", "deadline", "state"];
  const HIDDEN = ["section", "plan"]; // at first; the choice is kept in the browser, and in the address where it differs
  const MOST_PRINTED = 2000; // rows on paper: more is a job for the export
  let facets = null;
  let shown = null; // the query that the rows belong to
  let drawn = null; // the query that the rows on the page belong to
  let rows = [];

  // ---- filters -----------------------------------------------------------------------------------------
  const select = (name, options) => make("select", { name }, options.map(([value, text]) => make("option", { value }, text)));
  const labelled = (key, field, extra = null) => make("label", { class: "cw-field" }, make("span", {}, say(key)), field, extra);
  // Two things to press in one field: the words above it name the first only, and a press on them opens no calendar.
  const dated = (key, more = {}) => {
    const field = cewen.dayField(key, more);
    field.querySelector(`[name=${key}]`).setAttribute("aria-label", say(key));
    return make("div", { class: "cw-field" }, make("span", { "aria-hidden": "true" }, say(key)), field);
  };
  const form = make("form", { class: "cw-filters", role: "search", "aria-label": say("filters") });
  const summary = make("p", { class: "cw-found", role: "status", "aria-live": "polite" });
  const tools = make("div", { class: "cw-ledger-tools" });
  const table = make("table", {}, make("caption", { class: "cw-hidden" }, say("rows_shown")));
  const wrap = make("div", { class: "cw-table", tabindex: "0", role: "region", "aria-label": say("tab_ledger") }, table);
  const pager = make("nav", { class: "cw-pager", "aria-label": say("pages_of_rows") });
  const unfold = make("button", { type: "button", class: "cw-small cw-unfold", "aria-expanded": "false", onclick: () => unfold.setAttribute("aria-expanded", String(root.toggleAttribute("data-filters"))) }, say("filters"));
  const clearing = make("button", { type: "button", class: "cw-small cw-clear", hidden: true, onclick: clear }, "✕ " + say("clear"));
  const presets = make("div", { class: "cw-presets", role: "group", "aria-label": say("presets") });
  const onPaper = make("div", { class: "cw-on-paper" }); // heads the print: what is listed, as of when
  root.append(make("h1", { class: "cw-hidden" }, say("tab_ledger")), onPaper, form, make("div", { class: "cw-ledger-bar" }, summary, presets, tools), wrap, pager);

  function drawFilters() {
    const places = new Map(); // every level that has something at or below it
    for (const path of facets.places) path.forEach((_, depth) => places.set(path.slice(0, depth + 1).join("/"), path.slice(0, depth + 1)));
    const names = make("datalist", { id: "cw-departments" }, facets.departments.map((one) => make("option", { value: one.name }, `${one.lead} / ${one.responsible}`)));
    form.replaceChildren(
      labelled("text", make("input", { name: "text", type: "search", placeholder: say("text_here"), maxlength: 200 })),
      labelled("place", select("place", [["", say("any_place")], ...[...places].map(([key, path]) => [key, "　".repeat(path.length - 1) + path.at(-1)])])),
      labelled("document", select("document", [["", say("any_document")], ...facets.documents.map((one) => [one.title, one.doc_no ? `${one.title}（${one.doc_no}）` : one.title])])),
      labelled("department", make("input", { name: "department", list: "cw-departments", placeholder: say("any_department"), autocomplete: "off", type: "search" }), names),
      labelled("role", select("lead_only", [["", say("lead_or_responsible")], ["true", say("only_lead")]])),
      labelled("state", select("state", [["", say("any_state")], ...STATES.map((state) => [state, say("with_count", { what: say("standing_" + state), count: facets.states[state] })])])),
      dated("due_from"),
      dated("due_by", { last: true }),
      labelled("lacking", select("lacking", [["", say("lacking_nothing")], ["lead", say("lacking_lead")], ["deadline", say("lacking_deadline")], ["doubt", say("lacking_doubt")], ["checked", say("lacking_checked")]])),
      labelled("order", select("order", ["source", "due", "due_last_first", "place"].map((order) => [order === "source" ? "" : order, say("order_" + order)])))
    );
  }

  // What offices ask for most, one press each; pressed again it is taken back.
  function drawPresets() {
    const [year, month] = facets.today.split("-").map(Number);
    const last = (y, m) => new Date(Date.UTC(y, m, 0)).toISOString().slice(0, 10);
    const from = (y, m) => `${y}-${String(m).padStart(2, "0")}-01`;
    const quarter = 3 * Math.ceil(month / 3);
    const choices = [
      ["due_this_month", { due_from: from(year, month), due_by: last(year, month) }],
      ["due_this_quarter", { due_from: from(year, quarter - 2), due_by: last(year, quarter) }],
      ["due_this_year", { due_from: from(year, 1), due_by: last(year, 12) }],
      ["only_overdue", { state: "overdue" }],
    ];
    const now = values();
    const check = now.lacking === "doubt";
    const toCheck = () => (cewen.address.set({ lacking: check ? null : "doubt", page: null }), fillForm(), load());
    const names = ["due_from", "due_by", "state"];
    presets.replaceChildren(
      unfold,
      make("span", {}, say("due")),
      ...choices.map(([key, wanted]) => {
        const on = names.every((name) => (wanted[name] || "") === now[name]);
        const none = Object.fromEntries(names.map((name) => [name, null]));
        return make("button", { type: "button", class: "cw-small", "aria-pressed": String(on), onclick: () => (cewen.address.set({ ...none, ...(on ? {} : wanted), page: null }), fillForm(), load()) }, say(key));
      }),
      facets.to_check || check ? make("button", { type: "button", class: "cw-small cw-to-check", "aria-pressed": String(check), onclick: toCheck }, say("with_count", { what: say("doubt"), count: facets.to_check })) : "",
      clearing
    );
  }

  const values = () => Object.fromEntries(FIELDS.map((name) => [name, cewen.address.get(name) || ""]));

  function fillForm() {
    const now = values();
    for (const name of FIELDS) if (form.elements[name]) form.elements[name].value = now[name];
    tellFilters();
  }

  // How many filters hold, where they are folded away; and in words, for the print.
  function tellFilters() {
    const now = values();
    const set = FIELDS.filter((name) => now[name] && !["order", "below"].includes(name) && form.elements[name]);
    for (const field of form.querySelectorAll(".cw-field")) field.toggleAttribute("data-set", set.includes(field.querySelector("[name]").name));
    clearing.hidden = !set.length;
    unfold.textContent = set.length ? say("with_count", { what: say("filters"), count: set.length }) : say("filters");
    const shown = (name) => (form.elements[name].tagName === "SELECT" ? form.elements[name].selectedOptions[0]?.textContent.trim() : now[name]);
    onPaper.replaceChildren(make("b", {}, say("tab_ledger")), make("span", {}, [...set.map((name) => `${form.elements[name].closest(".cw-field").firstChild.textContent}${say("colon")}${shown(name)}`), facets?.today].filter(Boolean).join(" · ")));
    drawPresets();
  }

  let pause = null;
  form.addEventListener("input", (event) => {
    clearTimeout(pause);
    pause = setTimeout(apply, event.target.tagName === "INPUT" && event.target.type === "search" ? 350 : 0);
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    apply();
  });
  function apply() {
    clearTimeout(pause);
    const changes = Object.fromEntries(FIELDS.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].validity.customError ? "" : form.elements[name].value.trim()]));
    if (changes.place !== (cewen.address.get("place") || "")) changes.below = null;
    cewen.address.set({ ...changes, page: null });
    tellFilters();
    load();
  }
  function clear() {
    cewen.address.set({ ...Object.fromEntries(FIELDS.map((name) => [name, null])), page: null });
    fillForm();
    load();
  }

  // The address as the interface wants it.
  function query() {
    const found = new URLSearchParams();
    const now = values();
    for (const name of ["document", "department", "state", "due_from", "due_by", "text", "order"]) if (now[name]) found.set(name, now[name]);
    if (now.place) {
      found.set("place", now.place);
      if (now.below !== "false") found.set("below", "true"); // links from the overview want one level only
    }
    if (now.lead_only && now.department) found.set("lead_only", "true");
    if (["doubt", "checked"].includes(now.lacking)) found.set("reviewed", String(now.lacking === "checked"));
    else if (now.lacking) found.set("has_" + now.lacking, "false");
    return found;
  }

  // ---- rows --------------------------------------------------------------------------------------------
  async function load() {
    const asked = query();
    const page = Math.max(0, Number(cewen.address.get("page") || 1) - 1);
    const key = asked + "#" + page;
    if (drawn === key && shown === key) return; // it stands there already, scrolled to where it was
    shown = key;
    wrap.setAttribute("aria-busy", "true");
    try {
      if (!facets) {
        waiting();
        facets = await cewen.request("/api/facets");
        drawFilters();
        fillForm();
        drawTools();
      }
      const data = await cewen.request(`/api/measures?${asked}&limit=${PAGE}&offset=${page * PAGE}`);
      if (shown !== key) return;
      drawRows(data, page);
      drawn = key;
      tellLed(asked, key);
    } catch (error) {
      if (shown !== key) return;
      drawn = null;
      rows = [];
      summary.textContent = "";
      table.querySelector("tbody")?.remove();
      pager.replaceChildren();
      wrap.querySelector(".cw-notice")?.remove();
      wrap.append(make("div", { class: "cw-notice", role: "alert" }, make("p", {}, error.message), ways()));
    } finally {
      wrap.removeAttribute("aria-busy");
    }
  }

  // Of a department's measures, how many it leads: one press to see those.
  async function tellLed(asked, key) {
    if (!asked.get("department") || asked.get("lead_only")) return;
    const led = await cewen.request(`/api/measures?${asked}&lead_only=true&limit=0`).catch(() => null);
    if (!led?.total || drawn !== key) return;
    const see = () => (cewen.address.set({ lead_only: "true", page: null }), fillForm(), load());
    summary.append(" ", make("button", { type: "button", class: "cw-small", onclick: see }, say("of_which_led", { count: led.total.toLocaleString() })));
  }

  const ways = () => make("div", { class: "cw-ways" }, make("button", { type: "button", class: "cw-small", onclick: clear }, say("clear")));

  function waiting() {
    table.append(make("tbody", {}, Array.from({ length: 8 }, () => make("tr", {}, make("td", { colspan: 9 }, make("div", { class: "cw-skeleton" }))))));
  }

  const CELLS = {
    place: (row) => row.place.at(-1) || "—",
    document: (row) => make("span", { class: "cw-two-lines", title: row.policy }, row.paper),
    section: (row) => row.section.at(-1) || "—",
    number: (row) => row.number || "—",
    measure: (row) => [make("button", { type: "button", class: "cw-row-open", title: say("open_source") }, row.text), ...cewen.doubted(row)],
    lead: (row) => names(row.lead, "lead"),
    responsible: (row) => [names(row.responsible, "responsible"), row.inherited.length ? make("div", { class: "cw-rule" }, say("plan_wide", { names: row.inherited.join("、") })) : null],
    plan: (row) => row.plan || "—",
    deadline: (row) => (row.deadlines.length ? row.deadlines.map((limit) => make("div", {}, cewen.limit(limit))) : make("span", { class: "none" }, say("unstated"))),
    state: (row) => make("span", { class: "cw-badge cw-s-" + row.state }, say("standing_" + row.state)),
  };
  const names = (list, kind) => make("span", { class: list.length ? kind : "none" }, list.length ? list.join("、") : say("unstated"));

  function drawRows(data, page) {
    rows = data.rows;
    wrap.querySelector(".cw-notice")?.remove();
    const visible = COLUMNS.filter((name) => !hidden().includes(name));
    table.replaceChildren(table.caption, make("thead", {}, make("tr", {}, visible.map(drawHead))), drawBody(rows, visible));
    wrap.scrollTop = 0;
    summary.textContent = say("found_rows", { total: data.total.toLocaleString() }) + (cewen.address.get("place") && cewen.address.get("below") === "false" ? " · " + say("this_level_only") : "");
    if (!data.total) wrap.append(make("div", { class: "cw-notice" }, make("p", {}, say("found_none")), ways()));
    const last = Math.ceil(data.total / PAGE);
    const go = (to) => () => {
      cewen.address.set({ page: to ? to + 1 : null });
      load();
    };
    pager.replaceChildren(
      ...(last > 1
        ? [
            make("button", { type: "button", class: "cw-small", disabled: page === 0, onclick: go(page - 1) }, "‹ " + say("previous_page")),
            make("span", {}, say("found_rows_of", { first: page * PAGE + 1, last: page * PAGE + rows.length, total: data.total.toLocaleString() })),
            make("button", { type: "button", class: "cw-small", disabled: page >= last - 1, onclick: go(page + 1) }, say("next_page") + " ›"),
          ]
        : [])
    );
  }

  const drawBody = (list, visible) => make("tbody", {}, list.map((row, at) => make("tr", { "data-at": at, "data-measure": row.id }, visible.map((name) => make("td", { "data-column": name, "data-label": say(name) }, CELLS[name](row))))));

  // Column -> the orders that pressing its head goes through; then that of the documents again.
  const ORDERS = { deadline: ["due", "due_last_first"], place: ["place"] };
  const ARIA = { due: "ascending", due_last_first: "descending", place: "ascending" };
  function drawHead(name) {
    const orders = ORDERS[name];
    if (!orders) return make("th", { scope: "col", "data-column": name }, say(name));
    const now = cewen.address.get("order");
    const next = orders[orders.indexOf(now) + 1] || null;
    const sort = () => (cewen.address.set({ order: next, page: null }), fillForm(), load());
    const on = orders.includes(now);
    const button = make("button", { type: "button", class: "cw-sort", title: say("order") + say("colon") + say("order_" + (next || "source")), onclick: sort }, say(name), make("span", { "aria-hidden": "true" }, on ? (ARIA[now] === "ascending" ? "↑" : "↓") : "↕"));
    return make("th", { scope: "col", "data-column": name, "aria-sort": on ? ARIA[now] : "none" }, button);
  }

  table.addEventListener("click", (event) => {
    const line = event.target.closest("tr[data-at]");
    if (!line || String(getSelection())) return;
    cewen.source.show(rows.map((row) => ({ entry: row.id, quote: row.text })), Number(line.dataset.at), line.querySelector(".cw-row-open"));
  });
  document.addEventListener("cewen:source", (event) => {
    table.querySelectorAll("tr[aria-current]").forEach((line) => line.removeAttribute("aria-current"));
    const open = event.detail;
    if (open) [...table.querySelectorAll("tr")].find((line) => line.dataset.measure === open)?.setAttribute("aria-current", "true");
  });

  // What was decided in the source panel shows in its row at once; the list itself is asked for anew when it is shown.
  document.addEventListener("cewen:review", ({ detail }) => {
    if (!facets) return;
    drawn = null;
    const row = rows.find((one) => one.id === detail.measure);
    const line = row && [...table.querySelectorAll("tr")].find((one) => one.dataset.measure === detail.measure);
    if (line) {
      row.review = detail.review;
      line.querySelectorAll(".cw-doubt").forEach((old) => old.remove());
      line.querySelector("[data-column=measure]").append(...cewen.doubted(row));
    }
    cewen.request("/api/facets").then((found) => ((facets.to_check = found.to_check), drawPresets()), () => {});
  });

  // ---- exports and columns -----------------------------------------------------------------------------
  function hidden() {
    const linked = cewen.address.get("hide");
    if (linked !== null) return linked.split(",").filter((name) => COLUMNS.includes(name));
    const kept = localStorage.getItem("cewen-columns");
    return kept ? JSON.parse(kept) : HIDDEN;
  }

  function drawTools() {
    const file = (format, called) => make("a", { class: "cw-small", href: "#", "data-format": format, title: "." + format, onclick: (event) => (event.currentTarget.href = cewen.at(`/api/measures?${query()}&format=${format}`)) }, called);
    const boxes = COLUMNS.map((name) => {
      const box = make("input", { type: "checkbox", value: name });
      box.checked = !hidden().includes(name);
      box.addEventListener("change", () => {
        const left = COLUMNS.filter((one) => !menu.querySelector(`[value=${one}]`).checked);
        localStorage.setItem("cewen-columns", JSON.stringify(left));
        cewen.address.set({ hide: left.join() === HIDDEN.join() ? null : left.join() || "none" });
        drawn = null;
        load();
      });
      return make("label", {}, box, " " + say(name));
    });
    const menu = make("div", { class: "cw-menu" }, boxes);
    const kept = make("div", { class: "cw-menu" });
    tools.replaceChildren(
      make("details", { class: "cw-columns" }, make("summary", { class: "cw-small" }, say("columns")), menu),
      make("details", { class: "cw-columns cw-views", ontoggle: () => drawViews(kept) }, make("summary", { class: "cw-small" }, say("views")), kept),
      make("span", { class: "cw-export" }, make("span", {}, say("export")), file("xlsx", "Excel"), file("csv", "CSV"), file("ics", say("as_calendar"))),
      make("button", { type: "button", class: "cw-small", onclick: () => cewen.copy(linkOf()) }, say("copy_link")),
      make("button", { type: "button", class: "cw-small cw-print", onclick: printAll }, say("print"))
    );
  }
  document.addEventListener("click", (event) => {
    for (const menu of tools.querySelectorAll("details[open]")) if (!menu.contains(event.target)) menu.removeAttribute("open");
  });
  tools.addEventListener("keydown", (event) => {
    const menu = event.key === "Escape" && event.target.closest("details[open]");
    if (!menu) return;
    event.stopPropagation();
    menu.removeAttribute("open");
    menu.querySelector("summary").focus();
  });

  // A view is an address: filters, order and columns.  Those that are kept under a name are kept in this browser.
  const VIEWS = "cewen-views";
  const views = () => JSON.parse(localStorage.getItem(VIEWS) || "[]");
  const keepViews = (list) => localStorage.setItem(VIEWS, JSON.stringify(list));
  function viewed() {
    const query = new URLSearchParams({ tab: "ledger" });
    for (const [name, value] of cewen.address.all()) if (FIELDS.includes(name)) query.set(name, value);
    if (hidden().join() !== HIDDEN.join()) query.set("hide", hidden().join() || "none");
    return query.toString();
  }
  const linkOf = () => `${location.origin}${location.pathname}?${viewed()}`;

  function drawViews(box) {
    const open = (view) => {
      tools.querySelector(".cw-views").removeAttribute("open");
      cewen.address.set({ ...cewen.noFilters, ...Object.fromEntries(new URLSearchParams(view.search)) });
      fillForm();
      drawn = null;
      load();
    };
    const save = async () => {
      const name = await cewen.entered(say("name_view"));
      if (!name) return;
      keepViews([{ name, search: viewed() }, ...views().filter((view) => view.name !== name)]);
      drawViews(box);
      cewen.toast(say("view_saved"));
    };
    const forget = (view) => (keepViews(views().filter((one) => one.name !== view.name)), drawViews(box));
    const rows = views().map((view) => make("div", { class: "cw-view" }, make("button", { type: "button", onclick: () => open(view) }, view.name), make("button", { type: "button", class: "cw-icon", title: say("remove_view"), "aria-label": say("remove_view") + say("colon") + view.name, onclick: () => forget(view) }, cewen.icon("cross", 14))));
    box.replaceChildren(...(rows.length ? rows : [make("p", {}, say("no_views"))]), make("button", { type: "button", class: "cw-small", onclick: save }, say("save_view")));
  }

  // Paper holds all rows of the filters, not the page that is on the screen.
  async function printAll() {
    const asked = query();
    try {
      const all = [];
      let total = 1;
      while (all.length < Math.min(total, MOST_PRINTED)) {
        const data = await cewen.request(`/api/measures?${asked}&limit=1000&offset=${all.length}`);
        if (!data.rows.length) break;
        total = data.total;
        all.push(...data.rows);
      }
      const body = table.querySelector("tbody");
      const visible = COLUMNS.filter((name) => !hidden().includes(name));
      body.replaceWith(drawBody(all, visible));
      if (total > all.length) onPaper.lastChild.textContent += " · " + say("printed_of", { count: all.length, total });
      addEventListener("afterprint", () => (table.querySelector("tbody").replaceWith(drawBody(rows, visible)), tellFilters()), { once: true });
      print();
    } catch (error) {
      cewen.toastError(error);
    }
  }

  cewen.shown.ledger = () => {
    if (facets) fillForm();
    load();
  };
  document.addEventListener("cewen:index", () => (facets = drawn = null));
  document.addEventListener("cewen:address", () => document.body.dataset.tab === "ledger" && facets && fillForm());
  if (document.body.dataset.tab === "ledger") load();
};
