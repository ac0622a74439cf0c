// A page in a real browser, told what to do line by line on standard input: {"click": "cut"}, {"shot": FILE},
// {"width": 390}, {"figures": true}. Each is answered by a line of JSON.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [address, browserPath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath: browserPath, args: ["--no-sandbox"] });
const page = await browser.newPage({ viewport: { width: 1200, height: 900 } });
const faults = [];
page.on("pageerror", (error) => faults.push(String(error)));

const figures = () => page.evaluate(() => ({
  server: document.getElementById("server").textContent,
  open: document.querySelectorAll("details[open]").length,
  overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
  panels: [...document.querySelectorAll("article")].map((panel) => ({
    name: panel.querySelector("h2").textContent,
    state: panel.querySelector(".state").textContent,
    code: panel.querySelector("code").textContent,
    points: panel.querySelector("polyline").getAttribute("points").split(" ").filter(Boolean).length,
    ...Object.fromEntries([...panel.querySelectorAll("[data-figure]")].map(({ dataset, textContent }) => [dataset.figure, textContent])),
  })),
}));

// A page that reloads itself has nothing to show for a moment.
async function shown() {
  for (;;) {
    try {
      return { ...(await figures()), focus: await page.evaluate(() => document.activeElement?.dataset.do ?? "") };
    } catch (error) {
      if (!/context was destroyed|because of a navigation/.test(String(error))) throw error;
      await page.waitForLoadState();
    }
  }
}

async function follow(told) {
  if (told.click) await page.click(`[data-do=${told.click}]`, { timeout: 20000 });
  if (told.press) await page.keyboard.press(told.press);
  if (told.width) await page.setViewportSize({ width: told.width, height: 900 });
  if (told.dark) await page.emulateMedia({ colorScheme: "dark" });
  if (told.shot) await page.screenshot({ path: told.shot, fullPage: true });
  return { ...(await shown()), faults };
}

await page.goto(address);
for await (const line of createInterface({ input: process.stdin })) console.log(JSON.stringify(await follow(JSON.parse(line))));
await browser.close();
