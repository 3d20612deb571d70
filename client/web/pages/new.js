//  new.js: files on their way in: what each looks like (POST /inspect), what is corrected of it, and the upload. It
//  is kept while other pages are looked at.
import { newKey, session, upload } from '../gateway/api.js';
import { ofInput } from '../data/dropped_files.js';
import { announce, button, choice, el, newId, replace } from '../parts/dom.js';
import { bytes, percent, plural } from '../parts/format.js';
import { bar } from '../parts/job_words.js';
import { Entry } from './new_file.js';

const FILES_MOST = 200, LOOK_AT_ONCE = 2, LOOKED_MOST = 20;
const entries = [], options = { format: 'csv', audit: 'full', batch: '' };
let root = null, list = null, sending = null, looking = 0;

//  The next that nobody has looked at, two at a time; of many files the first ones, the others when asked.
async function lookOn() {
    const next = entries.slice(0, LOOKED_MOST).find((entry) => !entry.asked);
    if (!next || looking >= LOOK_AT_ONCE) return;
    looking++;
    await next.look();
    looking--;
    lookOn();
}

function showList() {
    const size = entries.reduce((sum, entry) => sum + entry.file.size, 0);
    replace(list, entries.length ? [el('p', {}, `${plural(entries.length, 'file')}, ${bytes(size)}${entries.length > FILES_MOST ? `; they go ${FILES_MOST} at a time, each time a batch` : ''}`), el('ul', { class: 'files' }, entries.map((entry) => entry.node))] : null);
    sending.hidden = entries.length === 0;
}

//  More of them; from a drop, anywhere in the page.
export function addFiles(found) {
    make();
    for (const { file, path } of found) {
        const entry = new Entry(file, path, () => {
            entries.splice(entries.indexOf(entry), 1);
            showList();
        });
        entries.push(entry);
    }
    announce(`${plural(found.length, 'file')} added`);
    showList();
    for (let i = 0; i < LOOK_AT_ONCE; i++) lookOn();
}

//  Files that are read alike go together, and become one batch.
function groups() {
    const found = new Map();
    for (const entry of entries) {
        const mapping = entry.mapping() ?? '';
        const parts = found.get(mapping) ?? found.set(mapping, [[]]).get(mapping);
        if (parts.at(-1).length === FILES_MOST) parts.push([]);
        parts.at(-1).push(entry);
    }
    return [...found].flatMap(([mapping, parts]) => parts.map((part) => ({ mapping, entries: part, key: newKey() })));
}

async function sendGroup(group, said) {
    const form = new FormData(), stop = new AbortController();
    for (const [name, value] of Object.entries(options)) if (value) form.append(name, value);
    if (group.mapping) form.append('mapping', new Blob([group.mapping]), 'mapping.json');
    for (const entry of group.entries) form.append('file', entry.file, entry.file.name);
    const progress = bar(0, 'Upload'), words = el('span', {}, 'begins…');
    replace(said, progress, words, button('Give up', () => stop.abort()));
    const answer = await upload(form, group.key, (sent, all) => {
        progress.value = all ? sent / all : 0;
        replace(words, sent === all ? 'is being taken in…' : `${percent(sent / all)} of ${bytes(all)} sent`);
    }, stop.signal);
    for (const entry of group.entries) entries.splice(entries.indexOf(entry), 1);
    const target = answer.jobs.length > 1 ? `#/batches/${encodeURIComponent(answer.batch)}` : `#/jobs/${encodeURIComponent(answer.jobs[0].id)}`;
    replace(said, `${plural(answer.jobs.length, 'job')} taken: `, el('a', { href: target }, answer.jobs.length > 1 ? 'their batch' : answer.jobs[0].name));
    return target;
}

async function send(all, said, sendButton) {
    const targets = [];
    sendButton.disabled = true;
    for (const group of all) {
        const line = el('p', { class: 'status' });
        said.append(line);
        for (let again = true; again;) {
            again = false;
            try {
                targets.push(await sendGroup(group, line));
            } catch (error) {
                if (error.name === 'AbortError') replace(line, 'Given up.');
                else again = await new Promise((resolve) => replace(line, el('span', { class: 'wrong', role: 'alert' }, error.message), button('Send again', () => resolve(true)), button('Leave it', () => resolve(false))));
            }
        }
    }
    sendButton.disabled = false;
    showList();
    announce('The files were sent');
    if (targets.length === 1 && location.hash === '#/new') location.hash = targets[0];
}

function make() {
    if (root) return;
    list = el('div', {});
    const filesId = newId('files'), folderId = newId('folder'), batchId = newId('batch'), said = el('div', { role: 'status' });
    const pick = (event) => { addFiles(ofInput(event.target)); event.target.value = ''; };
    const sendButton = button('Send', () => { replace(said); send(groups(), said, sendButton); }, { class: 'main', disabled: !session.may('submit') });
    const fullId = newId('full');
    sending = el('div', { class: 'panel', hidden: true },
        choice('Write as', [['csv', 'CSV'], ['ndjson', 'NDJSON'], ['fhir', 'FHIR'], ['sqlite', 'SQLite'], ['fasta', 'FASTA']], options.format, (value) => { options.format = value; }),
        el('span', { class: 'field' }, el('label', { for: batchId }, 'Batch'), el('input', { id: batchId, placeholder: 'named by itself', maxlength: 60, oninput: (event) => { options.batch = event.target.value.trim(); } })),
        el('span', { class: 'field' }, el('label', { for: fullId }, el('input', { id: fullId, type: 'checkbox', checked: true, onchange: (event) => { options.audit = event.target.checked ? 'full' : 'summary'; } }), ' Audit of each change')),
        sendButton);
    root = el('div', { 'data-keep': true },
        el('h1', {}, 'New'),
        el('p', {}, 'Drop files or a folder anywhere in this page, or choose them. Nothing is sent to be harmonized before you say so; the beginning of each is looked at.'),
        session.may('submit') ? null : el('p', { class: 'wrong' }, 'Your token reads; it sends nothing.'),
        el('p', { class: 'actions' },
            el('label', { class: 'button', for: filesId }, 'Choose files', el('input', { id: filesId, type: 'file', multiple: true, class: 'unseen', onchange: pick })),
            el('label', { class: 'button', for: folderId }, 'Choose a folder', el('input', { id: folderId, type: 'file', webkitdirectory: true, class: 'unseen', onchange: pick }))),
        list, sending, said);
}

export function showNew(main) {
    make();
    showList();
    replace(main, root);
}
