// The 问答 tab.  Python sends the whole conversation as a value; what has changed of it is drawn here.
"use strict";
cewenStart.chat = function (element, trigger, props, watch) {
  const cewen = window.cewen;
  const { say, make, icon } = cewen;
  const root = element.querySelector(".cw-chat");
  let state = { conversation: null, title: "", turns: [] };
  let busy = false;
  let halted = false; // stopped by the reader: late pieces are not drawn any more

  // ---- the frame of the tab ----------------------------------------------------------------------------
  const list = make("ul", { class: "cw-talk-list" });
  const search = make("input", { class: "cw-search", type: "search", placeholder: say("search_talks"), "aria-label": say("search_talks") });
  const talks = make(
    "aside",
    { class: "cw-talks", "aria-label": say("talks") },
    make("button", { type: "button", class: "cw-new", onclick: begin }, icon("plus"), say("new_talk")),
    search,
    list
  );
  const turns = make("ol", { class: "cw-turns", "aria-live": "polite", "aria-busy": "false" });
  const hello = make("div", { class: "cw-hello" });
  const scroll = make("div", { class: "cw-scroll", tabindex: "0" }, hello, turns);
  const field = make("textarea", { rows: 1, placeholder: say("ask_here"), "aria-label": say("ask_here"), maxlength: 20000, enterkeyhint: "send" });
  const send = make("button", { type: "submit", class: "cw-send", "aria-label": say("ask"), title: say("ask") }, icon("send", 20));
  const scope = make("select", { class: "cw-scope", "aria-label": say("scope"), title: say("scope") });
  const form = make("form", {}, scope, field, send);
  // Where the list of conversations is a drawer: a bar that opens it, names this conversation and begins another.
  const drawer = make("button", { type: "button", class: "cw-icon cw-drawer", "aria-label": say("talks"), title: say("talks"), "aria-expanded": "false", onclick: () => drawOut(root.dataset.talks !== "open") }, icon("list", 18));
  const titled = make("h1", { class: "cw-talk-title", hidden: true });
  const bar = make("div", { class: "cw-talk-bar" }, drawer, titled, make("button", { type: "button", class: "cw-icon cw-begin", "aria-label": say("new_talk"), title: say("new_talk"), onclick: begin }, icon("plus", 18)));
  function drawOut(out) {
    root.dataset.talks = out ? "open" : "";
    drawer.setAttribute("aria-expanded", String(out));
    if (out && !matchMedia("(pointer: coarse)").matches) search.focus({ preventScroll: true }); // on a phone it would call the keyboard
  }
  root.append(make("section", { class: "cw-talk" }, bar, scroll, make("div", { class: "cw-composer" }, form, make("p", { class: "cw-hint" }, say("ask_hint")))), make("div", { class: "cw-veil", onclick: () => drawOut(false) }), talks); // the conversation before the list, for the keyboard

  function grow() {
    field.style.height = "36px";
    field.style.height = Math.max(36, Math.min(180, field.scrollHeight)) + "px";
    send.disabled = !busy && !field.value.trim();
  }
  field.addEventListener("input", grow);
  field.addEventListener("keydown", (event) => {
    // While Chinese is being composed, Enter picks a word.
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (busy) return stop();
    ask(scoped(field.value));
  });

  // A chosen place or document goes into the question, where everybody can read it; a place that the question names
  // itself comes first.
  const RANK = /(?:特别行政区|自治区|自治州|自治县|自治旗|[省市区县旗盟州])$/;
  function scoped(question) {
    const chosen = scope.selectedOptions[0];
    if (!scope.value || !question.trim() || question.includes(scope.value)) return question;
    if (chosen.dataset.kind === "document") return `${scope.value}中，${question.trim()}`;
    const places = [...scope.options].filter((option) => option.dataset.kind === "place").map((option) => option.value);
    const names = places.flatMap((place) => [place, place.replace(RANK, "")]).filter((name) => name.length > 1);
    return names.some((name) => question.includes(name)) ? question : scope.value + question.trim();
  }
  async function loadScopes() {
    try {
      const facets = await cewen.request("/api/facets");
      const group = (key, kind, options) => make("optgroup", { label: say(key) }, options.map(([value, text]) => make("option", { value, "data-kind": kind }, text)));
      const places = [...new Set(facets.places.map((path) => path.at(-1)))].map((name) => [name, name]);
      // A paper is named by its number, which is shorter and plainer than its title, unless others bear it too.
      const own = (number) => number && facets.documents.filter((one) => one.doc_no === number).length === 1;
      const papers = facets.documents.map((one) => [own(one.doc_no) ? one.doc_no : cewen.titled(one.title), one.title]);
      scope.replaceChildren(make("option", { value: "" }, say(places.length > 1 ? "any_place" : "scope_all")), ...(places.length > 1 ? [group("place", "place", places)] : []), ...(papers.length > 1 ? [group("document", "document", papers)] : []));
      scope.value = [...scope.options].some((option) => option.value === kept()) ? kept() : "";
    } catch {
      scope.replaceChildren(make("option", { value: "" }, say("scope_all")));
    }
  }
  // Who asks about one place does so tomorrow too: the choice is kept in this browser.
  const SCOPE = "cewen-scope";
  const kept = () => localStorage.getItem(SCOPE) || "";
  scope.addEventListener("change", () => localStorage.setItem(SCOPE, scope.value));
  root.addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || root.dataset.talks !== "open") return;
    drawOut(false);
    drawer.focus();
  });

  // ---- asking ------------------------------------------------------------------------------------------
  function ask(question, insteadOf = null, without = []) {
    const words = question.trim();
    if (!words || busy) return;
    halted = false;
    sessionStorage.removeItem(UNSENT);
    setBusy(true);
    field.value = "";
    grow();
    if (matchMedia("(pointer: coarse)").matches) field.blur(); // the keyboard leaves, the answer has the screen
    const at = insteadOf ? state.turns.findIndex((turn) => turn.id === insteadOf) : state.turns.length;
    draw({ ...state, turns: [...state.turns.slice(0, at), { question: words, status: "working", html: "" }] });
    toLast();
    trigger("ask", { question: words, conversation: state.conversation, instead_of: insteadOf, without });
  }

  function stop() {
    halted = true;
    waiting = [];
    trigger("stop", { conversation: state.conversation });
    const last = state.turns.at(-1);
    draw({ ...state, turns: [...state.turns.slice(0, -1), { ...last, status: "stopped" }] });
    setBusy(false);
  }

  // While an answer is awaited, the service is asked now and then whether it is there: an answer that cannot come
  // any more is told in place, with a way to ask again, and not left at "searching".
  const WATCHED_S = 4;
  let watching = null;
  async function watchService() {
    const asked = state.turns.at(-1);
    const there = await fetch(cewen.at("/health"), { cache: "no-store" }).then((answer) => answer.ok, () => false);
    if (!busy || there || state.turns.at(-1)?.question !== asked?.question) return;
    lose();
  }
  function lose(error = say("connection_lost")) {
    if (!busy) return;
    halted = true;
    const last = state.turns.at(-1);
    sessionStorage.setItem(UNSENT, last.question);
    draw({ ...state, turns: [...state.turns.slice(0, -1), { ...last, status: "failed", error }] });
    setBusy(false);
  }
  addEventListener("offline", () => busy && watchService()); // a service on this machine stays reachable
  // What Gradio would tell in a window of its own, in English: who is not logged in any more, a queue that is full.
  const refused = new MutationObserver(() => {
    const told = document.querySelector(".toast-body.error .toast-text");
    if (told) lose(/connection/i.test(told.textContent) ? say("connection_lost") : told.textContent.trim());
  });
  // Gradio loads the page anew once the service is back; what was asked waits in the field then.
  const UNSENT = "cewen-unsent";

  function setBusy(value) {
    busy = value;
    clearInterval(watching);
    watching = value ? setInterval(watchService, 1000 * WATCHED_S) : null;
    if (value) refused.observe(document.body, { childList: true, subtree: true });
    else refused.disconnect();
    turns.setAttribute("aria-busy", String(value));
    send.replaceChildren(icon(value ? "stop" : "send", 20));
    send.title = say(value ? "stop" : "ask");
    send.setAttribute("aria-label", send.title);
    grow();
  }

  watch("value", () => {
    const value = props.value;
    const last = value?.turns?.at(-1);
    const shown = state.turns.slice(0, value?.at ?? 0); // what is before `at` stays as it is shown
    if (!last || (halted && last.status !== "stopped")) return; // late pieces of what was stopped
    if (value.conversation !== state.conversation && !busy) return; // another conversation was opened
    draw({ ...value, turns: [...shown, ...value.turns] });
    if (last && ["done", "failed", "stopped"].includes(last.status)) {
      setBusy(false);
      if (value.conversation) cewen.address.set({ c: value.conversation }, { replace: true });
      if (value.at > shown.length) openTalk(value.conversation); // turns that another window asked
      if (!isFirst(value.conversation)) loadTalks();
      if (last.status === "done") askWaiting();
    }
  });

  // ---- drawing -----------------------------------------------------------------------------------------
  const drawn = []; // what each list item was drawn from

  function draw(next) {
    const same = next.conversation && next.conversation === state.conversation;
    state = { conversation: next.conversation ?? null, title: next.title || (same ? state.title : ""), turns: next.turns };
    hello.hidden = state.turns.length > 0;
    hello.style.display = hello.hidden ? "none" : "";
    const called = state.turns.length ? state.title || state.turns[0].question : "";
    titled.textContent = called;
    titled.hidden = !called;
    if (document.body.dataset.tab === "chat") cewen.entitle(called);
    while (turns.children.length > state.turns.length) {
      turns.lastChild.remove();
      drawn.pop();
    }
    state.turns.forEach((turn, at) => {
      const key = JSON.stringify(turn);
      if (drawn[at] === key) return;
      drawn[at] = key;
      const old = turns.children[at];
      if (!old) turns.append(drawTurn(turn));
      else if (turn.status === "writing" && old.querySelector(".cw-text")) {
        old.querySelector(".cw-text").innerHTML = turn.html;
        setOff(old.querySelector(".cw-text"));
      } else old.replaceWith(drawTurn(turn));
    });
  }

  function drawTurn(turn) {
    const question = make("div", { class: "cw-question" });
    const edit = make("button", { type: "button", class: "cw-icon", title: say("edit"), "aria-label": say("edit"), onclick: () => editing(question, turn) }, icon("pen"));
    const asked = make("p", { role: "heading", "aria-level": "2" }, make("span", { class: "cw-hidden" }, say("you") + say("colon")), turn.question);
    question.append(turn.id ? edit : "", asked);
    if (turn.question.length > LONG || turn.question.split("\n").length > 5) question.append(unfolding(question));
    return make("li", { class: "cw-turn", "data-status": turn.status }, question, make("div", { class: "cw-answer" }, ...drawAnswer(turn)));
  }

  // A long question is folded, so that it does not push its answer off the screen.
  const LONG = 140;
  function unfolding(question) {
    question.dataset.long = "folded";
    const button = make("button", { type: "button", class: "cw-basis", "aria-expanded": "false", onclick: () => turnOver() }, say("show_whole"));
    const turnOver = () => {
      const open = question.dataset.long === "folded";
      question.dataset.long = open ? "open" : "folded";
      button.setAttribute("aria-expanded", String(open));
      button.textContent = say(open ? "show_fewer" : "show_whole");
    };
    return button;
  }

  function drawAnswer(turn) {
    if (turn.status === "working") {
      return [make("div", { class: "cw-working", role: "status" }, make("span", { class: "cw-dots" }, make("i"), make("i"), make("i")), say("working"))];
    }
    if (turn.status === "failed") {
      return [
        make("div", { class: "cw-error", role: "alert" }, cewen.inLanguage(turn.error)),
        make("div", { class: "cw-actions" }, make("button", { type: "button", class: "cw-small", onclick: () => retry(turn) }, say("try_again"))),
      ];
    }
    const text = make("div", { class: "cw-text" });
    text.innerHTML = turn.html; // made by assistant.view: everything escaped, no links, no images
    text.querySelectorAll(".cite").forEach((marker) => marker.setAttribute("aria-label", say("citation", { n: marker.dataset.n })));
    text.querySelectorAll("table").forEach((table) => (table.tabIndex = 0));
    setOff(text);
    if (turn.status === "writing") return [text];
    if (turn.status === "stopped") return [text, make("p", { class: "cw-stopped" }, say(turn.interrupted ? "interrupted" : "stopped")), actions(turn)];
    const label = cewen.words["outcome_" + turn.outcome];
    return [
      chips(turn),
      label && make("div", { class: "cw-outcome", "data-outcome": turn.outcome }, label),
      text,
      choices(turn),
      cards(turn, text),
      actions(turn),
      next(turn),
    ].filter(Boolean);
  }

  // Who and when stand out of the sentence that says them, in the colours that they have in cards and sources; the
  // paper's own words are set off from ours.
  const SAID = /(牵头单位|责任单位|完成时限|\bLead|\bResponsible|\bDeadline)(：|: )(.+?)(?=[；;]\s*(?:牵头|责任|完成|Lead|Responsible|Deadline)|[。）]|\.\s|\.?$)/g;
  const KINDS = { 牵头单位: "lead", 责任单位: "responsible", 完成时限: "deadline", Lead: "lead", Responsible: "responsible", Deadline: "deadline" };
  const QUOTED = /^《[^“]*[：:]\s*“/;
  function setOff(text) {
    for (const part of text.querySelectorAll("p, li")) {
      if (QUOTED.test(part.textContent)) {
        if (part.tagName === "P") part.className = "cw-quoted";
        continue;
      }
      for (const node of [...part.childNodes].filter((child) => child.nodeType === Node.TEXT_NODE)) {
        const pieces = [];
        let at = 0;
        for (const found of node.data.matchAll(SAID)) {
          const value = found.index + found[1].length + found[2].length;
          pieces.push(node.data.slice(at, value), make("span", { class: "cw-said-" + KINDS[found[1]] }, found[3]));
          at = value + found[3].length;
        }
        if (at) node.replaceWith(...pieces, node.data.slice(at));
      }
    }
  }

  function chips(turn) {
    if (!turn.chips?.length && !turn.taken_out?.length) return null;
    const kinds = { place: "place", department: "department", date: "deadline", unknown: "not_in_index" };
    return make(
      "div",
      { class: "cw-chips", role: "group", "aria-label": say("understood") },
      say("understood"),
      turn.chips.map((chip) => make("span", { class: "cw-chip", "data-kind": chip.kind, "data-carried": chip.carried, title: chip.carried && say("carried_more") }, chip.carried && make("small", {}, say("carried")), chip.text[0].toUpperCase() + chip.text.slice(1) + (chip.kind === "unknown" ? " · " + say(kinds.unknown) : ""), changing(turn, chip, "take_out"))),
      (turn.taken_out || []).map((chip) => make("span", { class: "cw-chip cw-chip-out", "data-kind": chip.kind }, make("s", { title: say("taken_out") }, chip.text), changing(turn, chip, "put_back")))
    );
  }

  // The button of a chip: the same question once more, without what the chip names, or with it again.
  const without = (turn) => (turn.taken_out || []).map((chip) => chip.key);
  function changing(turn, chip, act) {
    if (!turn.id) return null;
    const label = say(act, { text: chip.text });
    const keys = act === "take_out" ? [...without(turn), chip.key] : without(turn).filter((key) => key !== chip.key);
    return make("button", { type: "button", class: "cw-chip-button", title: label, "aria-label": label, onclick: () => ask(turn.question, turn.id, keys) }, icon(act === "take_out" ? "cross" : "plus", 12));
  }

  function choices(turn) {
    if (!turn.choices?.length) return null;
    return make("div", { class: "cw-choices", role: "group", "aria-label": say("choose") }, turn.choices.map((choice) => make("button", { type: "button", onclick: () => ask(choice) }, choice)));
  }

  let examples = []; // of the empty page; after a refusal they say what can be asked
  const asking = (questions) => questions.map((question) => make("button", { type: "button", onclick: () => ask(question) }, question));
  function next(turn) {
    if (["not_found", "declined"].includes(turn.outcome) && !turn.choices?.length) return instead(turn);
    if (!turn.next?.length) return null;
    return make("div", { class: "cw-next", role: "group", "aria-label": say("next") }, asking(turn.next));
  }

  // After a refusal: what the documents of the place that was meant can be asked for, and where they are listed.
  function instead(turn) {
    const places = (turn.chips || []).filter((chip) => chip.kind === "place");
    if (places.length !== 1) {
      if (!examples.length) return null;
      return make("div", { class: "cw-next", role: "group", "aria-label": say("examples") }, make("span", {}, say("examples")), asking(examples.slice(0, 3)));
    }
    const place = places[0].key.replace(/^place:/, "");
    const name = place.split("/").at(-1);
    const box = make("div", { class: "cw-next", role: "group", "aria-label": say("examples") });
    const list = () => make("button", { type: "button", class: "cw-next-list", onclick: () => cewen.show("ledger", { ...cewen.noFilters, place }) }, say("all_of_place", { place: name }));
    cewen.request("/api/examples?" + new URLSearchParams({ language: cewen.language, place })).then(
      ({ questions }) => box.append(...(questions.length ? [make("span", {}, say("examples_of", { place: name })), ...asking(questions.slice(0, 3)), list()] : [make("span", {}, say("examples")), ...asking(examples.slice(0, 3))])),
      () => box.remove()
    );
    return box;
  }

  function cards(turn, text) {
    if (!turn.cards?.length) return null;
    if (turn.cards.length > FEW_CARDS) {
      text.firstElementChild.after(...asTable(turn, text));
      return null;
    }
    const few = make("div", { class: "cw-cards", "data-beside": turn.cards.length === 2 && severalPlaces(turn) }, turn.cards.map((card) => drawCard(turn, card)));
    return turn.cards.length > 1 ? make("div", {}, few, toLedger(turn)) : few;
  }

  // A list of many stands as text or as a table of who and when, by a switch below its first line, or in the ledger.
  function asTable(turn, text) {
    const place = make("div", { class: "cw-cards-table", hidden: true });
    const view = (key, shape, table) => make("button", { type: "button", "aria-pressed": String(!table), onclick: () => turnTo(table) }, icon(shape, 15), say(key));
    const views = [view("as_list", "list", false), view("as_table", "table", true)];
    const turnTo = (table) => {
      if (table && !place.childElementCount) place.append(drawCardTable(turn));
      place.hidden = !table;
      text.toggleAttribute("data-table", table);
      views.forEach((button, at) => button.setAttribute("aria-pressed", String(Boolean(at) === table)));
    };
    return [make("div", { class: "cw-list-bar" }, make("div", { class: "cw-views-of-list", role: "group", "aria-label": say("view") }, views), toLedger(turn)), place];
  }

  // Many cards are one table, a row each, to compare and to copy; on a phone a card each again.
  const FEW_CARDS = 3;
  const CARD_COLUMNS = ["measure", "lead", "responsible", "deadline"];
  function drawCardTable(turn) {
    const papers = new Set(turn.cards.map((card) => card.basis.paper)).size;
    const line = (card) => {
      const where = [papers > 1 && cewen.titled(card.basis.paper), card.basis.number && say("number_n", { n: card.basis.number })].filter(Boolean);
      const heading = [cite(card.n), " ", place(turn, card), card.heading, make("small", {}, where.join(" · "))];
      const cells = [heading, names(card, "lead"), names(card, "responsible"), make("div", {}, card.deadlines.length ? limits(card) : null, card.deadlines.length > 1 ? null : badge(card.standing))];
      return make("tr", { "data-n": card.n, "data-measure": card.measure }, cells.map((cell, at) => make("td", { "data-column": CARD_COLUMNS[at], "data-label": say(CARD_COLUMNS[at]) }, cell)));
    };
    const head = make("thead", {}, make("tr", {}, CARD_COLUMNS.map((key) => make("th", { scope: "col" }, say(key)))));
    return make("div", { class: "cw-table cw-card-table" }, make("table", {}, head, make("tbody", {}, turn.cards.map(line))));
  }

  // An answer that lists measures leads to the same list in the ledger, to filter, export and print; only to the same.
  function toLedger(turn) {
    if (!turn.ledger || !(turn.cards?.length > 1)) return null;
    const link = make("button", { type: "button", class: "cw-basis cw-to-ledger", hidden: true }, say("in_the_ledger", { count: turn.cards.length }) + " →");
    const { department, place } = turn.ledger;
    const wanted = (department ? ["true", null] : [null]).flatMap((lead_only) => (place ? [null, "false"] : [null]).map((below) => ({ ...turn.ledger, lead_only, below })));
    const counted = (filters) => {
      const query = new URLSearchParams(Object.entries({ ...filters, below: filters.place && filters.below === null ? "true" : null, limit: 0 }).filter(([, value]) => value !== null));
      return cewen.request("/api/measures?" + query).then((data) => data.total === turn.cards.length, () => false);
    };
    const find = async () => {
      for (const filters of wanted) {
        if (!(await counted(filters))) continue;
        link.addEventListener("click", () => cewen.show("ledger", { ...cewen.noFilters, ...filters }));
        link.hidden = false;
        return;
      }
    };
    find();
    return link;
  }

  function drawCard(turn, card) {
    const b = card.basis;
    const where = [cewen.titled(b.paper), b.doc_no, (b.section || []).at(-1), b.number && say("number_n", { n: b.number }), b.page && say("page_n", { n: b.page })];
    return make(
      "article",
      { class: "cw-card", "data-measure": card.measure, "data-standing": card.standing },
      make("header", {}, make("h3", {}, place(turn, card), card.heading, cite(card.n)), badge(card.standing)),
      make(
        "dl",
        {},
        make("dt", {}, say("lead")), make("dd", {}, names(card, "lead")),
        make("dt", {}, say("responsible")), make("dd", {}, names(card, "responsible")),
        make("dt", {}, say("deadline")), make("dd", {}, limits(card)),
        make("dt", {}, say("basis")), make("dd", {}, make("button", { type: "button", class: "cw-basis", "data-n": card.n }, where.filter(Boolean).join(" · ")))
      )
    );
  }

  // The parts that a card and a row of the table share.
  const place = (turn, card) => (severalPlaces(turn) && card.basis.place?.length ? make("span", { class: "cw-card-place" }, card.basis.place.at(-1)) : null);
  const unstated = () => make("span", { class: "none" }, say("unstated"));
  const names = (card, kind) => [
    card[kind].length ? make("span", { class: kind }, card[kind].join("、")) : unstated(),
    kind === "responsible" && card.inherited.length ? make("div", { class: "cw-rule" }, say("plan_wide", { names: card.inherited.join("、") })) : null,
  ];
  const limits = (card) =>
    card.deadlines.length
      ? card.deadlines.map((limit) => make("div", { class: "deadline" }, cewen.limit(limit), card.deadlines.length > 1 && badge(limit.standing)))
      : unstated();
  const severalPlaces = (turn) => new Set(turn.cards.map((card) => (card.basis.place || []).join("/"))).size > 1;
  const badge = (standing) => make("span", { class: "cw-badge cw-s-" + standing }, say("standing_" + standing));
  const cite = (n) => make("button", { type: "button", class: "cite", "data-n": n, "aria-label": say("citation", { n }) }, String(n));

  // ---- what one can do with an answer ------------------------------------------------------------------
  function actions(turn) {
    const bar = make("div", { class: "cw-actions" });
    const button = (key, shape, act, more = {}) => make("button", { type: "button", class: "cw-small", "aria-label": say(key), title: say(key), onclick: act, ...more }, icon(shape, 16), make("span", {}, say(key)));
    if (turn.citations?.length) bar.append(button("copy_cited", "quote", () => cewen.copy(...copied(turn, true))));
    if (turn.text) bar.append(button("copy", "copy", () => cewen.copy(...copied(turn, false)), { "data-brief": turn.citations?.length > 0 }));
    if (turn.answer && turn.status === "done") bar.append(button("share", "link", () => cewen.copy(linkTo(turn)), { "data-brief": true }));
    if (turn.id) bar.append(button("again", "again", () => ask(turn.question, turn.id, without(turn)), { "data-brief": true }));
    else bar.append(button("again", "again", () => retry(turn)));
    if (turn.answer && turn.status === "done") {
      const useful = button("useful", "good", () => rate(true), { "aria-pressed": String(turn.useful === true), "data-brief": "always" });
      const wrong = button("wrong", "bad", () => rate(false), { "aria-pressed": String(turn.useful === false), "data-brief": "always" });
      const rate = async (value) => {
        const again = (value ? useful : wrong).getAttribute("aria-pressed") === "true";
        try {
          if (again) await cewen.request("/api/feedback/" + turn.answer, { method: "DELETE" });
          else await cewen.request("/api/feedback", { method: "POST", body: { message: turn.answer, useful: value } });
        } catch (error) {
          return cewen.toastError(error);
        }
        useful.setAttribute("aria-pressed", String(!again && value));
        wrong.setAttribute("aria-pressed", String(!again && !value));
        bar.parentElement.querySelector(".cw-feedback")?.remove();
        if (!again && !value) bar.after(reasons(turn));
        else if (!again) cewen.toast(say("thanks"));
      };
      bar.append(useful, wrong);
    }
    if (turn.verified?.exact && !turn.verified.paraphrased) bar.append(make("span", { class: "cw-checked", title: say("verified_more") }, "✓ " + say("verified", { count: turn.verified.exact })));
    if (turn.seconds) bar.append(make("span", { class: "cw-took" }, say("took", { seconds: Math.max(0.01, turn.seconds).toFixed(2) })));
    return bar;
  }

  // A link that asks this again, with the turns before it where there are any: whoever opens it gets the answer from
  // the documents that they may see, and nobody's conversation.
  function linkTo(turn) {
    const link = new URLSearchParams();
    for (const one of state.turns.slice(0, state.turns.indexOf(turn) + 1).slice(-MOST_SHARED)) {
      link.append("q", one.question);
      for (const key of without(one)) link.append("x", key);
    }
    return `${location.origin}${location.pathname}?${link}`;
  }
  const MOST_SHARED = 6;
  function askShared() {
    const given = [];
    for (const [name, value] of cewen.address.all()) {
      if (name === "q" && value.trim()) given.push([value, null, []]);
      if (name === "x") given.at(-1)?.[2].push(value);
    }
    if (!given.length) return false;
    cewen.address.set({ q: null, x: null }, { replace: true });
    waiting = given.slice(-MOST_SHARED);
    askWaiting();
    return true;
  }
  let waiting = []; // questions of such a link that are still to be asked
  const askWaiting = () => waiting.length && ask(...waiting.shift());

  // What is wrong can be said by pressing, which is enough on a phone, in words, or both.
  const REASONS = ["wrong_unit", "wrong_time", "wrong_source", "wrong_missing", "wrong_other"];
  function reasons(turn) {
    const chips = REASONS.map((key) => make("button", { type: "button", class: "cw-small", "aria-pressed": "false", onclick: (event) => event.currentTarget.setAttribute("aria-pressed", String(event.currentTarget.getAttribute("aria-pressed") !== "true")) }, say(key)));
    const why = make("textarea", { rows: 2, placeholder: say("what_is_wrong_more"), "aria-label": say("what_is_wrong"), maxlength: 1900 });
    const right = make("textarea", { rows: 2, placeholder: say("right_answer"), "aria-label": say("right_answer"), maxlength: 10000 });
    const leave = make("button", { type: "button", class: "cw-small", onclick: () => box.remove() }, say("later"));
    const box = make("form", { class: "cw-feedback" }, make("h3", {}, say("what_is_wrong")), make("div", { class: "cw-reasons" }, chips), why, right, make("div", {}, leave, make("button", { type: "submit", class: "cw-main-button" }, say("send"))));
    box.addEventListener("submit", async (event) => {
      event.preventDefault();
      const chosen = chips.filter((chip) => chip.getAttribute("aria-pressed") === "true").map((chip) => chip.textContent);
      const reason = [chosen.join("、"), why.value.trim()].filter(Boolean).join(say("colon"));
      try {
        await cewen.request("/api/feedback", { method: "POST", body: { message: turn.answer, useful: false, reason, right_answer: right.value } });
        box.remove();
        cewen.toast(say("thanks"));
      } catch (error) {
        cewen.toastError(error);
      }
    });
    setTimeout(() => (matchMedia("(pointer: coarse)").matches ? box.scrollIntoView({ block: "nearest" }) : why.focus()), 0);
    return box;
  }

  // An answer as it is pasted elsewhere, plain and with its form; markers stay only where their sources follow.
  function copied(turn, cited) {
    const sources = cited ? turn.citations.map((c) => `[${c.n}] ${cewen.sourceLine(c, c.quote)}`) : [];
    const form = make("div", {});
    form.innerHTML = turn.html;
    form.querySelectorAll(".cite").forEach((marker) => (cited ? marker.replaceWith(`[${marker.dataset.n}]`) : marker.remove()));
    form.append(...sources.map((line) => make("p", {}, line)));
    return [[unmarked(turn.text, cited), ...sources].join("\n").trim(), form.innerHTML];
  }

  // Markdown as plain text: no stars, a table's columns by tabs.
  function unmarked(text, cited) {
    const lines = text.replace(/\*\*/g, "").split("\n").filter((line) => !/^\|[\s|:-]+\|$/.test(line));
    const plain = lines.map((line) => line.replace(/^> ?/, "").replace(/^\|\s*(.*?)\s*\|$/, (_, cells) => cells.split(/\s*\|\s*/).join("\t"))).join("\n");
    return (cited ? plain : plain.replace(/ ?\[\d{1,3}\](?:–\[\d{1,3}\])?/g, "")) + (cited ? "\n" : "");
  }

  function retry(turn) {
    draw({ ...state, turns: state.turns.filter((other) => other !== turn) });
    ask(turn.question);
  }

  function editing(question, turn) {
    if (busy) return;
    const area = make("textarea", { "aria-label": say("edit"), maxlength: 20000 });
    area.value = turn.question;
    const box = make("form", { class: "cw-edit" }, area, make("div", {}, make("button", { type: "button", class: "cw-small", onclick: () => box.replaceWith(question) }, say("cancel")), make("button", { type: "submit", class: "cw-main-button" }, say("ask"))));
    box.addEventListener("submit", (event) => {
      event.preventDefault();
      ask(area.value, turn.id);
    });
    question.replaceWith(box);
    area.focus();
  }

  turns.addEventListener("click", (event) => {
    const marker = event.target.closest?.("[data-n]");
    if (!marker) return;
    const turn = state.turns[[...turns.children].indexOf(marker.closest(".cw-turn"))];
    const citations = turn?.citations || [];
    const at = citations.findIndex((citation) => citation.n === Number(marker.dataset.n));
    if (at >= 0) cewen.source.show(citations, at, marker);
  });

  // ---- a source at a glance: its words beside the marker, before anybody opens it -------------------------
  const peek = make("div", { class: "cw-peek", id: "cw-peek", role: "tooltip", hidden: true });
  root.append(peek);
  let glance = null;
  function lookAt(marker) {
    const turn = state.turns[[...turns.children].indexOf(marker.closest(".cw-turn"))];
    const source = turn?.citations?.find((citation) => citation.n === Number(marker.dataset.n));
    if (!source?.quote || !marker.isConnected) return;
    const where = [cewen.titled(source.paper), source.number && say("number_n", { n: source.number }), source.page && say("page_n", { n: source.page })];
    peek.replaceChildren(make("p", {}, source.quote.replace(/\s+/g, "")), make("small", {}, where.filter(Boolean).join(" · ")));
    peek.hidden = false;
    const at = marker.getBoundingClientRect();
    const above = at.top > peek.offsetHeight + 64;
    peek.style.left = `${Math.max(8, Math.min(at.left - 24, innerWidth - peek.offsetWidth - 8))}px`;
    peek.style.top = `${above ? at.top - peek.offsetHeight - 6 : at.bottom + 6}px`;
    marker.setAttribute("aria-describedby", peek.id);
  }
  function lookAway() {
    clearTimeout(glance);
    peek.hidden = true;
    turns.querySelector("[aria-describedby=cw-peek]")?.removeAttribute("aria-describedby");
  }
  turns.addEventListener("pointerover", (event) => {
    const marker = event.pointerType === "mouse" && event.target.closest?.(".cite");
    if (!marker) return;
    lookAway();
    glance = setTimeout(() => lookAt(marker), 250);
    marker.addEventListener("pointerleave", lookAway, { once: true });
  });
  turns.addEventListener("focusin", (event) => event.target.matches(".cite:focus-visible") && lookAt(event.target));
  for (const name of ["focusout", "click"]) turns.addEventListener(name, lookAway);
  scroll.addEventListener("scroll", lookAway, { passive: true });

  function toLast() {
    const last = turns.lastElementChild;
    if (last) scroll.scrollTop += last.getBoundingClientRect().top - scroll.getBoundingClientRect().top - 4;
  }

  // ---- conversations -----------------------------------------------------------------------------------
  function begin() {
    if (busy) stop();
    cewen.source.close();
    draw({ conversation: null, title: "", turns: [] });
    cewen.address.set({ c: null });
    drawOut(false);
    markTalk();
    field.focus();
  }

  async function openTalk(id) {
    drawOut(false);
    if (busy) stop();
    try {
      draw(await cewen.request("/api/conversations/" + encodeURIComponent(id)));
      cewen.address.set({ c: id });
      toLast();
      markTalk();
      // asked in another window, where it is still being answered
      if (state.turns.at(-1)?.status === "working") setTimeout(() => state.conversation === id && !busy && openTalk(id), 1500);
    } catch (error) {
      cewen.address.set({ c: null }, { replace: true });
      cewen.toastError(error);
    }
  }

  async function loadTalks() {
    try {
      const data = await cewen.request("/api/conversations?" + new URLSearchParams({ words: search.value }));
      let day = null;
      list.replaceChildren(...data.conversations.flatMap((talk) => (day === (day = dayOf(talk.updated)) ? [drawTalk(talk)] : [make("li", { class: "cw-day" }, day), drawTalk(talk)])));
      if (!data.conversations.length) list.append(make("li", { class: "cw-none" }, say("no_talks")));
      markTalk();
    } catch (error) {
      list.replaceChildren(make("li", { class: "cw-none" }, error.message));
    }
  }

  // Today, yesterday, the last seven days; before that the month.
  function dayOf(moment) {
    const then = new Date(moment);
    const days = Math.round((new Date().setHours(0, 0, 0, 0) - new Date(then).setHours(0, 0, 0, 0)) / 86_400_000);
    if (days < 1) return say("today");
    if (days === 1) return say("yesterday");
    if (days < 8) return say("last_days");
    return then.toLocaleDateString(cewen.language === "zh" ? "zh-CN" : "en-GB", { year: "numeric", month: "long" });
  }

  function drawTalk(talk) {
    const rename = async () => {
      const title = await cewen.entered(say("rename"), talk.title);
      if (!title) return;
      await cewen.request("/api/conversations/" + talk.id, { method: "PATCH", body: { title } }).catch((error) => cewen.toastError(error));
      loadTalks();
    };
    const remove = async () => {
      if (!(await cewen.confirmed(say("really_delete"), "delete"))) return;
      await cewen.request("/api/conversations/" + talk.id, { method: "DELETE" }).catch((error) => cewen.toastError(error));
      if (state.conversation === talk.id) begin();
      loadTalks();
    };
    const tool = (key, shape, act) => make("button", { type: "button", class: "cw-icon", title: say(key), "aria-label": say(key) + say("colon") + talk.title, onclick: act }, icon(shape, 14));
    return make(
      "li",
      { "data-talk": talk.id },
      make("button", { type: "button", title: talk.title, onclick: () => openTalk(talk.id) }, talk.title),
      make("span", { class: "cw-talk-more" }, tool("rename", "pen", rename), make("a", { class: "cw-icon", href: cewen.at(`/api/conversations/${talk.id}/export`), download: true, title: say("export"), "aria-label": say("export") + say("colon") + talk.title }, icon("down", 14)), tool("delete", "bin", remove))
    );
  }

  // Whether the conversation that was just used stands first in the list, below the head of today.
  const isFirst = (id) => list.children[0]?.textContent === say("today") && list.children[1]?.dataset.talk === id;

  function markTalk() {
    list.querySelectorAll("[data-talk]").forEach((item) => {
      if (item.dataset.talk === state.conversation) item.setAttribute("aria-current", "true");
      else item.removeAttribute("aria-current");
    });
  }
  document.addEventListener("visibilitychange", () => document.hidden || loadTalks()); // another window may have asked
  let pause = null;
  search.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(loadTalks, 200);
  });

  // ---- the empty page ----------------------------------------------------------------------------------
  function drawHello() {
    const holds = make("p", { class: "cw-holds" });
    const grid = make("div", { class: "cw-examples" }, [1, 2, 3, 4].map(() => make("div", { class: "cw-skeleton" })));
    hello.replaceChildren(make("h1", {}, say("hello")), make("p", {}, say("hello_more")), holds, make("h2", {}, say("examples")), grid);
    cewen
      .request("/ready")
      .then((data) => (holds.textContent = say("holds", data)))
      .catch((error) => (holds.textContent = error.message));
    cewen
      .request("/api/examples?language=" + cewen.language)
      .then((data) => grid.replaceChildren(...(examples = data.questions).map((question) => make("button", { type: "button", onclick: () => ask(question) }, question))))
      .catch(() => grid.replaceChildren());
  }

  document.addEventListener("cewen:address", () => {
    const id = cewen.address.get("c");
    if ((id || null) === state.conversation || busy) return;
    if (id) openTalk(id);
    else draw({ conversation: null, title: "", turns: [] });
  });

  cewen.shown.chat = () => cewen.entitle(titled.textContent);
  cewen.ask = (question) => {
    cewen.show("chat");
    ask(question);
  };
  document.addEventListener("cewen:index", () => (drawHello(), loadScopes()));
  drawHello();
  loadScopes();
  loadTalks();
  field.value = sessionStorage.getItem(UNSENT) || "";
  grow();
  const given = cewen.address.get("c");
  if (!askShared() && given) openTalk(given);
  if (innerWidth > 760) field.focus();
};
