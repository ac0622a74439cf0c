// The form: sliders over steps that people think in, and a table that follows them.
"use strict";

const {passedOver, plan} = require("./plan.js");
const {mapOf} = require("./plan_map.js");
const {SAID, STEPS, fromHash, span, spreadOver, toHash} = require("./plan_steps.js");
const {commandOf, figure} = require("./plan_words.js");
const {two} = require("./numbers.js");

function start({plan: model}) {
  const form = document.getElementById("plan-form");
  if (!model || !form) return;
  const body = document.getElementById("plan-rows");
  const verdict = document.getElementById("plan-verdict"), reach = document.getElementById("plan-reach");
  const command = document.getElementById("plan-command");

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
    const below = [each.usual_s === null ? "" : span(each.usual_s) + " on average", spreadOver(each.processes),
                   each.in_time ? "" : "too late"].filter(Boolean).map(text => `<br><small>${text}</small>`);
    return (each.usual_s === null ? "" : "≤ ") + span(each.late_s) + below.join("");
  }

  function show() {
    const ask = asked(), rows = plan(model, ask), titles = {};
    for (const one of model.transports) titles[one.name] = one.title;
    const taken = rows.filter(each => ["least", "no practical difference", "not told apart"].includes(each.standing));
    body.innerHTML = rows.map(each => {
      const one = model.transports.find(other => other.name === each.name);
      return `<tr class="${taken.includes(each) ? "taken" : ""}" data-transport="${each.name}"><th scope="row">`
        + `<span class="dot" style="background: ${one.colour}"></span>${one.title}`
        + `<small class="standing">${each.standing}</small></th>`
        + [each.cores, each.memory_gib, each.mbit_per_s, each.gb_a_month].map(v => `<td>${figure(v)}</td>`).join("")
        + `<td>${waits(each)}</td></tr>`;
    }).join("");
    const open = taken.some(each => each.standing === "not told apart");
    const names = taken.map(each => titles[each.name]);
    const of = passedOver(rows) ? "Of those in time, the least server CPU: " : "The least server CPU: ";
    verdict.textContent = !taken.length ? "None is in time."
      : open ? `No winner: ${names.join(" and ")} are not told apart.` : of + names.join(" or ") + ".";
    const far = Math.max(1, ...rows.flatMap(each => Object.values(each.beyond)));
    reach.textContent = far > 1 ? `Extrapolated: up to ${two(far)} × the most that was measured.`
      : "All of it lies within what was measured.";
    command.textContent = commandOf(ask, model.run);
    draw(ask);
  }

  function take(places) {
    for (const name in STEPS) if (places[name] !== undefined) form.elements[name].value = places[name];
    if (places.shared !== undefined) form.elements.shared.checked = places.shared;
    show();
  }

  function keepInLink() {
    history.replaceState(null, "", toHash(asked()));
  }

  const draw = mapOf(model, places => {
    take(places);
    keepInLink();
  });
  function follow() {
    const said = fromHash(location.hash);
    if (!said) return;
    take(said);
    document.getElementById("plan").scrollIntoView();
  }

  for (const name in STEPS) form.elements[name].max = STEPS[name].length - 1;
  form.addEventListener("input", show);
  form.addEventListener("change", keepInLink);
  form.addEventListener("submit", event => event.preventDefault());
  addEventListener("hashchange", follow);
  show();
  follow();
}

module.exports = {start};
