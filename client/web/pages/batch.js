//  batch.js: a batch: its jobs, how far they are together, and where the records of all of them went.
import { get, jobPages, post, session } from '../gateway/api.js';
import { announce, button, el, replace, table } from '../parts/dom.js';
import { count, plural } from '../parts/format.js';
import { bar, countsText, ENDED, progressText, shareDone, state } from '../parts/job_words.js';
import { flow } from '../parts/flow.js';

const AGAIN_MS = 1000, A_JOB_MS = 10, AGAIN_MOST_MS = 20000, ROWS_MOST = 500, REPORTS_MOST = 64;
const COUNTS = ['read', 'written', 'duplicates', 'conflicts', 'rejected'];

//  Issues of all reports, by rule and field.
async function issuesOf(jobs) {
    const sums = new Map();
    const reports = await Promise.all(jobs.slice(0, REPORTS_MOST).map((job) => get(`jobs/${encodeURIComponent(job.id)}/report`).catch(() => null)));
    reports.forEach((report, i) => {
        for (const issue of report?.issues ?? []) {
            const key = `${issue.rule} ${issue.field ?? ''}`, sum = sums.get(key) ?? { ...issue, count: 0, jobs: [] };
            sum.count += issue.count;
            sum.jobs.push(jobs[i]);
            sums.set(key, sum);
        }
    });
    return [...sums.values()].sort((a, b) => b.count - a.count);
}

function row(job) {
    return [el('a', { href: `#/jobs/${encodeURIComponent(job.id)}` }, job.place || job.name), state(job.state), job.state === 'running' ? progressText(job) : job.state === 'failed' ? job.message : countsText(job.counts), count(job.counts.duplicates), count(job.counts.conflicts), count(job.counts.rejected)];
}

export function showBatch(main, batch) {
    const stop = new AbortController(), head = el('div', { class: 'status' }), actions = el('p', { class: 'actions' }), wrong = el('p', { class: 'wrong', role: 'alert' });
    const picture = el('div', {}), list = el('div', {}), issues = el('div', {});
    let timer = 0, ended = false;

    const each = (jobs, action, words) => button(`${words} (${jobs.length})`, async (event) => {
        event.target.disabled = true;
        for (const job of jobs)
            try { await post(`jobs/${encodeURIComponent(job.id)}/${action}`); } catch (error) { replace(wrong, `${job.name}: ${error.message}`); }
        announce(`${words}: done`);
        ask();
    });
    const show = (jobs) => {
        const open = jobs.filter((job) => !ENDED.includes(job.state)), failed = jobs.filter((job) => job.state === 'failed' || job.state === 'cancelled');
        const counts = Object.fromEntries(COUNTS.map((name) => [name, jobs.reduce((sum, job) => sum + (job.counts?.[name] ?? 0), 0)]));
        replace(head, bar(jobs.reduce((sum, job) => sum + (ENDED.includes(job.state) ? 1 : shareDone(job)), 0) / Math.max(1, jobs.length), 'Progress of the batch'),
            el('span', {}, `${plural(jobs.length, 'job')}: ${jobs.length - open.length} ended, ${failed.length} failed or cancelled`));
        replace(actions, session.may('submit') ? [open.length ? each(open, 'cancel', 'Cancel what goes on') : null, failed.length ? each(failed, 'retry', 'Try again what failed') : null] : null);
        flow(picture, counts);
        replace(list, table('Jobs of the batch', ['Input', 'State', 'Progress', { label: 'Duplicates', number: true }, { label: 'Conflicts', number: true }, { label: 'Rejected', number: true }], jobs.slice(0, ROWS_MOST).map(row)),
            jobs.length > ROWS_MOST ? el('p', {}, `The first ${ROWS_MOST} of ${count(jobs.length)}.`) : null);
        return open.length === 0;
    };
    const showIssues = async (jobs) => {
        const done = jobs.filter((job) => job.state === 'done'), found = await issuesOf(done);
        if (ended || !done.length) return;
        replace(issues, el('h2', {}, 'Issues by rule'), found.length ? table('Issues of the batch', ['Rule', 'Field', { label: 'Count', number: true }, 'What it says', 'Inputs'],
            found.map((issue) => [issue.rule, issue.field ?? '', count(issue.count), issue.message, issue.jobs.length > 3 ? plural(issue.jobs.length, 'input') : issue.jobs.map((job) => [el('a', { href: `#/jobs/${encodeURIComponent(job.id)}` }, job.name), ' '])])) : el('p', {}, 'None.'),
        done.length > REPORTS_MOST ? el('p', {}, `Of the first ${REPORTS_MOST} jobs.`) : null);
    };
    const ask = async () => {
        clearTimeout(timer);
        const jobs = [];
        try {
            for await (const page of jobPages({ batch }, stop.signal)) jobs.push(...page);
            if (ended) return;
            if (show(jobs)) {
                showIssues(jobs);
                return;
            }
        } catch (error) {
            if (ended) return;
            replace(wrong, error.message);
        }
        timer = setTimeout(ask, Math.min(AGAIN_MOST_MS, Math.max(AGAIN_MS, jobs.length * A_JOB_MS)));
    };
    replace(main, el('p', {}, el('a', { href: '#/' }, 'Jobs')), el('h1', {}, `Batch ${batch}`), head, actions, wrong, picture, list, issues);
    ask();
    return () => { ended = true; stop.abort(); clearTimeout(timer); };
}
