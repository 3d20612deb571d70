//  set_aside.js: the records of rejects.csv as a table to mend, and what was mended as a file of its own. The raw
//  text is split by the input's delimiter where that gives as many cells as there are columns; JSON, and what
//  has another number of cells, stays one text.
import { parse, write } from './csv.js';

function textOf(reject, encoding) {
    if (reject.raw_encoding !== 'base64') return reject.raw ?? '';
    const bytes = Uint8Array.from(atob(reject.raw), (letter) => letter.charCodeAt(0));
    try { return new TextDecoder(encoding || 'utf-8').decode(bytes); } catch { return new TextDecoder('windows-1252').decode(bytes); }
}

//  {columns, rows: [{reject, cells}], isTable}
export function tableOf(report, rejects) {
    const isTable = report.input.format === 'csv' && Boolean(report.input.delimiter);
    const columns = isTable ? report.input.columns.map((column) => column.source ?? '') : ['record'];
    const rows = rejects.map((reject) => {
        const text = textOf(reject, report.input.encoding);
        const cells = isTable ? parse(text, report.input.delimiter)[0] ?? [] : [text];
        while (isTable && cells.length < columns.length) cells.push('');
        return { reject, cells };
    });
    return { columns, rows, isTable };
}

//  The file to send: {name, text, options}.
export function mended(report, columns, rows, isTable) {
    const base = (report.input.name || 'records').replace(/\.(gz|zst)$/, '').replace(/\.[^.]*$/, '');
    if (!isTable)
        return { name: `${base}-mended.ndjson`, text: rows.map((row) => `${row.join('').replace(/[\r\n]+/g, ' ')}\n`).join(''), options: {} };
    const headless = report.job.options.no_header === true, delimiter = report.input.delimiter;
    return {
        name: `${base}-mended.csv`, text: write(headless ? rows : [columns, ...rows], delimiter),
        options: { delimiter: delimiter === '\t' ? 'tab' : delimiter, ...(headless ? { no_header: 'true' } : {}) },
    };
}
