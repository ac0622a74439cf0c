// What × is held against: the best of each column, as the page says by itself, or one transport in all tables.
"use strict";

const {announce} = require("./announce.js");

const SHADED = ["base", "same"];

function start(data, state) {
  const choice = document.getElementById("base");
  if (!choice) return;
  const said = [...document.querySelectorAll(".base-says")];
  // Figures that have no × of their own, such as those of the tables about CPU, stay without.
  const cells = [...document.querySelectorAll("td[data-f]:has(b)")].filter(
    cell => data.figures[cell.dataset.f].against);
  const was = new Map(cells.map(cell => {
    const times = cell.querySelector(".times");
    return [cell, {text: times ? times.textContent : "", least: cell.classList.contains("least")}];
  }));

  function write(cell, text, isShaded) {
    let times = cell.querySelector(".times");
    if (!times && text) {
      times = document.createElement("small");
      times.className = "times";
      cell.querySelector("b").after(" ", times);
    }
    if (times) times.textContent = text;
    cell.classList.toggle("least", isShaded);
  }

  function show() {
    state.base = choice.value;
    for (const cell of cells) {
      if (!state.base) {
        write(cell, was.get(cell).text, was.get(cell).least);
        continue;
      }
      const [ratio, , tells] = data.figures[cell.dataset.f].against[state.base] || ["", "", ""];
      write(cell, ratio, SHADED.includes(tells));
    }
    const name = data.bases[state.base];
    const text = name ? `× is now the ratio to ${name}, and shaded are ${name} and who is shown to make no practical `
      + "difference to it, by the same rule. A table that it did not run in has no ×." : "";
    for (const line of said) {
      line.textContent = text;
      line.hidden = !text;
    }
    return text || "× is the ratio to the best of each column";
  }

  choice.addEventListener("change", () => announce(show()));
  show(); // a browser that comes back to a page may have kept the choice
}

module.exports = {start};
