// A WebSocket brings messages and nothing else: coming back, later each time and not all at once, and going
// on from where it was are yours. A page sees no ping; a connection that died without a word stays "open".
export function connect(base, topic, on) {
  let socket, cursor = "", wait = 500, over = false;
  const open = () => {
    const address = base.replace(/^http/, "ws");
    socket = new WebSocket(`${address}/ws?topic=${topic}${cursor && `&after=${cursor}`}`);
    socket.onopen = () => { wait = 500; on.state("open"); };
    socket.onmessage = ({ data }) => {
      const told = JSON.parse(data);
      cursor = told.gap ? told.gap.cursor : `${told.epoch}-${told.seq}`;
      if (told.gap) on.gap(told.gap);
      else on.notification(told, data.length);
    };
    socket.onclose = () => {
      on.state("away");
      if (!over) setTimeout(open, wait * (0.5 + Math.random() / 2));
      wait = Math.min(2 * wait, 10000);
    };
  };
  open();
  return () => { over = true; socket.close(); };
}
