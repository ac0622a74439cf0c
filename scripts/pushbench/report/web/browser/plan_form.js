// The form: sliders over steps that people think in, and a table that follows them.
"use strict";

const {plan} = require("./plan.js");
const {cellOf, cellText, cellsOf, drawn, isAllBeyond, kindsOf, placeAt, summary} = require("./plan_map.js");
const {SAID, STEPS, fromHash, span, toHash, two} = require("./plan_steps.js");

function start({plan: model}) {
  const form = document.getElementById("plan-form");
  if (!model || !form) return;
  const body = document.getElementById("plan-rows");
  const verdict = document.getElementById("plan-verdict"), reach = document.getElementById("plan-reach");
  const interval = each => each ? two.format(each.middle) + "<br><small>" + two.format(each.low) + "–"
    + two.format(each.high) + "</small>" : "–";

  function asked() {
    const ask = {shared: form.elements.shared.checked};
    for (const name in STEPS) {
      ask[name] = STEPS[name][form.elements[name].value];
      const text = SAID[name](ask[name]);
      document.getElementById("plan-" + name).textContent = text;
      form.elements[name].setAttribute("aria-valuetext", text);
    }
    return ask;
  }

  function waits(each) {
    if (each.late_s === null) return "–";
    if (each.usual_s !== null) return "≤ " + span(each.late_s) + "<br><small>" + span(each.usual_s)
      + " on average</small>";
    return span(each.late_s) + (each.in_time ? "" : "<br><small>too late</small>");
  }

  function show() {
    const ask = asked(), rows = plan(model, ask), titles = {};
    for (const one of model.transports) titles[one.name] = one.title;
    const taken = rows.filter(each => ["least", "no practical difference", "not told apart"].includes(each.standing));
    body.innerHTML = rows.map(each => {
      const one = model.transports.find(other => other.name === each.name);
      return `<tr class="${taken.includes(each) ? "taken" : ""}" data-transport="${each.name}"><th scope="row"><span class="dot" style="background: `
        + `${one.colour}"></span>${one.title}<small class="standing">${each.standing}</small></th>`
        + [each.cores, each.memory_gib, each.mbit_per_s, each.gb_a_month].map(v => `<td>${interval(v)}</td>`).join("")
        + `<td>${waits(each)}</td></tr>`;
    }).join("");
    const open = taken.some(each => each.standing === "not told apart");
    const names = taken.map(each => titles[each.name]).join(" or ");
    verdict.textContent = !taken.length ? "None is in time." : open ? `No winner: ${names} are not told apart.`
      : `The least server CPU: ${names}.`;
    const far = Math.max(1, ...rows.flatMap(each => Object.values(each.beyond)));
    reach.textContent = far > 1 ? `Extrapolated: up to ${two.format(far)} × the most that was measured.`
      : "All of it lies within what was measured.";
    drawMap(ask);
  }

  const map = document.getElementById("plan-map"), under = document.getElementById("plan-under");

  // The map depends on the sliders that it does not have: while those stand, only its mark moves.
  let drawnFor = "", cells = null;
  function drawMap(ask) {
    const {users, rtt_s, payload_bytes, shared} = ask, key = JSON.stringify([users, rtt_s, payload_bytes, shared]);
    if (key !== drawnFor) cells = cellsOf(model, ask);
    drawnFor = key;
    const at = {every_s: STEPS.every_s.indexOf(ask.every_s), staleness_s: STEPS.staleness_s.indexOf(ask.staleness_s)};
    map.innerHTML = drawn(model, cells, at);
    map.setAttribute("aria-label", `Who costs the least server CPU, by how often each is notified and how late is fine: `
      + `${summary(model, cells)}. Yours: ${cellText(model, cellOf(model, ask), ask)}.`);
    under.textContent = cellText(model, cells[at.staleness_s][at.every_s], ask);
    document.getElementById("plan-beyond").textContent = isAllBeyond(cells) ? "All of this map is extrapolated."
      : "With a point: extrapolated.";
  }

  function pointed(event) {
    const box = map.firstElementChild.getBoundingClientRect();
    return placeAt((event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height);
  }

  function legend() {
    const parts = [...kindsOf(model).values()].map(({title}, at) => `<li><svg class="sample" viewBox="0 0 34 14" aria-hidden="true">`
      + `<rect width="34" height="14" fill="url(#map-kind-${at})"/></svg> ${title}</li>`);
    document.getElementById("plan-kinds").innerHTML = parts.join("")
      + "<li>Half and half: not told apart. Empty: none is in time. <span id=\"plan-beyond\"></span></li>";
  }

  function take(places) {
    for (const name in STEPS) if (places[name] !== undefined) form.elements[name].value = places[name];
    if (places.shared !== undefined) form.elements.shared.checked = places.shared;
    show();
  }

  function keepInLink() {
    history.replaceState(null, "", toHash(asked()));
  }

  for (const name in STEPS) form.elements[name].max = STEPS[name].length - 1;
  form.addEventListener("input", show);
  form.addEventListener("change", keepInLink);
  form.addEventListener("submit", event => event.preventDefault());
  map.addEventListener("pointermove", event => {
    const place = pointed(event);
    if (place) under.textContent = cellText(model, cells[place.staleness_s][place.every_s], {
      every_s: STEPS.every_s[place.every_s], staleness_s: STEPS.staleness_s[place.staleness_s]});
  });
  map.addEventListener("pointerleave", show);
  map.addEventListener("click", event => {
    const place = pointed(event);
    if (!place) return;
    take(place);
    keepInLink();
  });
  const follow = () => {
    const said = fromHash(location.hash);
    if (!said) return;
    take(said);
    document.getElementById("plan").scrollIntoView();
  };
  addEventListener("hashchange", follow);
  legend();
  show();
  follow();
}

module.exports = {start};
