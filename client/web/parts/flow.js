//  flow.js: where each record went, in the drawing of dmh report (GET /drawings/flow.svg), with its counts.
import { drawing } from '../gateway/api.js';
import { el, replace, table } from './dom.js';
import { count } from './format.js';

const PARTS = [['written', 'Written'], ['duplicates', 'Duplicates'], ['conflicts', 'Conflicts'], ['rejected', 'Rejected']];

//  Draws it into the node, which remembers what it shows; one at a time, the last one in any case.
export async function flow(node, counts) {
    const query = Object.fromEntries(PARTS.map(([name]) => [name, counts[name]])), wanted = JSON.stringify(query);
    node.dataset.wanted = wanted;
    if (node.dataset.drawing || node.dataset.shown === wanted) return;
    node.dataset.drawing = wanted;
    let picture = null;
    try { picture = await drawing('flow.svg', query); } catch { /* the table says it all */ }
    delete node.dataset.drawing;
    node.dataset.shown = wanted;
    replace(node, picture ? el('figure', { class: 'flow' }, picture) : table('Where each record went', ['', { label: 'Records', number: true }],
        PARTS.map(([name, label]) => [label, count(counts[name])])));
    if (node.dataset.wanted !== wanted) flow(node, JSON.parse(node.dataset.wanted));
}
