// Each answer says where to go on from, so nothing is lost between two polls. The first asks without waiting:
// until it has a cursor, what it missed would be gone.
export function connect(base, topic, on) {
  const stop = new AbortController();
  (async () => {
    for (let cursor = "", wait = 500; !stop.signal.aborted;) {
      try {
        const place = cursor && `&after=${cursor}&wait=25s`;
        const answer = await fetch(`${base}/poll?topic=${topic}${place}`, { signal: stop.signal });
        if (!answer.ok) throw new Error(answer.status);
        wait = 500;
        on.state("open");
        cursor = answer.headers.get("Cursor") ?? cursor;
        if (answer.status === 204) continue; // nothing new
        const text = await answer.text(), told = JSON.parse(text);
        cursor = told.cursor;
        told.gaps?.forEach(on.gap);
        told.notifications.forEach((each) => on.notification(each, text.length / told.notifications.length));
      } catch {
        if (stop.signal.aborted) return;
        on.state("away");
        await new Promise((done) => setTimeout(done, wait * (0.5 + Math.random() / 2)));
        wait = Math.min(2 * wait, 10000);
      }
    }
  })();
  return () => stop.abort();
}
