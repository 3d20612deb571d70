//  result.js: a result by its report.json: fields, issues, what was assumed, checks, records before and after, what
//  was set aside, files, and the audit with its chain.
import { address, get } from '../gateway/api.js';
import { button, el, replace, table } from '../parts/dom.js';
import { bytes, count } from '../parts/format.js';
import { share } from '../parts/chart.js';
import * as auditEvents from '../data/audit_events.js';
import { check, isPossible } from '../data/audit_chain.js';
import { showSetAside } from './set_aside.js';

const AUDIT_MOST = 64e6, AUDIT_AT_ONCE = 4e6, LINES_MOST = 50, RECORDS = 8;

//  audit.ndjson, once, when it is first wanted.
class Audit {
    constructor(path, file) {
        this.path = path;
        this.file = file;
    }

    get isSmall() { return this.file && this.file.bytes <= AUDIT_AT_ONCE; }

    bytes() {
        if (!this.file) return Promise.reject(new Error('This result has no audit.'));
        if (this.file.bytes > AUDIT_MOST) return Promise.reject(new Error('The audit is too large for a page: take the file, and dmh verify.'));
        return (this.loaded ??= get(`${this.path}/files/audit.ndjson`, {}, { as: 'bytes' }));
    }

    async events() {
        return (this.read ??= auditEvents.read(await this.bytes()));
    }
}

function section(title, ...content) {
    return el('section', {}, el('h2', {}, title), content);
}

function fields(report) {
    const read = report.counts.read, fed = new Set(report.input.fields), names = Object.keys(report.fields);
    const rows = (all) => names.filter((name) => all || fed.has(name)).map((name) => {
        const { changed, missing, invalid } = report.fields[name];
        return [name, count(changed), count(missing), count(invalid), share([{ tone: 'd-good', weight: read - missing - invalid }, { tone: 'd-bad', weight: invalid }], read)];
    });
    const columns = ['Field', { label: 'Standardized', number: true }, { label: 'Missing', number: true }, { label: 'Invalid', number: true }, 'Valid and invalid'];
    const box = el('div', {}, table('Fields', columns, rows(false)));
    const rest = names.length - rows(false).length;
    return section('Missing and invalid by field', box, rest ? button(`Show ${rest} that no column feeds`, (event) => {
        replace(box, table('Fields', columns, rows(true)));
        event.target.remove();
    }) : null);
}

function issues(report, audit) {
    const said = el('div', { role: 'status' });
    const lines = (issue) => button(`from line ${count(issue.first_line)}`, async () => {
        try {
            const found = auditEvents.ofRule(await audit.events(), issue.rule, issue.field, LINES_MOST);
            replace(said, el('h3', {}, `${issue.rule}${issue.field ? ` of ${issue.field}` : ''}`),
                found.length ? table('Its lines', [{ label: 'Line', number: true }, { label: 'Record', number: true }, 'Value', 'Became'],
                    found.map((event) => [count(event.line), count(event.record), event.raw ?? '', event.value === '' ? el('em', {}, 'empty') : event.value ?? '']))
                    : el('p', {}, `It is counted in the audit, not listed one by one; the first stands in line ${count(issue.first_line)}. An audit of “each change” lists them.`),
                issue.count > found.length && found.length ? el('p', {}, `The first ${found.length} of ${count(issue.count)}.`) : null);
        } catch (error) {
            replace(said, el('p', { class: 'wrong' }, error.message));
        }
    }, { 'aria-label': `Lines of ${issue.rule} ${issue.field ?? ''}` });
    if (!report.issues.length) return section('Issues by rule', el('p', {}, 'None.'));
    return section('Issues by rule', table('Issues', ['Severity', 'Rule', 'Field', { label: 'Count', number: true }, 'What it says', 'Lines'],
        report.issues.map((issue) => [el('span', { class: `state severity-${issue.severity}` }, issue.severity), issue.rule, issue.field ?? '',
            count(issue.count), issue.message, issue.first_line ? lines(issue) : ''])), said);
}

function assumed(report) {
    const found = report.issues.filter((issue) => /_assumed$|\.assumed$|order_mixed$/.test(issue.rule));
    return section('What was assumed', found.length ? el('ul', {}, found.map((issue) => el('li', {}, el('b', {}, issue.field ?? 'the file'), `: ${issue.message} (${issue.rule}, ${count(issue.count)}, from line ${count(issue.first_line)})`)))
        : el('p', {}, 'Nothing: the file told all that was needed.'),
    found.length ? el('p', {}, 'Say it with the date order, the decimal mark or a mapping when you send the file.') : null);
}

