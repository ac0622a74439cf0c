// The map beside the sliders: its mark is where they stand, and a click on it moves them.
"use strict";

const {drawn, placeAt} = require("./map_drawing.js");
const {cellText, cellsOf, isAllBeyond, kindsOf, summary} = require("./plan_cells.js");
const {STEPS} = require("./plan_steps.js");

// `take` is given what a click chooses, as steps of two sliders. Returns what draws the map for a plan that is asked.
function mapOf(model, take) {
  const map = document.getElementById("plan-map"), under = document.getElementById("plan-under");
  let drawnFor = "", cells = null, ask = null;

  const textAt = ({every_s, staleness_s}) => cellText(model, cells[staleness_s][every_s], {
    every_s: STEPS.every_s[every_s], staleness_s: STEPS.staleness_s[staleness_s]});
  const own = () => ({every_s: STEPS.every_s.indexOf(ask.every_s),
                      staleness_s: STEPS.staleness_s.indexOf(ask.staleness_s)});

  function pointed(event) {
    const box = map.firstElementChild.getBoundingClientRect();
    return placeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  function draw(asked) {
    ask = asked;
    // While the sliders stand that the map does not have, only its mark moves.
    const {users, rtt_s, payload_bytes, shared} = ask, key = JSON.stringify([users, rtt_s, payload_bytes, shared]);
    if (key !== drawnFor) cells = cellsOf(model, ask);
    drawnFor = key;
    map.innerHTML = drawn(model, cells, own());
    map.setAttribute("aria-label", "Who costs the least server CPU of those in time, by how often each is notified and "
      + `how late is fine: ${summary(model, cells)}. Yours: ${textAt(own())}.`);
    under.textContent = textAt(own());
    document.getElementById("plan-beyond").textContent = isAllBeyond(cells) ? "All of this map is extrapolated."
      : "With a point: extrapolated.";
  }

  function legend() {
    const kinds = [...kindsOf(model).values()].map(({title}, at) => '<li><svg class="sample" viewBox="0 0 34 14" '
      + `aria-hidden="true"><rect width="34" height="14" fill="url(#map-kind-${at})"/></svg> ${title}</li>`);
    document.getElementById("plan-kinds").innerHTML = kinds.join("")
      + '<li>Half and half: not told apart. Empty: none is in time. <span id="plan-beyond"></span></li>';
  }

  map.addEventListener("pointermove", event => {
    const place = pointed(event);
    if (place) under.textContent = textAt(place);
  });
  map.addEventListener("pointerleave", () => { under.textContent = textAt(own()); });
  map.addEventListener("click", event => {
    const place = pointed(event);
    if (place) take(place);
  });
  legend();
  return draw;
}

module.exports = {mapOf};
