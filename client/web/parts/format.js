//  format.js: numbers, sizes and times as words.

export function count(number) {
    return number === null || number === undefined ? '' : Number(number).toLocaleString('en-US');
}

export function bytes(number) {
    if (number === null || number === undefined) return '';
    const units = ['B', 'KB', 'MB', 'GB', 'TB'];
    let at = 0;
    for (number = Number(number); number >= 1000 && at < units.length - 1; at++) number /= 1000;
    return `${at && number < 10 ? number.toFixed(1) : Math.round(number)} ${units[at]}`;
}

export function percent(share) {
    return `${share > 0 && share < 0.01 ? '<1' : Math.floor(share * 100)} %`;
}

export function time(text) {
    if (!text) return '';
    const date = new Date(text), now = new Date();
    const clock = date.toLocaleTimeString([], { hour: '2-digit', minute: '2-digit', second: '2-digit' });
    return date.toDateString() === now.toDateString() ? clock : `${date.toLocaleDateString()} ${clock}`;
}

export function span(ms) {
    const seconds = Math.max(0, Math.round(ms / 1000));
    if (seconds < 60) return `${seconds} s`;
    if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
    return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds / 60) % 60} min`;
}

export function plural(number, word) {
    return `${count(number)} ${word}${number === 1 ? '' : 's'}`;
}
