// A browser, told what to do line by line on standard input, each answered by a line of JSON: {"id", "value"} or
// {"id", "error"}. Several may be under way at once, such as a script that waits while another page is opened.
import { createInterface } from "node:readline";
import { chromium } from "playwright-core";

const [executablePath] = process.argv.slice(2);
const browser = await chromium.launch({ executablePath, args: ["--no-sandbox"] });
const pages = [];

const orders = {
  version: () => browser.version(),
  // Each page has a context of its own, so a connection pool, cookies and a network of its own.
  open: async ({ url, width = 1200, height = 900 }) => {
    const context = await browser.newContext({ viewport: { width, height } });
    const page = await context.newPage();
    const seen = { context, page, faults: [], said: [], requests: [] };
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
  click: ({ page, selector }) => pages[page].page.click(selector, { timeout: 20000 }),
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
  close: ({ page }) => pages[page].context.close(),
};

async function obey({ id, order, ...told }) {
  try {
    return { id, value: (await orders[order](told)) ?? null };
  } catch (error) {
    return { id, error: String(error) };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  obey(JSON.parse(line)).then((answer) => console.log(JSON.stringify(answer)));
await browser.close();
