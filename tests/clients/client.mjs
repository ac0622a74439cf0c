// One client of another's making, on one of our servers. It comes back by itself when it is cut off, as a page's
// own code would do it, and tells what it got: one JSON line for each thing.
//   node client.mjs eventsource|undici|ws|poll http://HOST:PORT [CURSOR]
const [kind, base, cursor = ''] = process.argv.slice(2);
const RETRY_MS = 100;

const say = (what) => process.stdout.write(JSON.stringify(what) + '\n');
const after = (at) => (at === '' ? '' : `after=${encodeURIComponent(at)}`);
const pause = () => new Promise((resolve) => setTimeout(resolve, RETRY_MS));

// A page stays open. Node would end while a timer of undici's, which it does not wait for, has yet to come.
setInterval(() => {}, 60_000);

/** A browser's interface: it keeps the cursor and comes back by itself. */
function followEvents(EventSource) {
    const source = new EventSource(`${base}/events?${after(cursor)}`);
    const tell = (event) => say({ ...JSON.parse(event.data), cursor: event.lastEventId });
    source.onopen = () => say({ open: true });
    source.onmessage = tell;
    source.addEventListener('gap', tell);
    source.onerror = () => say({ lost: true, for_good: source.readyState === 2 });
}

/** A WebSocket has no cursor of its own: it is made of what each message says. */
function followMessages(WebSocket, at) {
    const socket = new WebSocket(`${base.replace('http', 'ws')}/ws?${after(at)}`);
    socket.onopen = () => say({ open: true });
    socket.onmessage = ({ data }) => {
        const message = JSON.parse(data);
        at = message.gap ? message.gap.cursor : `${message.epoch}-${message.seq}`;
        say({ ...message, cursor: at });
    };
    socket.onerror = () => {}; // a close follows
    socket.onclose = async () => {
        say({ lost: true });
        await pause();
        followMessages(WebSocket, at);
    };
}

async function poll(at) {
    const answer = await fetch(`${base}/poll?${at === '' ? '' : `wait=25s&${after(at)}`}`);
    if (answer.status === 204) return answer.headers.get('Cursor') ?? at;
    if (answer.status !== 200) throw new Error(`answered ${answer.status}: ${await answer.text()}`);
    const body = await answer.json();
    for (const gap of body.gaps ?? []) say({ gap, cursor: gap.cursor });
    for (const notification of body.notifications) say({ ...notification, cursor: body.cursor });
    return body.cursor;
}

async function followPolls(at) {
    for (;;) {
        try {
            const next = await poll(at);
            if (at === '') say({ open: true, cursor: next });
            at = next;
        } catch (error) {
            say({ lost: true, why: String(error.cause ?? error) });
            await pause();
        }
    }
}

switch (kind) {
    case 'eventsource':
    case 'undici':
        followEvents((await import(kind)).EventSource);
        break;
    case 'ws':
        followMessages((await import('ws')).WebSocket, cursor);
        break;
    case 'poll':
        if (cursor !== '') say({ open: true });
        await followPolls(cursor);
        break;
    default:
        process.stderr.write(`unknown kind '${kind}': expected eventsource, undici, ws or poll\n`);
        process.exit(2);
}
