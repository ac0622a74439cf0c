// Firefox, told what to do as driver.mjs tells Chromium, by WebDriver BiDi: Playwright drives no Firefox of a system.
import { createInterface } from "node:readline";
import puppeteer from "puppeteer-core";

const [executablePath] = process.argv.slice(2);
const browser = await puppeteer.launch({ browser: "firefox", executablePath });
const pages = [];

const orders = {
  version: async () => (await browser.version()).split("/").pop(),
  open: async ({ url }) => {
    const context = await browser.createBrowserContext();
    const page = await context.newPage();
    pages.push({ context, page });
    await page.goto(url);
    return pages.length - 1;
  },
  run: ({ page, script, argument }) => pages[page].page.evaluate(`(${script})(${JSON.stringify(argument ?? null)})`),
  close: ({ page }) => pages[page].context.close(),
};

async function obey({ id, order, ...told }) {
  try {
    return { id, value: (await orders[order](told)) ?? null };
  } catch (error) {
    return { id, error: String(error).split("\n")[0].trim() };
  }
}

for await (const line of createInterface({ input: process.stdin }))
  obey(JSON.parse(line)).then((answer) => console.log(JSON.stringify(answer)));
await browser.close();
