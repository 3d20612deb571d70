//  job_words.js: a job's state, progress and counts as they are shown everywhere.
import { el } from './dom.js';
import { bytes, count, percent } from './format.js';

export const ENDED = ['done', 'failed', 'cancelled'];
export const STATES = ['queued', 'running', ...ENDED];

export function state(word) {
    return el('span', { class: `state state-${word}` }, word);
}

export function shareDone(job) {
    if (job.state === 'done') return 1;
    return job.bytes_total ? Math.min(1, job.bytes_done / job.bytes_total) : 0;
}

export function bar(share, label) {
    const node = el('progress', { max: 1, 'aria-label': label });
    node.value = share;
    return node;
}

export function countsText(counts) {
    if (!counts || !counts.read) return '';
    return `${count(counts.read)} read, ${count(counts.written)} written`;
}

export function progressText(job) {
    if (ENDED.includes(job.state)) return '';
    const rate = job.records_per_second ? `, ${count(Math.round(job.records_per_second))} records/s` : '';
    return `${percent(shareDone(job))} of ${bytes(job.bytes_total)}${rate}`;
}
