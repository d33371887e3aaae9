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
  const HIDDEN = ["section", "plan"]; // at first; the choice is kept in the browser
  let facets = null;
  let shown = null; // the query that the rows belong to
  let rows = [];

  // ---- filters -----------------------------------------------------------------------------------------
  const select = (name, options) => make("select", { name }, options.map(([value, text]) => make("option", { value }, text)));
  const labelled = (key, field, extra = null) => make("label", { class: "cw-field" }, make("span", {}, say(key)), field, extra);
  const form = make("form", { class: "cw-filters", role: "search", "aria-label": say("filters") });
  const summary = make("p", { class: "cw-found", role: "status", "aria-live": "polite" });
  const tools = make("div", { class: "cw-ledger-tools" });
  const table = make("table", {}, make("caption", { class: "cw-hidden" }, say("rows_shown")));
  const wrap = make("div", { class: "cw-table", tabindex: "0" }, table);
  const pager = make("nav", { class: "cw-pager" });
  const unfold = make("button", { type: "button", class: "cw-small cw-unfold", "aria-expanded": "false", onclick: () => unfold.setAttribute("aria-expanded", String(root.toggleAttribute("data-filters"))) }, say("filters"));
  root.append(unfold, form, make("div", { class: "cw-ledger-bar" }, summary, tools), wrap, pager);

  function drawFilters() {
    const places = new Map(); // every level that has something at or below it
    for (const path of facets.places) path.forEach((_, depth) => places.set(path.slice(0, depth + 1).join("/"), path.slice(0, depth + 1)));
    const names = make("datalist", { id: "cw-departments" }, facets.departments.map((one) => make("option", { value: one.name }, `${one.lead} / ${one.responsible}`)));
    form.replaceChildren(
      labelled("place", select("place", [["", say("any_place")], ...[...places].map(([key, path]) => [key, "　".repeat(path.length - 1) + path.at(-1)])])),
      labelled("document", select("document", [["", say("any_document")], ...facets.documents.map((one) => [one.title, one.doc_no ? `${one.title}（${one.doc_no}）` : one.title])])),
      labelled("department", make("input", { name: "department", list: "cw-departments", placeholder: say("any_department"), autocomplete: "off", type: "search" }), names),
      labelled("role", select("lead_only", [["", say("lead_or_responsible")], ["true", say("only_lead")]])),
      labelled("state", select("state", [["", say("any_state")], ...STATES.map((state) => [state, `${say("standing_" + state)}（${facets.states[state]}）`])])),
      labelled("due_from", make("input", { name: "due_from", type: "date" })),
      labelled("due_by", make("input", { name: "due_by", type: "date" })),
      labelled("lacking", select("lacking", [["", say("lacking_nothing")], ["lead", say("lacking_lead")], ["deadline", say("lacking_deadline")]])),
      labelled("text", make("input", { name: "text", type: "search", placeholder: say("text_here"), maxlength: 200 })),
      labelled("order", select("order", ["source", "due", "due_last_first", "place"].map((order) => [order === "source" ? "" : order, say("order_" + order)]))),
      make("button", { type: "button", class: "cw-small cw-clear", onclick: clear }, say("clear"))
    );
  }

  const values = () => Object.fromEntries(FIELDS.map((name) => [name, cewen.address.get(name) || ""]));

  function fillForm() {
    const now = values();
    for (const name of FIELDS) if (form.elements[name]) form.elements[name].value = now[name];
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
    const changes = Object.fromEntries(FIELDS.filter((name) => form.elements[name]).map((name) => [name, form.elements[name].value.trim()]));
    if (changes.place !== (cewen.address.get("place") || "")) changes.below = null;
    cewen.address.set({ ...changes, page: null });
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
    if (now.lacking) found.set("has_" + now.lacking, "false");
    return found;
  }

  // ---- rows --------------------------------------------------------------------------------------------
  async function load() {
    const asked = query();
    const page = Math.max(0, Number(cewen.address.get("page") || 1) - 1);
    const key = asked + "#" + page;
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
    } catch (error) {
      if (shown !== key) return;
      rows = [];
      summary.textContent = "";
      table.querySelector("tbody")?.remove();
      pager.replaceChildren();
      wrap.querySelector(".cw-notice")?.remove();
      wrap.append(make("p", { class: "cw-notice", role: "alert" }, error.message));
    } finally {
      wrap.removeAttribute("aria-busy");
    }
  }

  function waiting() {
    table.append(make("tbody", {}, Array.from({ length: 8 }, () => make("tr", {}, make("td", { colspan: 9 }, make("div", { class: "cw-skeleton" }))))));
  }

  const CELLS = {
    place: (row) => row.place.at(-1) || "—",
    document: (row) => make("span", { class: "cw-two-lines", title: row.policy }, row.policy),
    section: (row) => row.section.at(-1) || "—",
    number: (row) => row.number || "—",
    measure: (row) => make("button", { type: "button", class: "cw-row-open", title: say("open_source") }, row.text),
    lead: (row) => names(row.lead, "lead"),
    responsible: (row) => names(row.responsible, "responsible"),
    plan: (row) => row.plan || "—",
    deadline: (row) => (row.deadlines.length ? row.deadlines.map((d) => make("div", {}, d.who ? `${d.who}：${d.raw}` : d.raw)) : make("span", { class: "none" }, say("unstated"))),
    state: (row) => make("span", { class: "cw-badge cw-s-" + row.state }, say("standing_" + row.state)),
  };
  const names = (list, kind) => make("span", { class: list.length ? kind : "none" }, list.length ? list.join("、") : say("unstated"));

  function drawRows(data, page) {
    rows = data.rows;
    wrap.querySelector(".cw-notice")?.remove();
    const visible = COLUMNS.filter((name) => !hidden().includes(name));
    const head = make("thead", {}, make("tr", {}, visible.map((name) => make("th", { scope: "col", "data-column": name }, say(name)))));
    const body = make("tbody", {}, rows.map((row, at) => make("tr", { "data-at": at, "data-measure": row.id }, visible.map((name) => make("td", { "data-column": name, "data-label": say(name) }, CELLS[name](row))))));
    table.replaceChildren(table.caption, head, body);
    wrap.scrollTop = 0;
    summary.textContent = say("found_rows", { total: data.total }) + (cewen.address.get("place") && cewen.address.get("below") === "false" ? " · " + say("this_level_only") : "");
    if (!data.total) wrap.append(make("p", { class: "cw-notice" }, say("found_none")));
    const last = Math.ceil(data.total / PAGE);
    const go = (to) => () => {
      cewen.address.set({ page: to ? to + 1 : null });
      load();
    };
    pager.replaceChildren(
      ...(last > 1
        ? [
            make("button", { type: "button", class: "cw-small", disabled: page === 0, onclick: go(page - 1) }, "‹ " + say("previous_page")),
            make("span", {}, say("found_rows_of", { first: page * PAGE + 1, last: page * PAGE + rows.length, total: data.total })),
            make("button", { type: "button", class: "cw-small", disabled: page >= last - 1, onclick: go(page + 1) }, say("next_page") + " ›"),
          ]
        : [])
    );
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

  // ---- exports and columns -----------------------------------------------------------------------------
  function hidden() {
    const kept = localStorage.getItem("cewen-columns");
    return kept ? JSON.parse(kept) : HIDDEN;
  }

  function drawTools() {
    const file = (format) => make("a", { class: "cw-small", href: "#", "data-format": format, onclick: (event) => (event.currentTarget.href = `/api/measures?${query()}&format=${format}`) }, "." + format);
    const boxes = COLUMNS.map((name) => {
      const box = make("input", { type: "checkbox", value: name });
      box.checked = !hidden().includes(name);
      box.addEventListener("change", () => {
        localStorage.setItem("cewen-columns", JSON.stringify(COLUMNS.filter((one) => !menu.querySelector(`[value=${one}]`).checked)));
        load();
      });
      return make("label", {}, box, " " + say(name));
    });
    const menu = make("div", { class: "cw-menu" }, boxes);
    tools.replaceChildren(
      make("details", { class: "cw-columns" }, make("summary", { class: "cw-small" }, say("columns")), menu),
      make("span", { class: "cw-export" }, make("span", {}, say("export")), file("xlsx"), file("csv"), file("ics")),
      make("button", { type: "button", class: "cw-small", onclick: () => cewen.copy(location.href) }, say("copy_link")),
      make("button", { type: "button", class: "cw-small cw-print", onclick: () => print() }, say("print"))
    );
  }
  document.addEventListener("click", (event) => {
    if (!event.target.closest?.(".cw-columns")) tools.querySelector("details")?.removeAttribute("open");
  });

  cewen.shown.ledger = () => {
    if (facets) fillForm();
    load();
  };
  document.addEventListener("cewen:index", () => (facets = null));
  document.addEventListener("cewen:address", () => document.body.dataset.tab === "ledger" && facets && fillForm());
  if (document.body.dataset.tab === "ledger") load();
};
