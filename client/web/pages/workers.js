//  workers.js: the workers and how busy each is.
import { get } from '../gateway/api.js';
import { el, replace, table } from '../parts/dom.js';
import { share } from '../parts/chart.js';
import { count, plural, time } from '../parts/format.js';

const AGAIN_MS = 3000;

function row(worker) {
    return [worker.worker, worker.host, `${worker.busy} of ${worker.slots}`, share([{ tone: 'd-bar', weight: worker.busy }], worker.slots),
        count(worker.threads), worker.version, time(worker.since), time(worker.last_heard), worker.draining ? 'ends when its jobs have' : ''];
}

export function showWorkers(main) {
    const box = el('div', {}, el('p', {}, 'Asking…'));
    let timer = 0, ended = false;
    const ask = async () => {
        try {
            const { workers } = await get('workers');
            const slots = workers.reduce((sum, worker) => sum + worker.slots, 0), busy = workers.reduce((sum, worker) => sum + worker.busy, 0);
            replace(box, el('p', {}, workers.length ? `${plural(workers.length, 'worker')}, ${busy} of ${plural(slots, 'slot')} busy.` : 'No worker is there: jobs wait. dmh-worker starts one.'),
                workers.length ? table('Workers', ['Worker', 'Host', { label: 'Busy', number: true }, 'Load', { label: 'Threads', number: true }, 'Version', 'Since', 'Last heard', ''], workers.map(row)) : null);
        } catch (error) {
            replace(box, el('p', { class: 'wrong' }, error.message));
        }
        if (!ended) timer = setTimeout(ask, AGAIN_MS);
    };
    replace(main, el('h1', {}, 'Workers'), box);
    ask();
    return () => { ended = true; clearTimeout(timer); };
}
