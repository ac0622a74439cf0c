// What is folded: a link to it opens it, and paper has no folds.
"use strict";

const LONG = "[data-long]"; // lists of hundreds of lines, which nobody wants on paper

function targetOf(hash) {
  const id = decodeURIComponent(hash.slice(1));
  return id ? document.getElementById(id) || document.getElementById("claim-" + id) : null;
}

function open(element) {
  for (let each = element.closest("details"); each; each = each.parentElement.closest("details")) each.open = true;
  if (element.matches(".claim")) for (const each of element.querySelectorAll(":scope > details")) each.open = true;
}

function follow() {
  const element = targetOf(location.hash);
  if (!element) return;
  open(element);
  element.scrollIntoView();
  // Whoever goes on by the keyboard goes on from here.
  if (element.tabIndex < 0) element.tabIndex = -1;
  element.focus({preventScroll: true});
}

function unfoldForPaper() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll("main details:not([open])")].filter(
      each => !each.matches(LONG) && !each.closest(".tools"));
    for (const each of opened) each.open = true;
  });
  addEventListener("afterprint", () => {
    for (const each of opened) each.open = false;
    opened = [];
  });
}

// The menus at the top lie over the page: they close when one has chosen, goes elsewhere, or says so.
function closeMenus() {
  const menus = [...document.querySelectorAll(".tools details")];
  document.addEventListener("click", event => {
    for (const menu of menus) {
      if (!menu.contains(event.target) || event.target.closest("a")) menu.open = false;
    }
  });
  document.addEventListener("keydown", event => {
    const menu = event.key === "Escape" && menus.find(each => each.open);
    if (!menu) return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  for (const menu of menus) menu.addEventListener("toggle", () => {
    if (menu.open) for (const other of menus) if (other !== menu) other.open = false;
  });
}

function start() {
  addEventListener("hashchange", follow);
  // A click on a link that is already the address changes nothing, and may still find its end folded.
  document.addEventListener("click", event => {
    const link = event.target.closest("a[href^='#']");
    if (link && link.hash === location.hash) follow();
  });
  unfoldForPaper();
  closeMenus();
  if (location.hash) follow();
}

module.exports = {start};
