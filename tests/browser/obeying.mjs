// How a driver is told what to do: an order a line on standard input, {"id", "order", ...}, each answered by a line of
// JSON, {"id", "value"} or {"id", "error"}. Several may be under way at once, such as a script that waits while another
// page is opened.
import { createInterface } from "node:readline";

/** Until standard input ends. */
export async function obeyAll(orders) {
  async function obey({ id, order, ...told }) {
    try {
      return { id, value: (await orders[order](told)) ?? null };
    } catch (error) {
      return { id, error: String(error).split("\n")[0].trim() }; // behind it are the logs of the browser
    }
  }

  for await (const line of createInterface({ input: process.stdin }))
    obey(JSON.parse(line)).then((answer) => console.log(JSON.stringify(answer)));
}
