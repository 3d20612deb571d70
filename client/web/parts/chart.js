//  chart.js: bars over time, in the colours of the drawings (/drawings/style.css).
import { newId, svg } from './dom.js';

const WIDTH = 600, HEIGHT = 120, FOOT = 18;

//  series: [{label, tone, values}], stacked; labels: [first, last] of the axis.
export function bars(title, words, series, labels) {
    const length = Math.max(1, ...series.map((one) => one.values.length));
    const sums = Array.from({ length }, (_, i) => series.reduce((sum, one) => sum + (one.values[i] || 0), 0));
    const most = Math.max(1, ...sums), step = WIDTH / length, high = HEIGHT - FOOT - 14, ids = [newId('chart'), newId('chart')];
    const marks = [];
    for (let i = 0; i < length; i++) {
        let y = HEIGHT - FOOT;
        for (const one of series) {
            const height = ((one.values[i] || 0) / most) * high;
            if (height > 0) marks.push(svg('rect', { class: one.tone, x: (i * step + step * 0.1).toFixed(1), y: (y - height).toFixed(1), width: (step * 0.8).toFixed(1), height: height.toFixed(1) }));
            y -= height;
        }
    }
    return svg('svg', { class: 'd chart', role: 'img', viewBox: `0 0 ${WIDTH} ${HEIGHT}`, 'aria-labelledby': ids.join(' ') },
        svg('title', { id: ids[0] }, title), svg('desc', { id: ids[1] }, words),
        svg('text', { class: 's', x: 0, y: 10 }, `${most}`), marks,
        svg('path', { class: 'd-axis', d: `M0 ${HEIGHT - FOOT}H${WIDTH}` }),
        svg('text', { class: 's', x: 0, y: HEIGHT - 4 }, labels[0]),
        svg('text', { class: 's', x: WIDTH, y: HEIGHT - 4, 'text-anchor': 'end' }, labels[1]));
}

//  A bar of a line's height in a cell: parts of a whole, hidden from who hears the page, as words stand beside it.
export function share(parts, whole) {
    let x = 0;
    const rects = parts.map(({ tone, weight }) => {
        const width = whole > 0 ? (weight / whole) * 100 : 0, at = x;
        x += width;
        return svg('rect', { class: tone, x: at.toFixed(2), y: 0, width: width.toFixed(2), height: 10 });
    });
    return svg('svg', { class: 'share', viewBox: '0 0 100 10', preserveAspectRatio: 'none', 'aria-hidden': 'true' },
        svg('rect', { class: 'd-rest', x: 0, y: 0, width: 100, height: 10 }), rects);
}
