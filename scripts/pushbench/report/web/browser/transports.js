// Which transports are shown: in all tables and curves at once, never in the sums behind them.
"use strict";

const {announce} = require("./announce.js");

function start(data, state) {
  const form = document.getElementById("shown-form");
  if (!form) return;
  const count = document.getElementById("shown-count");
  const rules = document.head.appendChild(document.createElement("style"));

  function show() {
    const boxes = [...form.querySelectorAll("input[name=transport]")];
    const left = boxes.filter(each => each.checked);
    state.hidden = new Set(boxes.filter(each => !each.checked).map(each => each.value));
    rules.textContent = [...state.hidden].map(name => `[data-transport="${CSS.escape(name)}"]`).join(", ")
      + (state.hidden.size ? " { display: none }" : "");
    count.textContent = state.hidden.size ? `: ${left.length} of ${boxes.length}` : "";
    form.classList.toggle("hides", state.hidden.size > 0);
    document.dispatchEvent(new Event("shown"));
  }

  form.addEventListener("change", () => {
    show();
    const numberOf = selector => form.querySelectorAll(selector).length;
    announce(`${numberOf("input:checked")} of ${numberOf("input")} transports are shown`);
  });
  form.addEventListener("reset", () => requestAnimationFrame(() => {
    show();
    announce("All transports are shown");
  }));
  form.addEventListener("submit", event => event.preventDefault());
  show();
}

module.exports = {start};
