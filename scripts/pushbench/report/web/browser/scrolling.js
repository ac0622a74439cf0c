// What is wider than the page scrolls inside it. Here it also says so, and can be scrolled by the arrow keys.
"use strict";

const BOXES = ".scroll, figure";

const named = new Set(); // a reader who goes from box to box hears their names alone: no two are the same

function plain(element) {
  return (element?.textContent || "").trim().replace(/\s+/g, " ").slice(0, 70);
}

function nameOf(box) {
  const inside = box.querySelector("caption, figcaption, table[aria-label]");
  const said = inside && (inside.getAttribute("aria-label") || plain(inside));
  const around = [box.closest("section, article")?.querySelector("h2, h3"), box.closest("details")?.firstElementChild];
  const name = (said || around.map(plain).filter(Boolean).join(": ") || "a table").slice(0, 140);
  let free = name;
  for (let number = 2; named.has(free); ++number) free = `${name} (${number})`;
  named.add(free);
  return free + ", scrolls sideways";
}

function hintBefore(box) {
  if (box.previousElementSibling?.matches(".hint")) return box.previousElementSibling;
  const hint = document.createElement("p");
  hint.className = "hint";
  hint.setAttribute("aria-hidden", "true"); // the region says it too
  hint.textContent = "scrolls sideways →";
  box.before(hint);
  return hint;
}

// How wide it is by itself, without the room that lineUp() gives its last column.
function widthInside(box) {
  const given = box.classList.contains("wide") ? parseFloat(box.style.getPropertyValue("--beyond")) || 0 : 0;
  return (box.querySelector(":scope > table")?.offsetWidth ?? box.scrollWidth) - given;
}

// A column comes to rest where the one that stays ends. So that the last ones can, there is room beyond them.
function lineUp(box, inside) {
  const [first, ...others] = box.querySelector("tr.columns")?.cells || [];
  if (!first) return;
  const stays = first.offsetWidth, most = inside - box.clientWidth;
  const rest = others.map(each => each.offsetLeft - stays).find(at => at >= most) ?? most;
  box.style.setProperty("--stays", `${stays}px`);
  box.style.setProperty("--beyond", `${Math.max(0, rest - most)}px`);
}

function look(box) {
  if (!box.clientWidth) return; // folded away
  const inside = widthInside(box), wide = inside > box.clientWidth + 1;
  if (wide) lineUp(box, inside);
  if (wide === box.classList.contains("wide")) return;
  box.classList.toggle("wide", wide);
  if (wide) {
    box.tabIndex = 0;
    box.setAttribute("role", box.matches("figure") ? "figure" : "region");
    box.setAttribute("aria-label", box.dataset.name ||= nameOf(box));
    hintBefore(box).hidden = false;
  } else {
    for (const name of ["tabindex", "role", "aria-label"]) box.removeAttribute(name);
    hintBefore(box).hidden = true;
  }
}

function start() {
  const watch = new ResizeObserver(seen => {
    // Not while it is measured: a hint that appears changes what is observed.
    requestAnimationFrame(() => { for (const {target} of seen) look(target); });
  });
  for (const box of document.querySelectorAll(BOXES)) {
    watch.observe(box);
    box.addEventListener("scroll", () => {
      const end = box.scrollLeft + box.clientWidth >= box.scrollWidth - 1;
      box.classList.toggle("at-end", end);
    }, {passive: true});
  }
}

module.exports = {start};
