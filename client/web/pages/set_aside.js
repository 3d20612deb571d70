//  set_aside.js: what was rejected or in conflict as a table to mend, and sent again as a file of its own.
import { get, newKey, session, upload } from '../gateway/api.js';
import { dateOrder } from '../data/audit_events.js';
import { mappingOfReport } from '../data/mapping.js';
import { mended, tableOf } from '../data/set_aside.js';
import { announce, button, choice, el, replace } from '../parts/dom.js';
import { count, plural } from '../parts/format.js';

const PAGE = 200;

function cellInput(row, i, label) {
    const long = row.cells[i].length > 60 || row.cells[i].includes('\n');
    const node = el(long ? 'textarea' : 'input', { 'aria-label': label, value: row.cells[i], spellcheck: 'false', oninput: (event) => {
        row.cells[i] = event.target.value;
        row.sent = true;
        row.tick.checked = true;
        event.target.closest('section').dataset.keep = '';    //  what is typed outlives a time without the gateway
    } });
    if (!long) node.size = Math.max(6, row.cells[i].length + 1);
    return node;
}

function rowCells(row, columns) {
    const { reject } = row;
    row.tick = el('input', { type: 'checkbox', checked: row.sent, 'aria-label': `Send record ${reject.record}`, onchange: (event) => { row.sent = event.target.checked; } });
    return el('tr', {}, el('td', {}, row.tick), el('td', { class: 'n' }, count(reject.line)),
        el('td', {}, el('span', { class: `state severity-${reject.reason === 'conflict' ? 'warning' : 'error'}` }, reject.reason), el('small', {}, reject.message ?? '')),
        row.cells.map((_, i) => el('td', { class: columns[i] && columns[i] === row.field ? 'named' : null }, cellInput(row, i, `${columns[i] ?? 'more'}, line ${reject.line}`))));
}

async function send(report, columns, rows, isTable, order) {
    const file = mended(report, columns, rows.map((row) => row.cells), isTable), form = new FormData(), mapping = isTable ? mappingOfReport(report, order) : null;
    for (const [name, value] of Object.entries({ ...file.options, kind: report.job.kind, audit: report.job.options.audit })) if (value) form.append(name, value);
    if (mapping) form.append('mapping', new Blob([mapping]), 'mapping.json');
    form.append('file', new Blob([file.text]), file.name);
    return (await upload(form, newKey(), () => {})).jobs[0];
}

//  `audit`: of the result, which tells how its dates were read.
export async function showSetAside(node, path, report, audit) {
    const { rejected, conflicts } = report.counts, all = rejected + conflicts;
    if (!all) return;
    const said = el('p', { role: 'status' }), body = el('tbody', {}), rows = [];
    const sourceOf = (field) => report.input.columns.find((column) => column.field === field)?.source;
    let after = '', columns = [], isTable = true, order = report.job.options.date_order ?? '';
    if (!order && audit.isSmall) order = await audit.events().then(dateOrder, () => '');
    const more = async () => {
        const page = await get(`${path}/rejects`, { limit: PAGE, after }), part = tableOf(report, page.records);
        ({ columns, isTable } = part);
        for (const row of part.rows) {
            row.field = sourceOf(row.reject.field);
            rows.push(row);
            body.append(rowCells(row, columns));
        }
        after = page.next;
        moreButton.hidden = after === null;
    };
    const moreButton = button('Show more', more);
    try { await more(); } catch (error) { replace(node, el('h2', {}, 'Set aside'), el('p', { class: 'wrong' }, error.message)); return; }
    const sendButton = button('Send those that are ticked', async () => {
        const picked = rows.filter((row) => row.sent);
        if (!picked.length) {
            replace(said, 'Mend a record, or tick one, before it is sent.');
            return;
        }
        sendButton.disabled = true;
        try {
            const job = await send(report, columns, picked, isTable, order);
            replace(said, `${plural(picked.length, 'record')} sent: `, el('a', { href: `#/jobs/${encodeURIComponent(job.id)}` }, job.name));
            announce('Sent');
        } catch (error) {
            replace(said, el('span', { class: 'wrong' }, error.message));
        }
        sendButton.disabled = false;
    }, { class: 'main' });
    replace(node, el('h2', {}, 'Set aside'),
        el('p', {}, `${plural(rejected, 'record')} rejected, ${plural(conflicts, 'record')} in conflict, as they stood in the input. Mend them here and send them again: they become a job of their own, read as this one was.`),
        el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': 'Records that were set aside' },
            el('table', { class: 'mend' }, el('caption', { class: 'unseen' }, 'Records that were set aside'),
                el('thead', {}, el('tr', {}, ['Send', 'Line', 'Why', ...columns].map((name) => el('th', { scope: 'col' }, name)))), body)),
        el('p', { class: 'actions' }, session.may('submit') ? [isTable ? choice('Dates', [['', 'as found'], ['mdy', 'month first'], ['dmy', 'day first'], ['ymd', 'year first']], order, (value) => { order = value; }) : null, sendButton] : null, moreButton), said);
}
