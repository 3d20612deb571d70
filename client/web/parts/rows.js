//  rows.js: a list of any length, of which those rows alone are in the document that are seen. All rows are of
//  one height, and the space of the others is kept by two empty ones.
import { el } from './dom.js';

const AROUND = 8;

//  `draw (item)` makes the cells of a row; `near ()` is called when its end comes near.
export function virtualRows({ caption, columns, rowHeight, draw, near }) {
    let items = [], total = null, frame = 0;
    const above = el('tr', { class: 'space', 'aria-hidden': true }, el('td', { colspan: columns.length }));
    const below = el('tr', { class: 'space', 'aria-hidden': true }, el('td', { colspan: columns.length }));
    const body = el('tbody', {}, above, below);
    const whole = el('table', { class: 'rows' }, el('caption', { class: 'unseen' }, caption),
        el('thead', {}, el('tr', {}, columns.map((column) => el('th', { scope: 'col', class: column.class }, column.label)))), body);
    const box = el('div', { class: 'list', tabindex: 0, role: 'region', 'aria-label': caption }, whole);
    const show = () => {
        frame = 0;
        const first = Math.max(0, Math.floor(box.scrollTop / rowHeight) - AROUND);
        const last = Math.min(items.length, first + Math.ceil(box.clientHeight / rowHeight) + 2 * AROUND);
        const focused = document.activeElement?.closest?.('tr')?.dataset.key;
        const rows = items.slice(first, last).map((item, i) => {
            const row = el('tr', { 'aria-rowindex': first + i + 2, 'data-key': item.id }, draw(item));
            row.style.height = `${rowHeight}px`;
            return row;
        });
        above.firstChild.style.height = `${first * rowHeight}px`;
        below.firstChild.style.height = `${(items.length - last) * rowHeight}px`;
        above.hidden = first === 0;
        below.hidden = last === items.length;
        body.replaceChildren(above, ...rows, below);
        whole.setAttribute('aria-rowcount', total === null ? -1 : total + 1);
        if (focused) rows.find((row) => row.dataset.key === focused)?.querySelector('a,button')?.focus({ preventScroll: true });
        if (near && items.length - last < 2 * AROUND) near();
    };
    const soon = () => { frame ||= requestAnimationFrame(show); };
    box.addEventListener('scroll', soon, { passive: true });
    new ResizeObserver(soon).observe(box);
    return {
        node: box,
        //  `all`: no more are to come.
        set(next, all) { items = next; total = all ? next.length : null; soon(); },
        refresh: soon,
    };
}
