// EventSource comes back by itself and names the last id that it saw. Two things it leaves to you: JSON, and
// to open it anew after an answer that is not 200 (a full server's 503, a proxy's 502), behind which it has
// given up for good.
export function connect(base, topic, on) {
  let source, cursor = "", over = false;
  const open = () => {
    source = new EventSource(`${base}/events?topic=${topic}${cursor && `&after=${cursor}`}`);
    source.onopen = () => on.state("open");
    source.onmessage = (event) => {
      cursor = event.lastEventId;
      on.notification(JSON.parse(event.data), event.data.length);
    };
    source.addEventListener("gap", (event) => {
      cursor = event.lastEventId;
      on.gap(JSON.parse(event.data).gap);
    });
    source.onerror = () => {
      on.state("away");
      if (source.readyState === EventSource.CLOSED && !over) setTimeout(open, 500 + 1000 * Math.random());
    };
  };
  open();
  return () => { over = true; source.close(); };
}
