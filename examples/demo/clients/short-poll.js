// Asks every second, whatever there is. A user waits half of that on average; most answers may be empty. One at a
// time: two with the same cursor would bring the same twice.
export function connect(base, topic, on) {
  let cursor = "", asking = false;
  const ask = async () => {
    if (asking) return;
    asking = true;
    try {
      const place = cursor && `&after=${cursor}`;
      const answer = await fetch(`${base}/poll?topic=${topic}${place}`, { signal: AbortSignal.timeout(10000) });
      if (!answer.ok) throw new Error(answer.status);
      on.state("open");
      cursor = answer.headers.get("Cursor") ?? cursor;
      if (answer.status === 204) return; // nothing new
      const text = await answer.text(), told = JSON.parse(text);
      cursor = told.cursor;
      told.gaps?.forEach(on.gap);
      told.notifications.forEach((each) => on.notification(each, text.length / told.notifications.length));
    } catch {
      on.state("away");
    } finally {
      asking = false;
    }
  };
  ask();
  const timer = setInterval(ask, 1000);
  return () => clearInterval(timer);
}
