//  events.js: Server-Sent Events of a job or of all jobs. The browser goes on by itself where a stream was cut;
//  where it has given up, it is asked again here.
import { address } from './api.js';
import { lost } from './connection.js';

const AGAIN_MS = 3000;

//  heard (event, ended) for each; close () the answer when nobody listens any more.
export function follow(path, heard, refused) {
    let source = null, timer = 0, closed = false, opened = false;
    const take = (message, ended) => {
        heard(JSON.parse(message.data), ended);
        if (ended) close();
    };
    const open = () => {
        source = new EventSource(address(path));
        source.onopen = () => { opened = true; };
        source.addEventListener('state', (message) => take(message, false));
        source.addEventListener('end', (message) => take(message, true));
        source.onerror = () => {
            if (closed) return;
            lost();
            if (source.readyState !== EventSource.CLOSED) return;
            if (!opened && refused) {
                close();
                refused();
            } else
                timer = setTimeout(open, AGAIN_MS);
        };
    };
    const close = () => {
        closed = true;
        clearTimeout(timer);
        source.close();
    };
    open();
    return { close };
}
