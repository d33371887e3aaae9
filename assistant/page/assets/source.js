// The source panel: the document beside the page, scrolled to the cited words.
"use strict";
(function (cewen) {
  const { say, make } = cewen;
  const part = (selector) => document.querySelector(".cw-source " + selector);
  let open = null; // {citations, at, from: the element to give the focus back to, quote, doc, window}

  const pairs = (parts) => (parts || []).map(([start, end]) => `${start}-${end}`).join(",");

  // Opens the panel at citations[at]; each is {entry, parts}. The others are reached with earlier and later.
  async function show(citations, at, from = null) {
    open = { citations, at, from: from || open?.from || document.activeElement };
    document.body.dataset.source = "open";
    mark(from);
    const citation = citations[at];
    document.dispatchEvent(new CustomEvent("cewen:source", { detail: citation.entry }));
    part(".cw-source-step").hidden = citations.length < 2;
    part("[data-step='-1']").disabled = at === 0;
    part("[data-step='1']").disabled = at === citations.length - 1;
    const body = part(".cw-source-body");
    if (!body.childElementCount) body.replaceChildren(...[92, 100, 97, 60].map((w) => make("p", { class: "cw-skeleton", style: `width:${w}%` })));
    const query = new URLSearchParams({ entry: citation.entry, parts: pairs(citation.parts) });
    try {
      const data = await cewen.request("/api/source?" + query);
      if (open.citations !== citations || open.at !== at) return; // another was opened meanwhile
      draw(data, citation);
    } catch (error) {
      part(".cw-source-title").textContent = say("failed_to_load");
      part(".cw-source-meta").replaceChildren();
      body.replaceChildren(make("p", { class: "cw-notice" }, error.message));
    }
    if (from !== null || innerWidth <= 1000) part("[data-close]").closest(".cw-source").focus({ preventScroll: true });
  }

  function mark(from) {
    document.querySelectorAll(".cite[aria-current]").forEach((old) => old.removeAttribute("aria-current"));
    if (from?.classList?.contains("cite")) from.setAttribute("aria-current", "true");
  }

  function draw(data, citation) {
    open.data = data;
    open.quote = citation.quote || data.text;
    part(".cw-source-title").textContent = data.policy;
    const rows = [
      ["doc_no", data.doc_no],
      ["issuer", (data.issuer || []).join("、")],
      ["issued", data.issued],
      ["place", (data.place || []).join(" › ")],
      ["section", (data.section || []).join(" › ")],
      ["number", data.number],
      ["page", data.page],
      ["file", data.doc],
    ];
    part(".cw-source-meta").replaceChildren(
      ...rows.filter(([, value]) => value).map(([key, value]) => make("div", { "data-field": key }, make("dt", {}, say(key)), make("dd", {}, String(value))))
    );
    const body = part(".cw-source-body");
    body.replaceChildren(...paragraphs(data));
    addMore(body, data.doc, data.window);
    const first = body.querySelector(".cw-m-cited") || body.querySelector("mark");
    if (/\.pdf$/i.test(data.doc) && data.page) body.prepend(pageToggle(data, citation, false));
    if (first) body.scrollTop = Math.max(0, first.offsetTop - body.offsetTop - 56);
  }

  // For a PDF: its text, or the page as it is printed with the same words marked.
  function pageToggle(data, citation, onPage) {
    const button = (key, pressed, act) => make("button", { type: "button", class: "cw-small", "aria-pressed": String(pressed), onclick: act }, say(key));
    return make("div", { class: "cw-page-toggle" }, button("as_text", !onPage, () => onPage && draw(data, citation)), button("as_page", onPage, () => onPage || drawPage(data, citation)));
  }

  async function drawPage(data, citation) {
    const query = { entry: citation.entry, parts: pairs(citation.parts) };
    try {
      const found = await cewen.request("/api/page?" + new URLSearchParams(query));
      if (open?.data !== data) return;
      const picture = make("img", { src: "/api/page.png?" + new URLSearchParams({ entry: citation.entry, number: found.page }), alt: say("page_n", { n: found.page }) });
      const share = (value) => `${(100 * value).toFixed(3)}%`;
      const marks = found.areas.map((area) => make("mark", { class: "cw-area cw-m-" + area.kind, title: say(area.kind), style: `left:${share(area.left)};top:${share(area.top)};width:${share(area.width)};height:${share(area.height)}` }));
      const body = part(".cw-source-body");
      body.replaceChildren(pageToggle(data, citation, true), make("figure", { class: "cw-page-picture" }, picture, marks), make("p", { class: "cw-page-turn" }, say("page_n", { n: found.page })));
      await picture.decode().catch(() => {});
      if (marks.length && open?.data === data) marks[0].scrollIntoView({ block: "center" });
    } catch (error) {
      cewen.toast(error.message);
    }
  }

  // The laid-out paragraphs of the server as elements; a segment with marks becomes <mark>.
  function paragraphs(data) {
    const made = [];
    for (const paragraph of data.paragraphs) {
      if (paragraph.page) made.push(make("div", { class: "cw-page-turn" }, say("page_n", { n: paragraph.page })));
      const p = make("p", { "data-start": paragraph.start, "data-level": paragraph.level || null, "data-ref": paragraph.refs[0] });
      for (const segment of paragraph.segments) {
        const kinds = segment.marks.filter((kind) => kind !== "measure");
        if (!kinds.length) p.append(segment.text);
        else p.append(make("mark", { class: kinds.map((kind) => "cw-m-" + kind).join(" "), title: kinds.map((kind) => say(kind)).join(" · ") }, segment.text));
      }
      made.push(p);
    }
    return made;
  }

  function addMore(body, doc, seen) {
    if (seen.start > 0) body.prepend(more(body, doc, seen, true));
    if (seen.end < seen.total) body.append(more(body, doc, seen, false));
  }

  function more(body, doc, seen, before) {
    const button = make("button", { type: "button", class: "cw-small cw-more" }, (before ? "↑ " : "↓ ") + say(before ? "more_before" : "more_after"));
    button.addEventListener("click", async () => {
      const range = before ? { start: Math.max(0, seen.start - 4000), end: Math.max(0, seen.start - 1) } : { start: seen.end + 1, end: seen.end + 4000 };
      button.disabled = true;
      try {
        const data = await cewen.request("/api/documents/text?" + new URLSearchParams({ doc, ...range }));
        const height = body.scrollHeight;
        const fresh = paragraphs(data);
        button.replaceWith(...fresh);
        if (before) {
          body.scrollTop += body.scrollHeight - height;
          seen.start = data.window.start;
          if (seen.start > 0) body.prepend(more(body, doc, seen, true));
        } else {
          seen.end = data.window.end;
          if (seen.end < seen.total) body.append(more(body, doc, seen, false));
        }
      } catch (error) {
        button.disabled = false;
        cewen.toast(error.message);
      }
    });
    return button;
  }

  function close() {
    if (document.body.dataset.source !== "open") return;
    delete document.body.dataset.source;
    mark(null);
    document.dispatchEvent(new CustomEvent("cewen:source", { detail: null }));
    open?.from?.focus?.({ preventScroll: true });
    part(".cw-source-body").replaceChildren();
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(".cw-source button");
    if (!target) return;
    if ("close" in target.dataset) close();
    else if (target.dataset.step) show(open.citations, open.at + Number(target.dataset.step));
    else if ("copyQuote" in target.dataset) cewen.copy(cewen.sourceLine(open.data, open.quote));
    else if ("readDocument" in target.dataset) {
      const start = open.data?.paragraphs.find((p) => p.segments.some((s) => s.marks.includes("cited")))?.start ?? 0;
      const doc = open.data?.doc;
      close();
      cewen.show("documents", { ...cewen.noFilters, doc, at: start });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape") close();
  });

  // A quote with its origin, as it goes into a letter.
  cewen.sourceLine = (data, quote) => {
    const bits = [data.doc_no, (data.section || []).at(-1), data.number && say("number_n", { n: data.number }), data.page && say("page_n", { n: data.page })];
    return `“${(quote || "").replace(/\s+/g, "")}”——《${data.policy}》（${bits.filter(Boolean).join("，") || data.doc}）`;
  };
  cewen.source = { show, close, paragraphs };

  // A link from elsewhere (?source=…&parts=…) opens the panel at once.
  const given = new URLSearchParams(location.search);
  if (given.get("source")) {
    const parts = (given.get("parts") || "").split(",").filter(Boolean).map((part) => part.split("-").map(Number));
    cewen.ready.then(() => show([{ entry: given.get("source"), parts }], 0));
  }
})(window.cewen);
