//  dom.js: the one door by which anything gets into the document. Text becomes a text node, whatever stands in
//  it; nothing here, and nothing elsewhere in the page, reads markup.

const SVG = 'http://www.w3.org/2000/svg';

function fill(node, attributes, children) {
    for (const [name, value] of Object.entries(attributes)) {
        if (value === undefined || value === null || value === false) continue;
        if (typeof value === 'function') node.addEventListener(name.replace(/^on/, ''), value);
        else if (name === 'value' || name === 'checked' || name === 'disabled' || name === 'indeterminate') node[name] = value;
        else node.setAttribute(name, value === true ? '' : String(value));
    }
    node.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
    return node;
}

//  el('td', {class: 'n'}, text, node…): attributes that are functions are listeners (onclick).
export function el(tag, attributes = {}, ...children) {
    return fill(document.createElement(tag), attributes, children);
}

export function svg(tag, attributes = {}, ...children) {
    return fill(document.createElementNS(SVG, tag), attributes, children);
}

export function replace(node, ...children) {
    node.replaceChildren(...children.flat(Infinity).filter(Boolean));
    return node;
}

export function button(label, onclick, attributes = {}) {
    return el('button', { type: 'button', onclick, ...attributes }, label);
}

//  Said to who hears the page.
export function announce(text) {
    document.getElementById('said').textContent = text;
}

let lastId = 0;
export function newId(name) {
    return `${name}-${++lastId}`;
}

//  A select with its label. options: [[value, label]…].
export function choice(label, options, value, onchange, attributes = {}) {
    const id = newId('choice');
    const select = el('select', { id, onchange: (event) => onchange(event.target.value), ...attributes },
        options.map(([key, words]) => el('option', { value: key, selected: key === value }, words)));
    return el('span', { class: 'field' }, el('label', { for: id }, label), select);
}

//  A table in a box that scrolls by itself. columns: [label or {label, number}].
export function table(caption, columns, rows, attributes = {}) {
    const heads = columns.map((column) => (typeof column === 'string' ? { label: column } : column));
    return el('div', { class: 'scroll', tabindex: 0, role: 'region', 'aria-label': caption },
        el('table', attributes, el('caption', { class: 'unseen' }, caption),
            el('thead', {}, el('tr', {}, heads.map((head) => el('th', { scope: 'col', class: head.number ? 'n' : null }, head.label)))),
            el('tbody', {}, rows.map((row) => el('tr', {}, row.map((cell, i) => (
                cell instanceof HTMLTableCellElement ? cell : el('td', { class: heads[i].number ? 'n' : null }, cell ?? ''))))))));
}
