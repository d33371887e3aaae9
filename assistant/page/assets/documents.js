// The 文件 tab: what is indexed, and a document to read with its outline, its measures marked.
"use strict";
cewenStart.documents = function (element) {
  const cewen = window.cewen;
  const { say, make } = cewen;
  const root = element.querySelector(".cw-documents");
  let known = null;
  let me = null;
  let job = null; // the change of the index that is under way or was last
  let open = null; // {doc, at, window} of the reading view

  async function load() {
    const doc = cewen.address.get("doc");
    if (doc && open?.doc === doc && open.at === Number(cewen.address.get("at") || 0) && root.querySelector(".cw-reader")) return cewen.entitle(doc);
    try {
      if (!known) {
        root.replaceChildren(make("div", { class: "cw-page" }, [1, 2, 3].map(() => make("div", { class: "cw-skeleton cw-paper" }))));
        [known, me] = await Promise.all([cewen.request("/api/documents").then((data) => data.documents), cewen.request("/api/me")]);
      }
      if (doc) await read(doc, Number(cewen.address.get("at") || 0));
      else drawList();
    } catch (error) {
      root.replaceChildren(make("p", { class: "cw-notice", role: "alert" }, error.message));
    }
  }

  // ---- the list ----------------------------------------------------------------------------------------
  function drawList() {
    open = null;
    cewen.entitle();
    const staff = me.may.includes("staff");
    if (!known.length && !staff) return root.replaceChildren(make("p", { class: "cw-notice" }, say("no_documents")));
    const list = make("ul", { class: "cw-papers" });
    const search = make("input", { type: "search", class: "cw-find", placeholder: say("search_documents"), "aria-label": say("search_documents") });
    const none = make("p", { class: "cw-notice", role: "status", hidden: true }, say("no_document_fits"));
    const draw = () => {
      const words = search.value.trim().split(/\s+/).filter(Boolean);
      const told = (policies) => JSON.stringify(policies.map((p) => [p.title, p.doc_no, p.place, p.issuer]));
      const holds = (text) => words.every((word) => text.includes(word));
      const fits = known.filter((one) => holds(one.name + told(one.policies)));
      // of a file of many papers, those that were looked for, unless only all together have the words
      const papers = (one) => (words.length ? one.policies.filter((p) => holds(told([p]))) : []);
      list.replaceChildren(...fits.map((one) => drawDocument(one, papers(one))));
      none.hidden = !known.length || list.childElementCount > 0;
    };
    search.addEventListener("input", draw);
    root.replaceChildren(make("div", { class: "cw-page" }, make("header", { class: "cw-page-head" }, make("h1", {}, say("documents_title")), search), staff && intake(), staff && !known.length && make("p", { class: "cw-notice" }, say("no_documents_staff")), list, none));
    draw();
  }

  // ---- adding and removing (staff) ---------------------------------------------------------------------
  function intake() {
    const field = make("input", { type: "file", multiple: true, class: "cw-hidden", tabindex: "-1", "aria-label": say("upload"), accept: cewen.formats.join(), onchange: () => upload(field.files) });
    const inside = make("label", { class: "cw-inside", title: say("internal_more") }, make("input", { type: "checkbox", name: "internal" }), say("upload_internal"));
    const box = make("div", { class: "cw-intake" }, make("button", { type: "button", class: "cw-main-button", onclick: () => field.click() }, say("upload")), field, make("span", {}, say("upload_hint")), cewen.login && inside, make("div", { class: "cw-job", role: "status", "aria-live": "polite" }));
    cewen.droppable(box, upload);
    setTimeout(drawJob, 0);
    return box;
  }

  async function upload(files) {
    if (!files.length) return;
    const form = new FormData();
    for (const file of files) form.append("files", file);
    if (root.querySelector(".cw-inside input")?.checked) form.append("internal", "true");
    await change(() => cewen.request("/api/documents", { method: "POST", form }));
  }

  async function change(begin) {
    try {
      job = { state: "running", lines: [], message: "" };
      drawJob();
      job = await begin();
      while (job.state === "running") {
        drawJob();
        await new Promise((resolve) => setTimeout(resolve, 300));
        job = await cewen.request("/api/jobs/" + job.id);
      }
      known = (await cewen.request("/api/documents")).documents;
      open = null;
      document.dispatchEvent(new CustomEvent("cewen:index"));
      if (document.body.dataset.tab === "documents" && !cewen.address.get("doc")) drawList();
      if (job.lines.length === 1) cewen.toast(job.lines[0].file + say("colon") + say("file_" + job.lines[0].state)); // the report may be out of sight
    } catch (error) {
      job = { state: "failed", lines: [], message: error.message };
    }
    drawJob();
  }

  function drawJob() {
    const box = root.querySelector(".cw-job");
    if (!box || !job) return;
    const part = job.total ? `${job.done} / ${job.total}` : "";
    const share = job.total ? job.done / job.total : 0;
    const way = cewen.way(share, say("updating"));
    const lines = job.lines.map(drawLine);
    box.replaceChildren(
      ...(job.state === "running"
        ? [make("p", { class: "cw-working" }, make("span", { class: "cw-dots" }, make("i"), make("i"), make("i")), `${say("updating")} ${part}`), way, make("p", { class: "cw-meanwhile" }, say("meanwhile"))]
        : [make("p", { "data-state": job.state }, outcome())]),
      lines.length ? make("ul", {}, lines) : ""
    );
  }

  // What became of the change: the server says why nothing came of it, the rest is counted here.
  function outcome() {
    if (job.lines.length && job.lines.every((line) => line.state === "failed")) return say("nothing_added");
    if (job.state === "failed") return cewen.inLanguage(job.message) || say("update_failed");
    return say("holds", { documents: known.length, measures: known.reduce((all, one) => all + one.measures, 0) });
  }

  // A file's own message may begin with its name, which stands before it already.
  function drawLine(line) {
    let why = line.reason ? cewen.inLanguage(line.reason) : "";
    if (why.startsWith(line.file)) why = why.slice(line.file.length).replace(/^[：:，\s]+/, "");
    const read = ["new", "changed"].includes(line.state) ? say(line.measures ? "measures_n" : "no_measures_read", { count: line.measures }) : "";
    const more = why || read;
    const became = line.state === "failed" && why ? why : [say("file_" + line.state), more].filter(Boolean).join(say("comma"));
    return make("li", { "data-state": line.state }, make("b", {}, line.file), say("colon") + became, read ? waysOn(line) : null);
  }

  // From a file that was just read to its measures, and to those of them that a person should check.
  function waysOn(line) {
    const titles = known.find((one) => one.name === line.file)?.policies.map((policy) => policy.title) || [];
    const box = make("span", { class: "cw-ways-on" });
    if (titles.length !== 1 || !line.measures) return box;
    const way = (words, changes) => make("button", { type: "button", class: "cw-small", onclick: () => cewen.show("ledger", { ...cewen.noFilters, document: titles[0], ...changes, doc: null, at: null }) }, words);
    box.append(way(say("to_ledger"), {}));
    cewen.request("/api/measures?" + new URLSearchParams({ document: titles[0], reviewed: false, limit: 0 })).then(
      ({ total }) => total && box.append(way(say("with_count", { what: say("doubt"), count: total }), { lacking: "doubt" })),
      () => {}
    );
    return box;
  }

  // Staff decide who sees a document: visitors get answers and lists as if an internal one did not exist.
  function internalSwitch(one) {
    const box = make("input", { type: "checkbox", role: "switch", "aria-label": say("internal") + say("colon") + one.name });
    box.checked = one.internal;
    box.addEventListener("change", async () => {
      box.disabled = true;
      try {
        const found = await cewen.request("/api/documents/internal?" + new URLSearchParams({ doc: one.name, internal: box.checked }), { method: "PUT" });
        for (const other of known) other.internal = found.internal.includes(other.name);
        cewen.toast(say(one.internal ? "now_internal" : "now_open", { name: one.name }));
      } catch (error) {
        cewen.toastError(error);
      }
      box.disabled = false;
      box.checked = one.internal;
      box.closest(".cw-paper").toggleAttribute("data-internal", one.internal);
    });
    return make("label", { class: "cw-switch", title: say("internal_more") }, box, make("i", { "aria-hidden": "true" }), say("internal"));
  }

  async function remove(one) {
    if (!(await cewen.confirmed(say("really_remove", { name: one.name }), "remove"))) return;
    await change(() => cewen.request("/api/documents?" + new URLSearchParams({ doc: one.name }), { method: "DELETE" }));
  }

  const FEW_PAPERS = 4;
  function drawDocument(one, sought) {
    const many = one.policies.length > 1;
    const papers = (sought.length ? sought : one.policies).map((policy) => drawPolicy(one, policy, many ? null : forStaff(one)));
    const rest = papers.splice(FEW_PAPERS);
    return make(
      "li",
      { class: "cw-paper", "data-doc": one.name, "data-internal": one.internal },
      make("div", { class: "cw-paper-file" }, make("b", {}, one.name), make("span", {}, [say("measures_n", { count: one.measures }), say("characters_n", { count: one.characters.toLocaleString() }), many && say("policies_n", { count: one.policies.length })].filter(Boolean).join(" · "))),
      papers,
      rest.length ? make("details", { class: "cw-more-papers", open: sought.length > 0 }, make("summary", {}, say("more_papers", { count: rest.length })), rest) : null,
      one.warnings.length ? make("details", { class: "cw-warnings" }, make("summary", {}, say("with_count", { what: say("warnings"), count: one.warnings.length })), make("ul", {}, one.warnings.map((warning) => make("li", {}, cewen.inLanguage(warning))))) : null,
      one.policies.length === 1 ? null : forStaff(one)
    );
  }

  function forStaff(one) {
    if (!me.may.includes("staff")) return null;
    const leave = make("button", { type: "button", class: "cw-small cw-remove", "aria-label": say("remove") + say("colon") + one.name, onclick: () => remove(one) }, say("remove"));
    return make("div", { class: "cw-paper-staff" }, cewen.login && internalSwitch(one), leave);
  }

  function drawPolicy(one, policy, more) {
    const rows = [
      ["doc_no", policy.doc_no],
      ["issuer", policy.issuer.join("、")],
      ["issued", policy.issued],
      ["place", policy.place.join(" › ")],
      ["valid", [policy.effective && say("from_day", { day: policy.effective }), policy.expires && say("to_day", { day: policy.expires })].filter(Boolean).join(" ")],
    ];
    const counts = [
      one.policies.length > 1 ? say("measures_n", { count: policy.measures }) : null, // of the only paper, the file's count
      policy.measures && policy.without_lead ? say("without_lead_n", { count: policy.without_lead }) : null,
      policy.measures && policy.without_deadline ? say("without_deadline_n", { count: policy.without_deadline }) : null,
    ];
    return make(
      "section",
      { class: "cw-policy" },
      make("h2", {}, make("button", { type: "button", onclick: () => go(one.name, policy.start) }, policy.title)),
      make("dl", {}, rows.filter(([, value]) => value).map(([key, value]) => make("div", {}, make("dt", {}, say(key)), make("dd", {}, value)))),
      counts.some(Boolean) && make("p", {}, counts.filter(Boolean).join(" · ")),
      make(
        "div",
        { class: "cw-policy-tools" },
        make("button", { type: "button", class: "cw-small", onclick: () => go(one.name, policy.start) }, say("read")),
        policy.measures ? make("button", { type: "button", class: "cw-small", onclick: () => cewen.show("ledger", { ...cewen.noFilters, document: policy.title, doc: null, at: null }) }, say("to_ledger")) : null,
        more
      )
    );
  }

  // ---- reading -----------------------------------------------------------------------------------------
  function go(doc, at) {
    cewen.address.set({ doc, at: at || null });
    load();
  }

  async function read(doc, at) {
    const text = make("article", { class: "cw-reader", tabindex: "0" });
    const items = make("ol", {});
    const back = make("button", { type: "button", class: "cw-small", onclick: () => (cewen.address.set({ doc: null, at: null }), drawList()) }, "‹ " + say("back_to_documents"));
    const fold = make("button", { type: "button", class: "cw-small cw-outline-fold", "aria-expanded": "false", onclick: () => unfold(nav.dataset.open === undefined) }, say("outline"));
    const nav = make("nav", { class: "cw-outline", "aria-label": say("outline") }, make("div", { class: "cw-outline-bar" }, back, fold), make("h2", {}, say("outline")), items);
    const unfold = (out) => fold.setAttribute("aria-expanded", String(nav.toggleAttribute("data-open", out)));
    root.replaceChildren(make("div", { class: "cw-reading" }, make("h1", { class: "cw-hidden" }, doc), nav, text));
    cewen.entitle(doc);
    text.append(...[95, 100, 92, 70].map((width) => make("p", { class: "cw-skeleton", style: `width:${width}%` })));
    const [outline, data] = await Promise.all([
      cewen.request("/api/documents/outline?" + new URLSearchParams({ doc })),
      stretch(doc, Math.max(0, at - 300), at + 7000),
    ]);
    open = { doc, at, window: data.window };
    items.append(
      ...outline.items.map((item) =>
        make("li", { "data-level": item.level }, make("button", { type: "button", onclick: () => (unfold(false), go(doc, item.start)) }, item.title, item.measures ? make("span", {}, item.measures) : null))
      )
    );
    text.replaceChildren(...paragraphs(data));
    ends(text);
    const target = [...text.querySelectorAll("[data-start]")].filter((p) => Number(p.dataset.start) <= at).at(-1);
    if (at && target) {
      text.scrollTop = target.offsetTop - text.offsetTop - 12;
      // a paper's own beginning is no passage that was looked for
      if (!outline.items.some((item) => item.level === 0 && item.start === at)) target.classList.add("cw-here");
    }
    const current = [...items.children].filter((_, n) => outline.items[n].start <= at + 1).at(-1);
    current?.setAttribute("aria-current", "true");
    if (current) current.scrollIntoView({ block: "nearest" });
  }

  // As in the source panel; a measure opens from the keyboard too.
  function paragraphs(data) {
    const made = cewen.source.paragraphs(data);
    for (const one of made) if (one.dataset.ref) one.tabIndex = 0;
    return made;
  }

  const stretch = (doc, start, end) => cewen.request("/api/documents/text?" + new URLSearchParams({ doc, start, end }));

  // Sentinels at both ends: when one comes into view, the text goes on.
  function ends(text) {
    for (const before of [true, false]) {
      if (before ? open.window.start <= 0 : open.window.end >= open.window.total) continue;
      const mark = make("div", { class: "cw-more-text" }, say("loading"));
      before ? text.prepend(mark) : text.append(mark);
      const seen = new IntersectionObserver(
        async (entries) => {
          if (!entries.some((entry) => entry.isIntersecting)) return;
          seen.disconnect();
          const here = open;
          const range = before ? [Math.max(0, here.window.start - 6000), here.window.start - 1] : [here.window.end + 1, here.window.end + 6000];
          try {
            const data = await stretch(here.doc, ...range);
            if (open !== here) return;
            const height = text.scrollHeight;
            mark.replaceWith(...paragraphs(data));
            if (before) {
              here.window.start = data.window.start;
              text.scrollTop += text.scrollHeight - height;
            } else here.window.end = data.window.end;
            text.querySelectorAll(".cw-more-text").forEach((old) => old.remove());
            ends(text);
          } catch (error) {
            mark.textContent = error.message;
          }
        },
        { root: text, rootMargin: "200px" }
      );
      seen.observe(mark);
    }
  }

  const openMeasure = (event) => {
    const paragraph = event.target.closest(".cw-reader p[data-ref]");
    if (paragraph && !String(getSelection())) cewen.source.show([{ entry: paragraph.dataset.ref }], 0, paragraph);
  };
  element.addEventListener("click", openMeasure);
  element.addEventListener("keydown", (event) => event.key === "Enter" && openMeasure(event));

  cewen.shown.documents = load;
  if (document.body.dataset.tab === "documents") load();
};
