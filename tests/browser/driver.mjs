// Chromium, driven by Playwright: what it may be told to do.
import { readFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { obeyAll } from "./obeying.mjs";

const [executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox", "--enable-automation", "--remote-debugging-port=0"] });
const pages = [];

// The same browser without what Playwright makes each page believe: that it is looked at. Such a page never sleeps.
let unwatched;
async function windowOfItsOwn() {
  if (unwatched) return unwatched;
  const { arguments: told } = await (await browser.newBrowserCDPSession()).send("Browser.getBrowserCommandLine");
  const [, folder] = told.find((each) => each.startsWith("--user-data-dir=")).split("=");
  const [port] = (await readFile(`${folder}/DevToolsActivePort`, "utf8")).split("\n");
  const natural = await chromium.connectOverCDP(`http://127.0.0.1:${port}`, { noDefaults: true });
  return (unwatched = natural.contexts()[0]);
}

const orders = {
  version: () => browser.version(),
  // Each page has a context of its own, so a connection pool, cookies and a network of its own. `beside` another page
  // it shares them, as two tabs of one window do; so do all that can sleep.
  open: async ({ url, beside, sleepy, width = 1200, height = 900, scripts = true }) => {
    const shared = sleepy ? await windowOfItsOwn() : pages[beside]?.context;
    const context = shared ?? await browser.newContext({ viewport: { width, height }, javaScriptEnabled: scripts });
    const page = await context.newPage();
    const seen = { context, page, isShared: Boolean(shared), faults: [], said: [], requests: [] };
    page.on("pageerror", (error) => seen.faults.push(String(error)));
    page.on("console", (message) => seen.said.push(`${message.type()}: ${message.text()}`));
    page.on("request", (request) => seen.requests.push(request.url()));
    pages.push(seen);
    await page.goto(url);
    return pages.length - 1;
  },
  // A function's source, such as "async (argument) => ...", run in the page.
  run: ({ page, script, argument }) => pages[page].page.evaluate(`(${script})(${JSON.stringify(argument ?? null)})`),
  faults: ({ page }) => pages[page].faults,
  said: ({ page }) => pages[page].said,
  requests: ({ page }) => pages[page].requests,
  // In the middle, or at a share of the way across and down.
  click: async ({ page, selector, x, y }) => {
    const { width, height } = x === undefined ? {} : await pages[page].page.locator(selector).boundingBox();
    await pages[page].page.click(selector, { timeout: 20000, ...(width && { position: { x: x * width, y: y * height } }) });
  },
  hover: ({ page, selector }) => pages[page].page.hover(selector, { timeout: 20000 }),
  select: ({ page, selector, value }) => pages[page].page.selectOption(selector, value, { timeout: 20000 }),
  // As it is before it goes to paper.
  print: async ({ page }) => {
    await pages[page].page.emulateMedia({ media: "print" });
    await pages[page].page.evaluate(() => dispatchEvent(new Event("beforeprint")));
  },
  // What a person would hold in the end, as a file.
  paper: ({ page, path }) => pages[page].page.pdf({ path, format: "A4" }).then(() => path),
  press: ({ page, key }) => pages[page].page.keyboard.press(key),
  size: ({ page, width, height }) => pages[page].page.setViewportSize({ width, height }),
  dark: ({ page, dark }) => pages[page].page.emulateMedia({ colorScheme: dark ? "dark" : "light" }),
  shot: ({ page, path, whole = false }) => pages[page].page.screenshot({ path, fullPage: whole }).then(() => path),
  offline: ({ page, offline }) => pages[page].context.setOffline(offline),
  // As a browser does with a tab that nobody looks at for long.
  sleep: async ({ page, asleep }) => {
    const session = await pages[page].context.newCDPSession(pages[page].page);
    await session.send("Page.setWebLifecycleState", { state: asleep ? "frozen" : "active" });
    await session.detach();
  },
  close: ({ page }) => (pages[page].isShared ? pages[page].page : pages[page].context).close(),
};

await obeyAll(orders);
await browser.close();
