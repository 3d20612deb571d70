//  job.js: a job: what it is doing, live, and when it has a result what became of its records.
import { call, get, post, session } from '../gateway/api.js';
import { follow } from '../gateway/events.js';
import { announce, button, el, replace } from '../parts/dom.js';
import { bytes, count, span, time } from '../parts/format.js';
import { bar, ENDED, progressText, shareDone, state } from '../parts/job_words.js';
import { flow } from '../parts/flow.js';
import { showResult } from './result.js';

function facts(job) {
    const rows = [
        ['Kind', job.kind], ['Size', bytes(job.bytes_total)], ['Attempt', job.attempt > 1 ? count(job.attempt) : ''],
        ['Worker', job.worker ? `${job.worker}${job.host ? ` on ${job.host}` : ''}` : ''], ['Owner', job.owner],
        ['Submitted', time(job.submitted_at)], ['Started', time(job.started_at)],
        ['Ended', job.finished_at ? `${time(job.finished_at)}${job.started_at ? `, after ${span(new Date(job.finished_at) - new Date(job.started_at))}` : ''}` : ''],
        ['Correlation', job.correlation_id], ['Job', job.id],
    ];
    return el('dl', { class: 'facts' }, rows.filter(([, value]) => value).map(([name, value]) => el('div', {}, el('dt', {}, name), el('dd', {}, value))));
}

class JobPage {
    constructor(main, id) {
        this.id = id;
        this.path = `jobs/${encodeURIComponent(id)}`;
        this.head = el('h1', {}, 'Job');
        this.status = el('div', { class: 'status' });
        this.live = el('p', { class: 'live' });
        this.actions = el('p', { class: 'actions' });
        this.wrong = el('p', { class: 'wrong', role: 'alert' });
        this.flow = el('div', {});
        this.facts = el('div', {});
        this.result = el('div', {});
        replace(main, el('p', {}, el('a', { href: '#/' }, 'Jobs')), this.head, this.status, this.live, this.actions, this.wrong,
            el('div', { class: 'sides' }, this.flow, this.facts), this.result);
    }

    show(job) {
        const before = this.job?.state;
        this.job = job;
        replace(this.head, job.place || job.name || job.id);
        document.title = `${job.name || job.id} · dmh`;
        replace(this.status, state(job.state), ENDED.includes(job.state) ? null : bar(shareDone(job), `Progress of ${job.name}`),
            job.batch ? el('a', { href: `#/batches/${encodeURIComponent(job.batch)}` }, 'its batch') : null);
        replace(this.live, job.state === 'running' ? progressText(job) : job.state === 'queued' ? 'waits for a worker' : null);
        replace(this.wrong, job.message ? `${job.message}` : null);
        replace(this.facts, facts(job));
        this.showActions(job);
        if (job.counts?.read) flow(this.flow, job.counts);
        if (before && before !== job.state) announce(`${job.name}: ${job.state}`);
    }

    showActions(job) {
        const does = (word, path, method = 'POST') => button(word, async (event) => {
            event.target.disabled = true;
            try {
                await (method === 'POST' ? post(path) : call(method, path));
                announce(`${word}: done`);
                if (method === 'DELETE') location.hash = '#/';
                else this.begin();
            } catch (error) {
                event.target.disabled = false;
                replace(this.wrong, error.message);
            }
        });
        const ended = ENDED.includes(job.state);
        const remove = button('Remove…', () => {
            const sure = does('Remove it, its input and its result for good', this.path, 'DELETE');
            sure.classList.add('bad');
            replace(this.actions, sure, button('Keep it', () => this.showActions(job)));
            sure.focus();
        });
        replace(this.actions, session.may('submit') ? [
            ended ? null : does('Cancel', `${this.path}/cancel`),
            ended && job.state !== 'done' ? does('Try again', `${this.path}/retry`) : null,
            ended ? remove : null] : null);
    }

    async begin() {
        this.source?.close();
        try {
            this.show(await get(this.path));
        } catch (error) {
            replace(this.wrong, error.message);
            return;
        }
        if (ENDED.includes(this.job.state)) this.end();
        else {
            replace(this.result);
            this.source = follow(`${this.path}/events`, (event, ended) => {
                if (this.left) return;
                this.show({ ...this.job, ...event });
                if (ended) this.begin();
            });
        }
    }

    end() {
        if (this.job.state === 'done' || this.job.outputs?.length) showResult(this.result, this.job);
    }
}

export function showJob(main, id) {
    const page = new JobPage(main, id);
    page.begin();
    return () => { page.left = true; page.source?.close(); };
}
