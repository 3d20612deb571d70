//  jobs.js: the list of jobs, newest first: filtered by the gateway (state, kind), searched here. Pages of it come
//  as they are needed; a search asks for all of them.
import { get, jobPages, session } from '../gateway/api.js';
import { follow } from '../gateway/events.js';
import { announce, button, choice, el, newId, replace } from '../parts/dom.js';
import { plural, time } from '../parts/format.js';
import { bar, countsText, ENDED, progressText, shareDone, state, STATES } from '../parts/job_words.js';
import { virtualRows } from '../parts/rows.js';

const ROW_PX = 48, AGAIN_MS = 3000, NEW_MS = 700;
const COLUMNS = [{ label: 'Input' }, { label: 'State' }, { label: 'Progress' }, { label: 'Kind', class: 'wide' }, { label: 'Submitted', class: 'wide' }];

function cells(job) {
    const progress = job.state === 'running' ? [bar(shareDone(job), `Progress of ${job.name}`), el('small', {}, progressText(job))]
        : el('small', {}, job.state === 'failed' ? job.message : countsText(job.counts));
    return [
        el('td', { class: 'name' }, el('a', { href: `#/jobs/${encodeURIComponent(job.id)}` }, job.place || job.name || job.id),
            job.batch ? el('small', {}, el('a', { href: `#/batches/${encodeURIComponent(job.batch)}` }, 'batch')) : null),
        el('td', {}, state(job.state)), el('td', { class: 'progress' }, progress),
        el('td', { class: 'wide' }, job.kind), el('td', { class: 'wide' }, time(job.submitted_at)),
    ];
}

class JobList {
    constructor(said, query) {
        this.said = said;
        this.query = query;
        this.search = '';
        this.jobs = [];
        this.byId = new Map();
        this.words = new WeakMap();
        this.all = false;
        this.stop = new AbortController();
        this.pages = jobPages(query, this.stop.signal);
        this.rows = virtualRows({ caption: 'Jobs', columns: COLUMNS, rowHeight: ROW_PX, draw: cells, near: () => this.more() });
    }

    add(jobs, where) {
        const fresh = jobs.filter((job) => !this.byId.has(job.id));
        for (const job of fresh) this.byId.set(job.id, job);
        if (where === 'top') this.jobs.unshift(...fresh);
        else this.jobs.push(...fresh);
    }

    //  What a search looks through.
    wordsOf(job) {
        let words = this.words.get(job);
        if (!words) this.words.set(job, words = [job.name, job.place, job.id, job.batch, job.owner, job.message].join(' ').toLowerCase());
        return words;
    }

    async more() {
        if (this.asking || this.all) return;
        this.asking = true;
        try {
            const { value, done } = await this.pages.next();
            if (done) this.all = true;
            else this.add(value, 'end');
            this.show();
        } catch (error) {
            if (error.name === 'AbortError') return;
            replace(this.said, error.message);
            this.pages = jobPages(this.query, this.stop.signal);    //  what is known is passed over
            setTimeout(() => { this.asking = false; }, AGAIN_MS);
            return;
        }
        this.asking = false;
        if (this.search && !this.all) this.more();    //  a search is over all
    }

    show() {
        const wanted = this.search.toLowerCase(), { state: only } = this.query;
        const shown = this.jobs.filter((job) => (!only || job.state === only) && (!wanted || this.wordsOf(job).includes(wanted)));
        replace(this.said, `${plural(shown.length, 'job')}${this.all ? '' : ' so far'}${wanted ? ` of ${this.jobs.length}` : ''}`);
        this.rows.set(shown, this.all);
    }

    find(text) {
        this.search = text;
        this.show();
        this.more();
    }

    //  Something became of a job. False: it is not known here.
    heard(event) {
        const job = this.byId.get(event.id);
        if (!job) return false;
        Object.assign(job, event);
        this.words.delete(job);
        this.rows.refresh();
        return true;
    }

    //  The newest, and what those that are shown are now.
    async renew() {
        const fresh = [];
        for await (const jobs of jobPages(this.query, this.stop.signal)) {
            const known = jobs.filter((job) => this.heard(job)).length;
            fresh.push(...jobs);
            if (known || !jobs.length || !this.byId.size) break;    //  what is behind is there
        }
        this.add(fresh, 'top');
        this.show();
    }
}

function watch(list, ended) {
    let timer = 0, soon = 0;
    const renew = () => list.renew().catch(() => {});
    const poll = () => { timer = setTimeout(() => renew().then(() => { if (!ended()) poll(); }), AGAIN_MS); };
    const heard = (event) => {
        if (!list.heard(event) || ENDED.includes(event.state)) soon ||= setTimeout(() => { soon = 0; renew(); }, NEW_MS);
    };
    //  Of all jobs that may be seen; where nothing can be heard, they are asked for again and again.
    const source = follow('events', heard, poll);
    return () => { source.close(); clearTimeout(timer); clearTimeout(soon); };
}

export function showJobs(main) {
    const said = el('p', { class: 'said', role: 'status' }), place = el('div', {}), query = { state: '', kind: '' }, id = newId('search');
    let list = null, ended = false, unwatch = () => {};
    const begin = () => {
        list?.stop.abort();
        unwatch();
        const search = list?.search ?? '';
        list = new JobList(said, { ...query });
        list.search = search;
        replace(place, list.rows.node);
        unwatch = watch(list, () => ended);
        list.more();
    };
    const pick = (name) => (value) => { query[name] = value; begin(); };
    let typed = 0;
    const search = el('input', { id, type: 'search', oninput: (event) => {
        clearTimeout(typed);
        typed = setTimeout(() => list.find(event.target.value.trim()), 120);
    } });
    const kinds = choice('Kind', [['', 'all']], '', pick('kind'));
    get('schemas').then(({ schemas }) => kinds.lastChild.append(...schemas.map((one) => el('option', { value: one.name }, one.name)))).catch(() => {});
    replace(main, el('h1', {}, 'Jobs'),
        el('form', { class: 'filters', role: 'search', onsubmit: (event) => event.preventDefault() },
            el('span', { class: 'field' }, el('label', { for: id }, 'Search'), search),
            choice('State', [['', 'all'], ...STATES.map((word) => [word, word])], '', pick('state')), kinds,
            session.may('submit') ? button('New', () => { location.hash = '#/new'; announce('New'); }, { class: 'main' }) : null),
        said, place);
    begin();
    return () => { ended = true; list.stop.abort(); unwatch(); };
}
