// A field for a day.  The browser's own date field writes days as the browser's language does, whatever the page
// speaks; this one shows 2024-06-30, takes what people write (2024年6月, 20240630, 2024/6/30) and keeps the
// browser's calendar behind a button.  Other Chinese expressions (第三季度) are left to the server, which knows them.
"use strict";
(function (cewen) {
  const { say, make } = cewen;
  const iso = (year, month, day) => [year, String(month).padStart(2, "0"), String(day).padStart(2, "0")].join("-");
  const lastOf = (year, month) => new Date(Date.UTC(year, month, 0)).getUTCDate();

  const CHINESE = /[\u4e00-\u9fff]/;

  // What is written as an ISO day; a month or a year is its first day, or its last where `last`.  "" stays "", what
  // is no day is null.
  function dayOf(written, last) {
    const text = written.replace(/\s+/g, "");
    if (!text) return "";
    const parts = /^(\d{4})(\d\d)(\d\d)$/.exec(text) || /^(\d{4})(?:[-/.年](?:(\d{1,2})(?:[-/.月](?:(\d{1,2})日?)?)?)?)?底?$/.exec(text);
    if (!parts) return null;
    const [year, month, day] = parts.slice(1).map(Number);
    const inMonth = month || (last ? 12 : 1);
    if (inMonth > 12 || (day && day > lastOf(year, inMonth))) return null;
    return iso(year, inMonth, day || (last ? lastOf(year, inMonth) : 1));
  }

  // An input named `name` whose value is an ISO day or empty whenever it tells of a change.
  function dayField(name, { last = false } = {}) {
    const field = make("input", { name, type: "text", inputmode: "text", autocomplete: "off", maxlength: 12, placeholder: say("day_here"), title: say("day_hint") });
    const picker = make("input", { type: "date", class: "cw-day-picker", tabindex: "-1", "aria-hidden": "true" });
    const open = make("button", { type: "button", class: "cw-icon cw-day-open", title: say("pick_day"), "aria-label": say("pick_day") }, cewen.icon("day", 16));
    const box = make("span", { class: "cw-day" }, field, picker, open);
    const told = (valid) => {
      field.setCustomValidity(valid ? "" : say("day_hint"));
      field.setAttribute("aria-invalid", String(!valid));
    };
    // What is half written is nobody's filter yet.
    let telling = false;
    field.addEventListener("input", (event) => {
      told(true);
      if (!telling && field.value && dayOf(field.value, last) !== field.value) event.stopPropagation();
    });
    const tell = (day) => {
      field.value = day;
      telling = true;
      field.dispatchEvent(new Event("input", { bubbles: true }));
      telling = false;
    };
    const settle = () => {
      const written = field.value.trim();
      const day = dayOf(written, last) ?? (CHINESE.test(written) ? written : null);
      if (day !== null) return tell(day);
      told(false);
      field.reportValidity();
    };
    field.addEventListener("change", settle);
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.isComposing) return;
      event.preventDefault();
      settle();
    });
    picker.addEventListener("input", (event) => event.stopPropagation());
    picker.addEventListener("change", () => {
      tell(picker.value);
    });
    open.addEventListener("click", () => {
      picker.value = dayOf(field.value, last) || "";
      picker.showPicker();
    });
    return box;
  }

  Object.assign(cewen, { dayField, dayOf });
})(window.cewen);
