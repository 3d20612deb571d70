//  audit_chain.js: whether audit.ndjson is what was written: each line's `prev` is the SHA-256 of the line before
//  (of the first: zeros), `seq` counts, an event `end` closes it, and the file has the sum that report.json says.
//  As dmh verify does it; here by the browser's own SHA-256, which it gives to secure pages alone.

const TOGETHER = 512;

export const isPossible = () => Boolean(globalThis.crypto?.subtle);

async function sha256(bytes) {
    const sum = await crypto.subtle.digest('SHA-256', bytes);
    return Array.from(new Uint8Array(sum), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function linesOf(bytes) {
    const lines = [];
    for (let begin = 0; begin < bytes.length;) {
        const end = bytes.indexOf(10, begin);
        if (end < 0) return { lines, cut: true };
        lines.push(bytes.subarray(begin, end));
        begin = end + 1;
    }
    return { lines, cut: false };
}

function wrongOf(text, number, prev) {
    let event;
    try { event = JSON.parse(text); } catch { return 'is no JSON'; }
    if (event.seq !== number) return 'has another number: a line was added, taken away or moved';
    if (event.prev !== prev) return 'does not name the line before it: the chain is broken';
    return null;
}

//  {good, words, lines, tip}: `tip` is the sum of the last line. `sum` is what report.json says of the file.
export async function check(buffer, sum, onprogress = () => {}) {
    const bytes = new Uint8Array(buffer), decoder = new TextDecoder('utf-8', { fatal: true });
    const { lines, cut } = linesOf(bytes);
    let prev = '0'.repeat(64);
    const fail = (words) => ({ good: false, words, lines: lines.length, tip: prev });
    for (let begin = 0; begin < lines.length; begin += TOGETHER) {
        const part = lines.slice(begin, begin + TOGETHER), sums = await Promise.all(part.map(sha256));
        for (let i = 0; i < part.length; i++) {
            let text;
            try { text = decoder.decode(part[i]); } catch { return fail(`Line ${begin + i + 1} is no UTF-8.`); }
            const wrong = wrongOf(text, begin + i + 1, prev);
            if (wrong) return fail(`Line ${begin + i + 1} ${wrong}.`);
            if (begin + i + 1 === lines.length && JSON.parse(text).event !== 'end') return fail('Its end is missing: lines were taken away.');
            prev = sums[i];
        }
        onprogress(Math.min(begin + TOGETHER, lines.length), lines.length);
    }
    if (cut) return fail('Its last line is cut off.');
    if (!lines.length) return fail('It is empty.');
    if (sum && await sha256(bytes) !== sum) return fail('Its lines are a chain, but not the one that report.json names.');
    return { good: true, words: `All ${lines.length.toLocaleString('en-US')} lines are one chain, and the file is the one that report.json names.`, lines: lines.length, tip: prev };
}
