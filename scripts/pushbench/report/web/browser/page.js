// Puts the parts of the page to work. Each stands alone: what one of them cannot do, the others still can.
"use strict";

const PARTS = ["./folds.js", "./scrolling.js", "./sorting.js", "./transports.js", "./baseline.js", "./figures.js",
               "./curves.js"];
const LATER = ["./plan_form.js"]; // far below, and it adds up some hundred plans: the page is shown before

function start() {
  const data = JSON.parse(document.getElementById("run-data").textContent);
  const state = {base: "", hidden: new Set()}; // what the reader has chosen
  const begin = names => {
    for (const name of names) {
      try {
        require(name).start(data, state);
      } catch (error) {
        reportError(error);
      }
    }
  };
  document.documentElement.classList.add("scripted");
  begin(PARTS);
  setTimeout(begin, 0, LATER);
}

if (typeof document !== "undefined") start();
