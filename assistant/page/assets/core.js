// What every tab shares: words, elements made of text nodes, the address, colours, requests.
// window.cewen holds the settings that the server wrote into the head; cewenStart holds the starters of the tabs.
"use strict";
window.cewenStart = {};

(function (cewen) {
  const say = (key, values = {}) => (cewen.words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "").replace(/(?<![\d,.])1 (document|measure|question|paper|character)s\b/g, "1 $1");

  // A title within title marks, those inside it as 〈〉.
  const titled = (title) => `《${(/^《[^《》]*》$/.test(title) ? title.slice(1, -1) : title).replace(/《/g, "〈").replace(/》/g, "〉")}》`;

  // An element with attributes and children; strings become text nodes, so nothing is ever read as HTML.
  function make(tag, attributes = {}, ...children) {
    const made = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) {
      if (value === null || value === undefined || value === false) continue;
      if (name.startsWith("on")) made.addEventListener(name.slice(2), value);
      else if (name === "class") made.className = value;
      else made.setAttribute(name, value === true ? "" : value);
    }
    made.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
    return made;
  }

  const SHAPES = {
    pen: "M4 20h4L19 9l-4-4L4 16zM13.5 6.5l4 4",
    send: "M12 19V5M6 11l6-6 6 6",
    stop: "M7 7h10v10H7z",
    cross: "M7 7l10 10M17 7L7 17",
    plus: "M12 5v14M5 12h14",
    list: "M4 7h16M4 12h16M4 17h10",
    bin: "M5 7h14M10 7V4h4v3M7 7l1 13h8l1-13",
    down: "M12 4v11M7 11l5 5 5-5M5 20h14",
    day: "M4 6h16v14H4zM4 10h16M8 3v4M16 3v4",
    lock: "M6 11h12v9H6zM9 11V8a3 3 0 0 1 6 0v3",
    copy: "M9 9h11v11H9zM5 15H4V4h11v1",
    quote: "M5 17h4l2-5V7H5v5h3M13 17h4l2-5V7h-6v5h3",
    link: "M10 14a4 4 0 0 0 6 0l3-3a4 4 0 0 0-6-6l-1 1M14 10a4 4 0 0 0-6 0l-3 3a4 4 0 0 0 6 6l1-1",
    again: "M20 11a8 8 0 1 0-1 5M20 5v6h-6",
    good: "M7 11v9H4v-9zM7 11l4-8a2 2 0 0 1 2 2v4h6l-1.5 9a2 2 0 0 1-2 2H7",
    bad: "M17 13V4h3v9zM17 13l-4 8a2 2 0 0 1-2-2v-4H5l1.5-9a2 2 0 0 1 2-2H17",
    find: "M11 5a6 6 0 1 0 0 12 6 6 0 0 0 0-12zM15.5 15.5L20 20",
    table: "M4 5h16v14H4zM4 10h16M10 10v9",
  };
  function icon(name, size = 16) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) svg.setAttribute(key, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({ d: SHAPES[name], fill: name === "stop" ? "currentColor" : "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" })) path.setAttribute(key, value);
    svg.append(path);
    return svg;
  }

  // A time limit in the paper's words, with its day where those leave the year to the reader (3月底前).
  cewen.limit = (limit) => [limit.who && make("span", { class: "cw-who" }, limit.who + say("colon")), make("span", {}, limit.raw), limit.date && !/\d{4}/.test(limit.raw) && make("small", { class: "cw-day-meant" }, limit.date)];

  // How far something is, as a bar.
  cewen.way = (share, label) => make("div", { class: "cw-way", role: "progressbar", "aria-label": label, "aria-valuemin": 0, "aria-valuemax": 100, "aria-valuenow": Math.round(100 * share) }, make("i", { style: `width:${100 * share}%` }));

  // A box that takes files which are dropped on it.
  cewen.droppable = (box, take) => {
    for (const name of ["dragover", "dragleave", "drop"]) {
      box.addEventListener(name, (event) => {
        event.preventDefault();
        box.toggleAttribute("data-over", name === "dragover");
        if (name === "drop") take(event.dataTransfer.files);
      });
    }
  };

  // A path of this server as the browser reaches it, below the prefix of a proxy.
  cewen.at = (path) => cewen.root + path;

  async function request(path, { method = "GET", body = null, form = null } = {}) {
    let response;
    try {
      response = await fetch(cewen.at(path), {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: form || (body ? JSON.stringify(body) : null),
      });
    } catch (error) {
      throw new Error(say("connection_lost"), { cause: error });
    }
    if (response.status === 401 && cewen.login) location.href = cewen.at("/login?next=") + encodeURIComponent(location.pathname + location.search);
    if (response.status === 204) return null;
    const data = await response.json().catch(() => ({}));
    if (response.ok) return data;
    const told = data.error?.message || (typeof data.detail === "string" && data.detail);
    throw new Error(told ? inLanguage(told) : say("failed_to_load"));
  }

  // The server's messages say everything twice, "Chinese · English": the half that this page speaks.
  const CHINESE = /[\u4e00-\u9fff]/;
  function inLanguage(message) {
    const at = String(message).lastIndexOf(" · ");
    if (at < 0 || !CHINESE.test(message.slice(0, at)) || !/[A-Za-z]{3}/.test(message.slice(at))) return String(message);
    if (cewen.language === "zh") return message.slice(0, at);
    const english = message.slice(at + 3);
    return english[0].toUpperCase() + english.slice(1);
  }

  // One place that screen readers watch; what is wrong stays longer than what went well.
  const told = make("div", { class: "cw-toasts", role: "status", "aria-live": "polite" });
  function toast(text, { seconds = 2.4 } = {}) {
    const shown = make("div", { class: "cw-toast" }, text);
    (document.querySelector(".gradio-container") || document.body).append(told);
    told.replaceChildren(shown);
    setTimeout(() => shown.remove(), 1000 * seconds);
  }
  const toastError = (error) => toast(error.message, { seconds: 6 });

  // A small window over the page; its value is that of the button that closed it, "" where it was left.
  function opened(title, body, buttons) {
    return new Promise((resolve) => {
      const form = make("form", { method: "dialog" }, make("h2", {}, title), body, make("div", { class: "cw-dialog-buttons" }, buttons));
      const dialog = make("dialog", { class: "cw-dialog", "aria-label": title }, form);
      dialog.addEventListener("click", (event) => event.target === dialog && dialog.close(""));
      dialog.addEventListener("close", () => {
        dialog.remove();
        resolve(dialog.returnValue);
      });
      document.querySelector(".gradio-container").append(dialog);
      dialog.showModal();
    });
  }
  // Enter presses the first button that submits, so the one that leaves is none.
  const closing = (key, value, kind) => make("button", value ? { type: "submit", value, class: kind } : { type: "button", class: kind, onclick: (event) => event.target.closest("dialog").close("") }, say(key));

  // Asks before something that cannot be undone; true if the person went on.
  const confirmed = async (question, act) => (await opened(question, null, [closing("cancel", "", "cw-small"), closing(act, "yes", "cw-main-button cw-danger")])) === "yes";

  // A line of text, or null where the window was left.
  async function entered(title, value = "") {
    const field = make("input", { class: "cw-input", "aria-label": title, maxlength: 200, autofocus: true });
    field.value = value;
    const answer = await opened(title, field, [closing("cancel", "", "cw-small"), closing("save", "yes", "cw-main-button")]);
    return answer === "yes" ? field.value.trim() : null;
  }

  // `html` is the same for programs that keep headings and tables, such as a word processor.
  async function copy(text, html = null) {
    try {
      const kinds = { "text/plain": text, ...(html && { "text/html": html }) };
      const blobs = Object.entries(kinds).map(([kind, content]) => [kind, new Blob([content], { type: kind })]);
      await navigator.clipboard.write([new ClipboardItem(Object.fromEntries(blobs))]);
    } catch {
      // Without https the clipboard is closed to scripts, except through a selection.
      const field = make("textarea", { class: "cw-hidden" });
      field.value = text;
      document.body.append(field);
      field.select();
      document.execCommand("copy");
      field.remove();
    }
    toast(say("copied"));
  }

  // The address says what is shown: ?tab=…&…; a tab reads and writes its own part of it.
  const address = {
    get: (name) => new URLSearchParams(location.search).get(name),
    all: () => new URLSearchParams(location.search),
    set(changes, { replace = false } = {}) {
      const query = new URLSearchParams(location.search);
      for (const [name, value] of Object.entries(changes)) {
        if (value === null || value === undefined || value === "") query.delete(name);
        else query.set(name, value);
      }
      const text = query.toString();
      if (text === location.search.slice(1)) return;
      history[replace ? "replaceState" : "pushState"](replace ? history.state : null, "", location.pathname + (text ? "?" + text : ""));
      seen = location.search;
      linkLanguage();
    },
  };
  let seen = location.search; // what is drawn

  // Without what the source panel keeps in the address: that alone redraws no tab.
  function withoutSource(text) {
    const query = new URLSearchParams(text);
    query.delete("source");
    query.delete("parts");
    return query.toString();
  }

  const shown = {}; // tab -> what to do each time it is shown
  function show(tab, changes = {}) {
    const known = document.querySelector(`.cw-nav [data-tab="${CSS.escape(tab)}"]`) ? tab : "chat";
    document.body.dataset.tab = known;
    document.querySelectorAll(".cw-nav [data-tab]").forEach((button) => {
      button.setAttribute("aria-selected", String(button.dataset.tab === known));
      button.tabIndex = button.dataset.tab === known ? 0 : -1;
    });
    address.set({ tab: known === "chat" ? null : known, ...changes });
    entitle();
    shown[known]?.();
  }

  // The title of the browser's tab: what is looked at, then where.
  function entitle(thing = null) {
    const tab = document.body.dataset.tab || "chat";
    document.title = [thing, tab === "chat" ? null : say("tab_" + tab), say("name")].filter(Boolean).join(" · ");
    if (tab === "chat" && !thing) document.title = say("page_title");
  }

  function linkLanguage() {
    const link = document.querySelector("[data-language]");
    if (link) link.href = cewen.at(cewen.language === "zh" ? "/en/" : "/") + location.search;
  }

  // The other language opens where this one was: each part that scrolls is put back once it is as long again.
  const SCROLLS = ".cw-scroll, .cw-table, .cw-ledger, .cw-documents, .cw-reader, .cw-overview, .cw-evaluation, .cw-source-body";
  const PLACE = "cewen-place";
  function keepPlace() {
    const places = [...document.querySelectorAll(SCROLLS)].filter((part) => part.scrollTop > 0).map((part) => [part.className, part.scrollTop]);
    sessionStorage.setItem(PLACE, JSON.stringify({ search: location.search, places, at: Date.now() }));
  }
  function findPlace() {
    const kept = JSON.parse(sessionStorage.getItem(PLACE) || "null");
    sessionStorage.removeItem(PLACE);
    if (!kept || kept.search !== location.search || Date.now() - kept.at > 30_000) return;
    let left = kept.places;
    const put = () => {
      left = left.filter(([name, top]) => {
        const part = [...document.querySelectorAll(SCROLLS)].find((one) => one.className === name);
        if (!part || part.scrollHeight - part.clientHeight < top) return true;
        part.scrollTop = top;
        return false;
      });
      if (!left.length) stop();
    };
    const grown = new MutationObserver(() => requestAnimationFrame(put));
    const stop = () => grown.disconnect();
    grown.observe(document.body, { childList: true, subtree: true });
    for (const name of ["wheel", "touchmove", "keydown"]) addEventListener(name, stop, { once: true, passive: true }); // the reader goes on
    put();
  }

  function darken(dark) {
    document.body.classList.toggle("dark", dark);
  }

  function start() {
    document.documentElement.lang = cewen.language === "zh" ? "zh-CN" : "en";
    const kept = localStorage.getItem("cewen-theme");
    darken(kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches);
    linkLanguage();
    document.querySelector("[data-logout]")?.toggleAttribute("hidden", !cewen.login);
    // Gradio wraps everything, header included, into its own <main>; the tabs are the main part.
    document.querySelectorAll(".gradio-container main").forEach((outer) => outer.setAttribute("role", "presentation"));
    const main = document.getElementById("cw-main");
    main.setAttribute("role", "main");
    main.tabIndex = -1;
    openTabs();
    document.querySelectorAll(".cw-tab").forEach((tab) => {
      tab.setAttribute("role", "tabpanel");
      tab.setAttribute("aria-labelledby", tab.id.replace("tab-", "nav-"));
    });
    show(address.get("tab") || "chat");
    findPlace();
  }

  // Who is here and what they may do; without accounts, everything.
  let asked = null;
  const whoAmI = () => (asked ??= request("/api/me").catch(() => ({ name: "", may: [] })));
  cewen.may = async (role) => !cewen.login || (await whoAmI()).may.includes(role);

  // Tabs that not everybody may see; without accounts everything is open.
  async function openTabs() {
    const closed = [...document.querySelectorAll(".cw-nav [data-for]")];
    const me = cewen.login ? await whoAmI() : null;
    for (const button of closed) button.hidden = me !== null && !me.may.includes(button.dataset.for);
    if (me) document.querySelector("[data-logout]").title = say("logged_in_as", me);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-tab],[data-theme],[data-home],[data-keys],[data-language],.cw-skip");
    if (!target || !target.closest(".cw-top, .cw-skip")) return;
    if ("keys" in target.dataset) showKeys();
    if ("language" in target.dataset) keepPlace();
    if (target.matches(".cw-skip")) {
      event.preventDefault();
      document.getElementById("cw-main").focus();
    }
    if (target.dataset.tab) show(target.dataset.tab);
    if ("theme" in target.dataset) {
      const dark = !document.body.classList.contains("dark");
      darken(dark);
      localStorage.setItem("cewen-theme", dark ? "dark" : "light");
      document.dispatchEvent(new CustomEvent("cewen:theme"));
    }
    if ("home" in target.dataset) {
      event.preventDefault();
      show("chat");
    }
  });
  // ---- keys ------------------------------------------------------------------------------------------------
  const tabs = () => [...document.querySelectorAll(".cw-nav [data-tab]:not([hidden])")];
  const pressed = (selector) => () => [...document.querySelectorAll(selector)].find((button) => button.offsetParent && !button.disabled)?.click();
  const FIELDS = { chat: ".cw-composer textarea", ledger: ".cw-filters [name=text]", documents: ".cw-find", overview: ".cw-theme-form .cw-find" };
  // key -> its words and what it does, where nothing is being written.  To add one: one row here, one row of words.
  const KEYS = {
    "?": ["keys_list", () => showKeys()],
    "/": ["keys_field", () => document.querySelector(FIELDS[document.body.dataset.tab])?.focus()],
    n: ["keys_new", () => (show("chat"), document.querySelector(".cw-new")?.click())],
    j: ["keys_next", pressed(".cw-source [data-step='1']")],
    k: ["keys_previous", pressed(".cw-source [data-step='-1']")],
    p: ["keys_page", pressed(".cw-page-toggle [aria-pressed=false]")],
    d: ["keys_theme", pressed(".cw-top [data-theme]")],
  };
  function showKeys() {
    if (document.querySelector(".cw-dialog[open]")) return;
    const row = (keys, words) => [make("dt", {}, keys.map((key) => make("kbd", {}, key))), make("dd", {}, words)];
    const rows = [
      ["keys_tabs", tabs().map((_, n) => String(n + 1))],
      ...Object.entries(KEYS).map(([key, [words]]) => [words, [key]]),
      ["keys_close", ["Esc"]],
      ["keys_send", ["Enter"]],
      ["keys_line", ["Shift", "Enter"]],
    ];
    opened(say("keys"), make("dl", { class: "cw-keys" }, rows.flatMap(([words, keys]) => row(keys, say(words)))), [closing("close", "", "cw-small")]);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing || document.querySelector(".cw-dialog[open]")) return;
    if (event.target.closest?.("input, textarea, select, [contenteditable]")) return;
    const act = KEYS[event.key]?.[1] || (/^[1-9]$/.test(event.key) && tabs()[event.key - 1] && (() => show(tabs()[event.key - 1].dataset.tab)));
    if (!act) return;
    event.preventDefault();
    act();
  });
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".cw-nav [data-tab]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const all = tabs();
    const next = all[(all.indexOf(tab) + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length];
    next.focus();
    show(next.dataset.tab);
  });
  window.addEventListener("popstate", () => {
    linkLanguage();
    const same = withoutSource(seen) === withoutSource(location.search);
    seen = location.search;
    if (!same) show(address.get("tab") || "chat");
    document.dispatchEvent(new CustomEvent("cewen:address"));
  });

  // What to take out of the address when another view is opened from outside the ledger.
  const noFilters = Object.fromEntries(
    ["place", "below", "document", "department", "lead_only", "state", "due_from", "due_by", "lacking", "text", "order", "hide", "page", "doc", "at", "source", "parts", "run", "one", "other"].map((name) => [name, null])
  );
  let begun;
  const ready = new Promise((resolve) => (begun = resolve));
  Object.assign(cewen, { noFilters, ready, say, titled, make, icon, request, inLanguage, toast, toastError, confirmed, entered, entitle, copy, address, show, shown, start, darken });

  // Gradio draws the header some time after the scripts are read.
  const watcher = new MutationObserver(() => {
    const buttons = [...document.querySelectorAll(".cw-nav [data-tab]")];
    const drawn = buttons.length && buttons.every((button) => document.getElementById("tab-" + button.dataset.tab));
    if (!drawn || !document.querySelector(".cw-source")) return;
    watcher.disconnect();
    start();
    begun();
  });
  watcher.observe(document.documentElement, { childList: true, subtree: true });
})(window.cewen);
