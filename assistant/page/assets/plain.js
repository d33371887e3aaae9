// The theme of the pages that stand alone: as it was chosen on the others, else as the machine has it.
"use strict";
{
  const kept = localStorage.getItem("cewen-theme");
  const dark = kept ? kept === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
  addEventListener("DOMContentLoaded", () => document.body.classList.toggle("dark", dark));
}
