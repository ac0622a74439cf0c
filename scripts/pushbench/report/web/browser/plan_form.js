// The form: sliders over steps that people think in, and a table that follows them.
(() => {
  const model = JSON.parse(document.getElementById("plan-model").textContent);
  const form = document.getElementById("plan-form"), body = document.getElementById("plan-rows");
  const verdict = document.getElementById("plan-verdict"), reach = document.getElementById("plan-reach");
  const steps = {
    users: [10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 2e4, 5e4, 1e5, 2e5, 5e5, 1e6, 2e6, 5e6, 1e7],
    every_s: [0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 21600, 86400],
    staleness_s: [0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600],
    rtt_s: [0, 0.01, 0.02, 0.04, 0.08, 0.15], payload_bytes: [16, 32, 64, 128, 300, 512, 1024, 4096, 16384]};
  const whole = new Intl.NumberFormat("en"), two = new Intl.NumberFormat("en", {maximumSignificantDigits: 2});
  const span = s => s < 1 ? two.format(s * 1000) + " ms" : s < 60 ? two.format(s) + " s"
    : s < 3600 ? two.format(s / 60) + " min" : two.format(s / 3600) + " h";
  const said = {users: v => whole.format(v), every_s: v => "every " + span(v), staleness_s: span, rtt_s: span,
                payload_bytes: v => whole.format(v) + " B"};
  const interval = each => each ? two.format(each.middle) + "<br><small>" + two.format(each.low) + "–"
    + two.format(each.high) + "</small>" : "–";

  function asked() {
    const ask = {shared: form.elements.shared.checked};
    for (const name in steps) {
      ask[name] = steps[name][form.elements[name].value];
      const text = said[name](ask[name]);
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
      return `<tr class="${taken.includes(each) ? "taken" : ""}"><th scope="row"><span class="dot" style="background: `
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
  }

  for (const name in steps) form.elements[name].max = steps[name].length - 1;
  form.addEventListener("input", show);
  form.addEventListener("submit", event => event.preventDefault());
  show();
})();