function checks(report) {
    const failed = report.checks.filter((one) => !one.passed);
    const number = (value, unit) => `${Number(value).toLocaleString('en-US', { maximumFractionDigits: 2 })}${unit === 'percent' ? ' %' : ` ${unit}`}`;
    return section('Failed checks', failed.length ? table('Failed checks', ['Check', 'Field', 'Category', { label: 'Measured', number: true }, { label: 'Allowed', number: true }],
        failed.map((one) => [one.name, one.field ?? '', `${one.category}, ${one.subcategory}`, number(one.measured, one.unit), number(one.threshold, one.unit)]))
        : el('p', {}, `None of ${report.checks.length}.`));
}

//  The first records; each value that was another in the input with that one before it.
async function firstRecords(node, path, audit) {
    const { records } = await get(`${path}/records`, { limit: RECORDS });
    if (!records.length) {
        replace(node, el('p', {}, 'No record was written.'));
        return;
    }
    const events = audit.isSmall ? await audit.events() : [], numbers = auditEvents.recordNumbers(events, records.length), before = auditEvents.changes(events, numbers);
    const columns = Object.keys(records[0]).filter((name) => records.some((record, i) => record[name] !== null || before.get(numbers[i])?.has(name)));
    const full = events.some((event) => event.event === 'change');
    replace(node, table('First records before and after', [{ label: 'Record', number: true }, ...columns], records.map((record, i) => [
        audit.isSmall ? count(numbers[i]) : count(i + 1),
        ...columns.map((name) => {
            const change = before.get(numbers[i])?.get(name), now = typeof record[name] === 'object' && record[name] !== null ? JSON.stringify(record[name]) : record[name] ?? '';
            return change ? el('td', { title: change.rule }, el('del', {}, change.raw), ' ', el('ins', {}, now === '' ? 'emptied' : now)) : now;
        })])),
    el('p', {}, !audit.isSmall ? 'The audit is large; what was before stands in it.' : full ? 'What is struck through stood in the input.'
        : 'This audit lists warnings one by one; sent with an audit of “each change” every value before is shown.'));
}

function files(path, list) {
    return section('Downloads', table('Files', ['File', { label: 'Size', number: true }, { label: 'Records', number: true }, 'SHA-256'],
        list.map((file) => [el('a', { href: address(`${path}/files/${encodeURIComponent(file.name)}`).href, download: file.name }, file.name), bytes(file.bytes), file.records ? count(file.records) : '', el('code', {}, file.sha256)])));
}

function chain(report, audit) {
    const said = el('p', { role: 'status' }), sum = report.output.find((one) => one.name === 'audit.ndjson')?.sha256;
    const run = async () => {
        replace(said, 'Checking…');
        try {
            const found = await check(await audit.bytes(), sum, (at, all) => replace(said, `Checking: line ${count(at)} of ${count(all)}…`));
            replace(said, el('span', { class: found.good ? 'good' : 'wrong' }, found.words), found.good ? [el('br'), 'Its last line: ', el('code', {}, found.tip)] : null);
        } catch (error) {
            replace(said, el('span', { class: 'wrong' }, error.message));
        }
    };
    if (!isPossible()) return section('Audit', el('p', {}, 'A browser computes SHA-256 for pages under HTTPS or on this host alone; dmh verify checks the chain anywhere.'));
    if (audit.isSmall) run();
    return section('Audit', el('p', {}, 'Each line of audit.ndjson names the sum of the line before; this browser computes them.'), said, button('Check the chain again', run));
}

function columnsOf(report) {
    return section('Columns', table('Columns', ['Column', 'Field', 'By', 'Why'], report.input.columns.map((column) => [column.source, column.field ?? el('em', {}, 'its own'), column.by, column.reason])));
}

export async function showResult(node, job) {
    const path = `jobs/${encodeURIComponent(job.id)}`;
    let report, list;
    try {
        [report, { files: list }] = await Promise.all([get(`${path}/report`), get(`${path}/files`)]);
    } catch (error) {
        replace(node, el('p', { class: 'wrong' }, error.message));
        return;
    }
    if (!report.input?.columns) {
        replace(node, files(path, list));
        return;
    }
    const audit = new Audit(path, list.find((file) => file.name === 'audit.ndjson')), records = el('div', {}), aside = el('section', { class: 'aside' });
    replace(node, aside, section('First records before and after', records), fields(report), issues(report, audit), assumed(report), checks(report), columnsOf(report), files(path, list), chain(report, audit));
    firstRecords(records, path, audit).catch((error) => replace(records, el('p', {}, error.message)));
    showSetAside(aside, path, report, audit);
}
