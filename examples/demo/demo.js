import { Clock } from "./clock.js";
import { Panel } from "./panel.js";
import { connect as byEventSource } from "./clients/eventsource.js";
import { connect as byWebSocket } from "./clients/websocket.js";
import { connect as byLongPoll } from "./clients/long-poll.js";
import { connect as byShortPoll } from "./clients/short-poll.js";

const TRANSPORTS = [
  { name: "Server-Sent Events", colour: "#009E73", file: "clients/eventsource.js", connect: byEventSource },
  { name: "WebSocket", colour: "#0072B2", file: "clients/websocket.js", connect: byWebSocket },
  { name: "Long poll", colour: "#CC79A7", file: "clients/long-poll.js", connect: byLongPoll },
  { name: "Short poll, 1 s", colour: "#D55E00", file: "clients/short-poll.js", connect: byShortPoll },
];

const clock = new Clock();
const panels = TRANSPORTS.map((each) => new Panel(each, clock));
const server = document.getElementById("server");

function say(text, away) {
  if (server.textContent !== text) server.textContent = text;
  server.classList.toggle("away", away);
}

let pushedFrom = null;

async function look() {
  try {
    const { push, is_up: isUp, slow } = await (await fetch("status")).json();
    if (pushedFrom !== push) return location.reload();  // the demo was started again, and is elsewhere now
    document.querySelector("[data-do=slow]").setAttribute("aria-pressed", slow);
    await clock.ask();
    say(isUp ? "The server is up." : "The server is down. Each client tries again by itself.", !isUp);
  } catch {
    say("The demo has ended. Start it again with make demo: this page goes on by itself.", true);
  }
}

async function act({ target }) {
  const what = target.dataset.do;
  if (what === "clear") return panels.forEach(({ ledger }) => ledger.clear());
  target.disabled = true;
  try {
    await fetch(`do/${what}`, { method: "POST" });
  } catch {
    // That nobody was there to do it is what look() finds as well, and says.
  } finally {
    target.disabled = false;
    look();
  }
}

document.getElementById("panels").append(...panels.map(({ root }) => root));
document.querySelectorAll("[data-do]").forEach((button) => button.addEventListener("click", act));
for (let tried = false; ; tried = true) {
  try {
    const { push, topic } = await (await fetch("status")).json();
    for (let i = 0; i < 5; i += 1) await clock.ask();
    panels.forEach((panel) => panel.start(push, topic));
    pushedFrom = push;
    break;
  } catch {
    if (!tried) say("The demo does not answer. Trying again.", true);
    await new Promise((done) => setTimeout(done, 1000));
  }
}
look();
setInterval(look, 2000);
setInterval(() => panels.forEach((panel) => panel.show(performance.now())), 500);
