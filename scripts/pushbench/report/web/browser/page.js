// Puts the parts of the page to work. Each stands alone: what one of them cannot do, the others still can.
"use strict";

const PARTS = ["./folds.js", "./scrolling.js", "./sorting.js", "./transports.js", "./baseline.js", "./figures.js",
               "./curves.js", "./plan_form.js"];

function start() {
  const data = JSON.parse(document.getElementById("run-data").textContent);
  const state = {base: "", hidden: new Set()}; // what the reader has chosen
  document.documentElement.classList.add("scripted");
  for (const name of PARTS) {
    try {
      require(name).start(data, state);
    } catch (error) {
      reportError(error);
    }
  }
}

if (typeof document !== "undefined") start();
