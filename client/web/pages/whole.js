//  whole.js: the whole: queue, slots, throughput and errors over time. The gateway keeps no past: how much ended
//  when comes of the newest jobs, the queue of what is seen while this page is open.
import { get, jobPages } from '../gateway/api.js';
import { el, replace } from '../parts/dom.js';
import { bars } from '../parts/chart.js';
import { bytes, count, span, time } from '../parts/format.js';

const AGAIN_MS = 3000, SAMPLES_MOST = 120, PAGES_MOST = 8, STEP_MS = 60000, STEPS = 60;
const samples = [];    //  as long as the page lives

function figure(name, value) {
    return el('div', {}, el('dt', {}, name), el('dd', {}, value));
}

function figures(stats) {
    return el('dl', { class: 'figures' }, figure('Queued', count(stats.queued)), figure('Running', count(stats.running)),
        figure('Slots busy', `${count(stats.busy)} of ${count(stats.slots)}`), figure('Workers', count(stats.workers)),
        figure('Done in the last hour', count(stats.done_last_hour)), figure('Failed in the last hour', count(stats.failed_last_hour)),
        figure('Done in all', count(stats.done)), figure('Failed in all', count(stats.failed)),
        stats.oldest_queued_at ? figure('Oldest waits for', span(Date.now() - new Date(stats.oldest_queued_at))) : null,
        stats.kept_bytes === null ? null : figure('Kept', bytes(stats.kept_bytes)), stats.disk_free_bytes === null ? null : figure('Disk free', bytes(stats.disk_free_bytes)),
        figure('Broker since', time(stats.broker_started_at)));
}

//  What ended in each of the last minutes: {done, failed, records, whole}.
async function past(signal) {
    const now = Date.now(), out = { done: Array(STEPS).fill(0), failed: Array(STEPS).fill(0), records: Array(STEPS).fill(0), whole: false };
    let pages = 0;
    for await (const jobs of jobPages({}, signal)) {
        for (const job of jobs) {
            const at = STEPS - 1 - Math.floor((now - new Date(job.finished_at)) / STEP_MS);
            if (!job.finished_at || at < 0 || at >= STEPS || job.state === 'cancelled') continue;
            out[job.state === 'failed' ? 'failed' : 'done'][at]++;
            out.records[at] += job.counts?.read ?? 0;
        }
        const last = jobs.at(-1);
        if (!last || now - new Date(last.submitted_at) > STEPS * STEP_MS) { out.whole = true; break; }
        if (++pages === PAGES_MOST) return out;
    }
    out.whole = true;
    return out;
}

//  The newest on the right.
function padded(name) {
    return [...Array(SAMPLES_MOST - samples.length).fill(0), ...samples.map((one) => one[name])];
}

function sum(values) {
    return values.reduce((all, value) => all + value, 0);
}

export function showWhole(main) {
    const stop = new AbortController(), now = el('div', {}), queue = el('figure', {}), ends = el('div', {}), wrong = el('p', { class: 'wrong', role: 'alert' });
    let timer = 0, round = 0;
    const ask = async () => {
        try {
            const stats = await get('stats', {}, { signal: stop.signal });
            replace(wrong);
            samples.push({ at: Date.now(), queued: stats.queued, running: stats.running });
            if (samples.length > SAMPLES_MOST) samples.shift();
            replace(now, figures(stats));
            replace(queue, el('figcaption', {}, 'Queue while this page is open: running, queued'), bars('Queue', `${stats.queued} queued and ${stats.running} running now.`,
                [{ tone: 'd-bar', values: padded('running') }, { tone: 'd-soft', values: padded('queued') }], [span(SAMPLES_MOST * AGAIN_MS) + ' ago', 'now']));
            if (round++ % 5 === 0) {
                const found = await past(stop.signal), done = sum(found.done), failed = sum(found.failed);
                replace(ends, el('figure', {}, el('figcaption', {}, `Jobs that ended in the last hour, by the minute: ${count(done)} done, ${count(failed)} failed${found.whole ? '' : ' (of the newest jobs)'}`),
                    bars('Jobs that ended', `${done} done and ${failed} failed in the last hour.`, [{ tone: 'd-good', values: found.done }, { tone: 'd-bad', values: found.failed }], ['an hour ago', 'now'])),
                el('figure', {}, el('figcaption', {}, `Records read by them: ${count(sum(found.records))}`),
                    bars('Records read', `${sum(found.records)} records in the last hour.`, [{ tone: 'd-bar', values: found.records }], ['an hour ago', 'now'])));
            }
        } catch (error) {
            if (error.name === 'AbortError') return;
            replace(wrong, error.message);
        }
        if (!stop.signal.aborted) timer = setTimeout(ask, AGAIN_MS);
    };
    replace(main, el('h1', {}, 'The whole'), wrong, now, queue, ends);
    ask();
    return () => { stop.abort(); clearTimeout(timer); };
}
