// Asks every second, whatever there is. A user waits half of that on average; most answers may be empty.
export function connect(base, topic, on) {
  let cursor = "";
  const ask = async () => {
    try {
      const answer = await fetch(`${base}/poll?topic=${topic}${cursor && `&after=${cursor}`}`);
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
    }
  };
  ask();
  const timer = setInterval(ask, 1000);
  return () => clearInterval(timer);
}
