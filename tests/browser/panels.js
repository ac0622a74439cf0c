// What the demo's page shows: a function's source, run in the page.
() => ({
  server: document.getElementById("server").textContent,
  open: document.querySelectorAll("details[open]").length,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  focus: document.activeElement?.dataset.do ?? "",
  panels: [...document.querySelectorAll("article")].map((panel) => ({
    name: panel.querySelector("h2").textContent,
    state: panel.querySelector(".state").textContent,
    code: panel.querySelector("code").textContent,
    points: panel.querySelector("polyline").getAttribute("points").split(" ").filter(Boolean).length,
    ...Object.fromEntries([...panel.querySelectorAll("[data-figure]")].map(({ dataset, textContent }) => [dataset.figure, textContent])),
  })),
})
