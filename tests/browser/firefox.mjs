// Firefox, told what to do as driver.mjs tells Chromium, by WebDriver BiDi: Playwright drives no Firefox of a system.
import puppeteer from "puppeteer-core";
import { obeyAll } from "./obeying.mjs";

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

await obeyAll(orders);
await browser.close();
