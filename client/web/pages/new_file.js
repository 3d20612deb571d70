//  new_file.js: one file before it is sent: what dmh sees in it, and what is corrected: kind, date order, decimal
//  mark, and which field each column feeds. Each correction is looked at again, as a mapping.
import { get, post } from '../gateway/api.js';
import { mappingOf } from '../data/mapping.js';
import { button, choice, el, replace } from '../parts/dom.js';
import { bytes, count } from '../parts/format.js';

const HEAD_BYTES = 4e6, WHOLE_MOST = 64e6, AS_FOUND = '', OWN = '-';
const LINES = /\.(csv|tsv|txt|ndjson|jsonl)$/i;

const fieldsOf = new Map();    //  kind → promise of its fields

function fields(kind) {
    if (!fieldsOf.has(kind)) fieldsOf.set(kind, get(`schemas/${encodeURIComponent(kind)}`).then((schema) => schema.fields.map((field) => field.name)));
    return fieldsOf.get(kind);
}

//  The file, or of a large one of lines as many whole lines as are enough to tell what it is. NULL: too large.
async function beginning(file) {
    if (file.size <= HEAD_BYTES) return file;
    if (!LINES.test(file.name)) return file.size <= WHOLE_MOST ? file : null;
    const head = new Uint8Array(await file.slice(0, HEAD_BYTES).arrayBuffer());
    return new Blob([head.subarray(0, head.lastIndexOf(10) + 1)]);
}

export class Entry {
    constructor(file, path, remove) {
        Object.assign(this, { file, path, kind: '', dateOrder: '', decimal: '', columns: new Map(), asked: false, open: false });
        this.said = el('span', { class: 'seen' }, 'not looked at yet');
        this.detail = el('div', { class: 'detail', hidden: true });
        this.toggle = button('Look', () => this.show(!this.open), { 'aria-expanded': 'false', 'aria-label': `Look into ${path}` });
        this.node = el('li', {}, el('div', { class: 'file' }, el('b', {}, path), el('small', {}, bytes(file.size)), this.said, this.toggle,
            button('Leave out', remove, { 'aria-label': `Leave out ${path}` })), this.detail);
    }

    mapping() { return mappingOf(this); }

    async look() {
        this.asked = true;
        const part = await beginning(this.file), mapping = this.mapping(), form = new FormData();
        if (!part) {
            replace(this.said, 'too large to be looked at here; it is looked at when it is harmonized');
            return;
        }
        replace(this.said, 'is looked at…');
        if (mapping) form.append('mapping', new Blob([mapping]), 'mapping.json');
        form.append('file', part, this.file.name);
        try {
            this.seen = await post('inspect', { body: form });
            const bound = this.seen.columns.filter((column) => column.field).length;
            replace(this.said, this.seen.kind ? `${this.seen.kind}, ${this.seen.format}, ${bound} of ${this.seen.columns.length} columns feed a field${mapping ? ', corrected' : ''}`
                : el('span', { class: 'wrong' }, this.seen.message || 'no kind fits; choose one'));
        } catch (error) {
            replace(this.said, el('span', { class: 'wrong' }, error.message));
            this.seen ??= null;
        }
        if (this.open) this.draw();
    }

    async show(open) {
        this.open = open;
        this.detail.hidden = !open;
        this.toggle.setAttribute('aria-expanded', String(open));
        if (open && !this.asked) await this.look();
        if (open) this.draw();
    }

    correct(change) {
        change();
        this.look();
    }

    //  A field is fed once: the column that fed it keeps its values as its own.
    bind(source, field) {
        if (field === AS_FOUND) this.columns.delete(source);
        else this.columns.set(source, field === OWN ? null : field);
        if (field && field !== OWN)
            for (const column of this.seen.columns) if (column.field === field && column.source !== source) this.columns.set(column.source, null);
    }

    async draw() {
        if (!this.seen) {
            replace(this.detail, el('p', {}, 'Nothing is known of it.'));
            return;
        }
        const kind = this.seen.kind, [{ schemas }, names] = await Promise.all([get('schemas'), kind ? fields(kind) : []]);
        const focus = this.detail.contains(document.activeElement) ? document.activeElement.dataset.what : null;
        const options = [[AS_FOUND, 'as found'], [OWN, 'keep as its own'], ...names.map((name) => [name, name])];
        const seen = this.seen, profile = (column) => Object.keys(column.profile?.types ?? {}).join(', ');
        replace(this.detail,
            el('p', { class: 'fields' },
                choice('Kind', [['', `as found${kind ? ` (${kind})` : ''}`], ...schemas.map((one) => [one.name, one.name])], this.kind, (value) => this.correct(() => { this.kind = value; this.columns.clear(); }), { 'data-what': 'kind' }),
                choice('Dates', [['', 'as found'], ['mdy', 'month first'], ['dmy', 'day first'], ['ymd', 'year first']], this.dateOrder, (value) => this.correct(() => { this.dateOrder = value; }), { 'data-what': 'dates' }),
                choice('Decimals', [['', 'as found'], ['point', 'point'], ['comma', 'comma']], this.decimal, (value) => this.correct(() => { this.decimal = value; }), { 'data-what': 'decimal' })),
            el('p', {}, [seen.format, seen.encoding, seen.delimiter ? `delimiter ${{ '\t': 'tab', ',': 'comma', ';': 'semicolon', '|': 'bar' }[seen.delimiter] ?? seen.delimiter}` : null, seen.profiled ? `${count(seen.profiled.records)} records looked at` : null].filter(Boolean).join(', ')),
            el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': `Columns of ${this.path}` }, el('table', {}, el('caption', { class: 'unseen' }, `Columns of ${this.path}`),
                el('thead', {}, el('tr', {}, ['Column', 'Feeds', 'Correct', 'Why', 'Values'].map((name) => el('th', { scope: 'col' }, name)))),
                el('tbody', {}, seen.columns.map((column) => el('tr', {}, el('th', { scope: 'row' }, column.source), el('td', {}, column.field ?? el('em', {}, 'its own')),
                    el('td', {}, this.chooser(column, options)), el('td', {}, column.reason), el('td', {}, profile(column))))))),
            this.mapping() ? el('p', { class: 'actions' }, button('Download the mapping', () => this.save()), button('Take corrections back', () => this.correct(() => {
                this.kind = this.dateOrder = this.decimal = '';
                this.columns.clear();
            }))) : null);
        if (focus) [...this.detail.querySelectorAll('[data-what]')].find((node) => node.dataset.what === focus)?.focus();
    }

    chooser(column, options) {
        const chosen = this.columns.has(column.source) ? this.columns.get(column.source) ?? OWN : AS_FOUND;
        return el('select', { 'aria-label': `Field of ${column.source}`, 'data-what': `column ${column.source}`, onchange: (event) => this.correct(() => this.bind(column.source, event.target.value)) },
            options.map(([value, words]) => el('option', { value, selected: value === chosen }, words)));
    }

    save() {
        const url = URL.createObjectURL(new Blob([this.mapping()], { type: 'application/json' }));
        el('a', { href: url, download: `${this.file.name}.mapping.json` }).click();
        setTimeout(() => URL.revokeObjectURL(url), 1000);
    }
}
