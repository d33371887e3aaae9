// What every tab shares: words, elements made of text nodes, the address, colours, requests.
// window.cewen holds the settings that the server wrote into the head; cewenStart holds the starters of the tabs.
"use strict";
window.cewenStart = {};

(function (cewen) {
  const say = (key, values = {}) => (cewen.words[key] || key).replace(/\{(\w+)\}/g, (_, name) => values[name] ?? "");

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
  };
  function icon(name, size = 16) {
    const svg = document.createElementNS("http://www.w3.org/2000/svg", "svg");
    for (const [key, value] of Object.entries({ viewBox: "0 0 24 24", width: size, height: size, "aria-hidden": "true" })) svg.setAttribute(key, value);
    const path = document.createElementNS("http://www.w3.org/2000/svg", "path");
    for (const [key, value] of Object.entries({ d: SHAPES[name], fill: name === "stop" ? "currentColor" : "none", stroke: "currentColor", "stroke-width": 1.8, "stroke-linecap": "round", "stroke-linejoin": "round" })) path.setAttribute(key, value);
    svg.append(path);
    return svg;
  }

  async function request(path, { method = "GET", body = null, form = null } = {}) {
    let response;
    try {
      response = await fetch(path, {
        method,
        headers: body ? { "Content-Type": "application/json" } : {},
        body: form || (body ? JSON.stringify(body) : null),
      });
    } catch (error) {
      throw new Error(say("connection_lost"), { cause: error });
    }
    if (response.status === 401 && cewen.login) location.href = "/login";
    if (response.status === 204) return null;
    const data = await response.json();
    if (!response.ok) throw new Error(data.error?.message || data.detail || say("failed_to_load"));
    return data;
  }

  function toast(text) {
    document.querySelectorAll(".cw-toast").forEach((old) => old.remove());
    const shown = make("div", { class: "cw-toast", role: "status" }, text);
    document.body.append(shown);
    setTimeout(() => shown.remove(), 1800);
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
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
      history[replace ? "replaceState" : "pushState"](null, "", location.pathname + (text ? "?" + text : ""));
      linkLanguage();
    },
  };

  const shown = {}; // tab -> what to do each time it is shown
  function show(tab, changes = {}) {
    const known = document.querySelector(`.cw-nav [data-tab="${CSS.escape(tab)}"]`) ? tab : "chat";
    document.body.dataset.tab = known;
    document.querySelectorAll(".cw-nav [data-tab]").forEach((button) => {
      button.setAttribute("aria-selected", String(button.dataset.tab === known));
      button.tabIndex = button.dataset.tab === known ? 0 : -1;
    });
    document.querySelector(`.cw-nav [data-tab="${known}"]`).scrollIntoView({ block: "nearest", inline: "nearest" });
    address.set({ tab: known === "chat" ? null : known, ...changes });
    shown[known]?.();
  }

  function linkLanguage() {
    const link = document.querySelector("[data-language]");
    if (link) link.href = (cewen.language === "zh" ? "/en/" : "/") + location.search;
  }

  function darken(dark) {
    document.body.classList.toggle("dark", dark);
  }

  function start() {
    document.documentElement.lang = cewen.language === "zh" ? "zh-CN" : "en";
    const kept = localStorage.getItem("cewen-theme");
    if (kept) darken(kept === "dark");
    linkLanguage();
    document.querySelector("[data-logout]")?.toggleAttribute("hidden", !cewen.login);
    openTabs();
    document.querySelectorAll(".cw-tab").forEach((tab) => {
      tab.setAttribute("role", "tabpanel");
      tab.setAttribute("aria-labelledby", tab.id.replace("tab-", "nav-"));
    });
    show(address.get("tab") || "chat");
  }

  // Tabs that not everybody may see; without accounts everything is open.
  async function openTabs() {
    const closed = [...document.querySelectorAll(".cw-nav [data-for]")];
    const may = cewen.login && closed.length ? await request("/api/me").then((me) => me.may, () => []) : null;
    for (const button of closed) button.hidden = may !== null && !may.includes(button.dataset.for);
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.("[data-tab],[data-theme],[data-home]");
    if (!target || !target.closest(".cw-top")) return;
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
  document.addEventListener("keydown", (event) => {
    const tab = event.target.closest?.(".cw-nav [data-tab]");
    if (!tab || !["ArrowLeft", "ArrowRight"].includes(event.key)) return;
    const all = [...document.querySelectorAll(".cw-nav [data-tab]:not([hidden])")];
    const next = all[(all.indexOf(tab) + (event.key === "ArrowRight" ? 1 : all.length - 1)) % all.length];
    next.focus();
    show(next.dataset.tab);
  });
  window.addEventListener("popstate", () => {
    linkLanguage();
    show(address.get("tab") || "chat");
    document.dispatchEvent(new CustomEvent("cewen:address"));
  });

  // What to take out of the address when another view is opened from outside the ledger.
  const noFilters = Object.fromEntries(
    ["place", "below", "document", "department", "lead_only", "state", "due_from", "due_by", "lacking", "text", "order", "page", "doc", "at", "source", "parts", "run", "one", "other"].map((name) => [name, null])
  );
  let begun;
  const ready = new Promise((resolve) => (begun = resolve));
  Object.assign(cewen, { noFilters, ready, say, make, icon, request, toast, copy, address, show, shown, start, darken });

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
