// The source panel: the document beside the page, scrolled to the cited words.
"use strict";
(function (cewen) {
  const { say, make } = cewen;
  const part = (selector) => document.querySelector(".cw-source " + selector);
  let open = null; // {citations, at, from: the element to give the focus back to, quote, data}
  let pushed = false; // whether opening made an entry of the browser's history, which closing takes back

  const pairs = (parts) => (parts || []).map(([start, end]) => `${start}-${end}`).join(",");

  // Opens the panel at citations[at]; each is {entry, parts}. The others are reached with earlier and later.
  async function show(citations, at, from = null) {
    open = { citations, at, from: from || open?.from || document.activeElement };
    const was = document.body.dataset.source === "open";
    document.body.dataset.source = "open";
    mark(from);
    const citation = citations[at];
    keepInAddress(citation, was);
    document.dispatchEvent(new CustomEvent("cewen:source", { detail: citation.entry }));
    part(".cw-source-step").hidden = citations.length < 2;
    part("[data-step='-1']").disabled = at === 0;
    part("[data-step='1']").disabled = at === citations.length - 1;
    const body = part(".cw-source-body");
    if (!body.childElementCount) body.replaceChildren(...[92, 100, 97, 60].map((w) => make("p", { class: "cw-skeleton", style: `width:${w}%` })));
    const query = new URLSearchParams({ entry: citation.entry, parts: pairs(citation.parts) });
    try {
      const data = await cewen.request("/api/source?" + query);
      if (open?.citations !== citations || open.at !== at) return; // another was opened meanwhile, or it was closed
      draw(data, citation);
    } catch (error) {
      if (open?.citations !== citations || open.at !== at) return;
      part(".cw-source-title").textContent = say("failed_to_load");
      for (const name of [".cw-source-meta", ".cw-source-state", ".cw-source-doubts"]) part(name).replaceChildren();
      part(".cw-page-toggle").hidden = true;
      body.replaceChildren(make("p", { class: "cw-notice" }, error.message));
    }
    if (from !== null || innerWidth <= 1000) part("[data-close]").closest(".cw-source").focus({ preventScroll: true });
  }

  // The address names the open source, so that a link, the other language and "back" on a phone know of it.
  function keepInAddress(citation, was) {
    const named = { source: citation.entry, parts: pairs(citation.parts) };
    const before = location.search;
    cewen.address.set(named, { replace: was });
    if (!was) pushed = location.search !== before;
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
    part(".cw-source-state").replaceChildren(data.today_standing ? make("span", { class: "cw-badge cw-s-" + data.today_standing }, say("standing_" + data.today_standing)) : "");
    part(".cw-source-doubts").replaceChildren(...cewen.doubted(data), deciding(data));
    toggle(data, citation, false);
    const body = part(".cw-source-body");
    body.replaceChildren(...paragraphs(data));
    addMore(body, data.doc, data.window);
    const first = body.querySelector(".cw-m-cited") || body.querySelector("mark");
    body.scrollTop = first ? Math.max(0, first.offsetTop - body.offsetTop - 56) : 0;
  }

  // Staff who have read the passage say whether the measure was read rightly; it leaves the list of what is to check.
  function deciding(data) {
    const box = make("div", { class: "cw-deciding", hidden: true });
    if (!data.doubts?.length) return box;
    cewen.may("staff").then((may) => (box.hidden = !may));
    const path = "/api/reviews/" + encodeURIComponent(data.entry);
    const keep = async (decision) => {
      try {
        data.review = decision ? (await cewen.request(path, { method: "PUT", body: decision })).review : await cewen.request(path, { method: "DELETE" });
      } catch (error) {
        return cewen.toastError(error);
      }
      part(".cw-source-doubts").replaceChildren(...cewen.doubted(data), deciding(data));
      document.dispatchEvent(new CustomEvent("cewen:review", { detail: { measure: data.entry, review: data.review } }));
    };
    const button = (key, act) => make("button", { type: "button", class: "cw-small", onclick: act }, say(key));
    const wrong = async () => {
      const note = await cewen.entered(say("what_it_should_be"));
      if (note !== null) keep({ good: false, note });
    };
    box.append(...(data.review ? [button("check_again", () => keep(null))] : [make("span", {}, say("read_rightly_q")), button("read_rightly", () => keep({ good: true })), button("read_wrongly", wrong)]));
    return box;
  }

  // For a PDF: its text, or the page as it is printed with the same words marked, as large as wanted.
  const ZOOMS = [1, 1.5, 2.2, 3];
  function toggle(data, citation, onPage) {
    const box = part(".cw-page-toggle");
    box.hidden = !/\.pdf$/i.test(data.doc) || !data.page;
    const button = (key, pressed, act) => make("button", { type: "button", class: "cw-small", "aria-pressed": String(pressed), onclick: act }, say(key));
    const zoom = (key, sign, step) => make("button", { type: "button", class: "cw-small cw-zoom", title: say(key), "aria-label": say(key), onclick: () => enlarge(step) }, sign);
    box.replaceChildren(button("as_text", !onPage, () => onPage && draw(data, citation)), button("as_page", onPage, () => onPage || drawPage(data, citation)), ...(onPage ? [zoom("smaller", "−", -1), zoom("larger", "+", 1)] : []));
  }

  function enlarge(step) {
    const sheet = part(".cw-page-sheet");
    const at = Math.min(ZOOMS.length - 1, Math.max(0, Number(sheet.dataset.zoom) + step));
    sheet.dataset.zoom = at;
    sheet.style.width = `${100 * ZOOMS[at]}%`;
    sheet.querySelector("mark")?.scrollIntoView({ block: "center", inline: "center" });
  }

  async function drawPage(data, citation) {
    const query = { entry: citation.entry, parts: pairs(citation.parts) };
    try {
      const found = await cewen.request("/api/page?" + new URLSearchParams(query));
      if (open?.data !== data) return;
      const picture = make("img", { src: cewen.at("/api/page.png?" + new URLSearchParams({ entry: citation.entry, number: found.page })), alt: say("page_n", { n: found.page }) });
      const share = (value) => `${(100 * value).toFixed(3)}%`;
      const marks = found.areas.map((area) => make("mark", { class: "cw-area cw-m-" + area.kind, title: say(area.kind), style: `left:${share(area.left)};top:${share(area.top)};width:${share(area.width)};height:${share(area.height)}` }));
      toggle(data, citation, true);
      part(".cw-source-body").replaceChildren(make("figure", { class: "cw-page-picture", tabindex: "0" }, make("div", { class: "cw-page-sheet", "data-zoom": 0 }, picture, marks)), make("p", { class: "cw-page-turn" }, say("page_n", { n: found.page })));
      await picture.decode().catch(() => {});
      if (open?.data === data) enlarge(innerWidth <= 760 ? 2 : 0); // a page of A4 cannot be read on a phone as it is
    } catch (error) {
      cewen.toastError(error);
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

  // `keep` leaves the browser's history as it is: the page moves on itself, or has gone back already.
  function close({ keep = false } = {}) {
    if (document.body.dataset.source !== "open") return;
    delete document.body.dataset.source;
    mark(null);
    document.dispatchEvent(new CustomEvent("cewen:source", { detail: null }));
    open?.from?.focus?.({ preventScroll: true });
    open = null;
    part(".cw-source-body").replaceChildren();
    const back = pushed;
    pushed = false;
    if (keep || !cewen.address.get("source")) return;
    if (back) history.back();
    else cewen.address.set({ source: null, parts: null }, { replace: true });
  }

  document.addEventListener("click", (event) => {
    const target = event.target.closest?.(".cw-source button");
    if (!target) return;
    if ("close" in target.dataset) close();
    else if ("unfold" in target.dataset) target.setAttribute("aria-expanded", String(part(".cw-source-head").toggleAttribute("data-more")));
    else if (target.dataset.step) show(open.citations, open.at + Number(target.dataset.step));
    else if ("copyQuote" in target.dataset) cewen.copy(cewen.sourceLine(open.data, open.quote));
    else if ("readDocument" in target.dataset) {
      const start = open.data?.paragraphs.find((p) => p.segments.some((s) => s.marks.includes("cited")))?.start ?? 0;
      const doc = open.data?.doc;
      close({ keep: true });
      cewen.show("documents", { ...cewen.noFilters, doc, at: start });
    }
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "Escape" && !document.querySelector(".cw-dialog[open]")) close();
  });
  document.addEventListener("cewen:address", () => {
    const entry = cewen.address.get("source");
    if (!entry) close({ keep: true });
    else if (open?.citations[open.at].entry !== entry) show([fromAddress()], 0);
  });

  // A quote with its origin, as it goes into a letter.
  cewen.sourceLine = (data, quote) => {
    const bits = [data.doc_no, (data.section || []).at(-1), data.number && say("number_n", { n: data.number }), data.page && say("page_n", { n: data.page })];
    return `“${(quote || "").replace(/\s+/g, "")}”——${cewen.titled(data.policy)}（${bits.filter(Boolean).join("，") || data.doc}）`;
  };
  // What the reading of a measure was not sure of, or what a person who checked it decided.
  cewen.doubted = ({ doubts = [], review }) => {
    if (!review || !doubts.length) return doubts.map((doubt) => make("div", { class: "cw-doubt" }, say("doubt") + say("colon") + cewen.inLanguage(doubt)));
    const what = [say(review.good ? "read_rightly" : "read_wrongly"), review.note].filter(Boolean).join(say("comma"));
    return [make("div", { class: "cw-doubt", "data-review": review.good ? "good" : "wrong", title: [review.at, ...doubts.map(cewen.inLanguage)].join(" · ") }, say("checked") + say("colon") + what)];
  };
  cewen.source = { show, close, paragraphs };

  // A link from elsewhere (?source=…&parts=…) opens the panel at once.
  function fromAddress() {
    const parts = (cewen.address.get("parts") || "").split(",").filter(Boolean).map((part) => part.split("-").map(Number));
    return { entry: cewen.address.get("source"), parts };
  }
  if (cewen.address.get("source")) cewen.ready.then(() => show([fromAddress()], 0));
})(window.cewen);
