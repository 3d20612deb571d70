//  csv.js: rows of CSV (RFC 4180, any delimiter) as arrays of texts, and back.

export function parse(text, delimiter = ',') {
    const rows = [];
    let row = [], cell = '', quoted = false, at = text.charCodeAt(0) === 0xfeff ? 1 : 0, began = false;
    const endCell = () => { row.push(cell); cell = ''; };
    for (; at < text.length; at++) {
        const letter = text[at];
        if (quoted) {
            if (letter !== '"') cell += letter;
            else if (text[at + 1] === '"') { cell += '"'; at++; } else quoted = false;
        } else if (letter === '"' && cell === '') quoted = began = true;
        else if (letter === delimiter) { endCell(); began = true; }
        else if (letter === '\n' || letter === '\r') {
            if (letter === '\r' && text[at + 1] === '\n') at++;
            endCell();
            rows.push(row);
            row = [];
            began = false;
        } else { cell += letter; began = true; }
    }
    if (began || row.length) {
        endCell();
        rows.push(row);
    }
    return rows;
}

function quote(cell, delimiter) {
    return cell.includes(delimiter) || /["\n\r]/.test(cell) || /^\s|\s$/.test(cell) ? `"${cell.replaceAll('"', '""')}"` : cell;
}

export function write(rows, delimiter = ',') {
    return rows.map((row) => `${row.map((cell) => quote(cell, delimiter)).join(delimiter)}\n`).join('');
}
