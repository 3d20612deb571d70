//  connection.js: whether the gateway and its broker answer. Whoever finds that they do not says so; the page
//  shows it, asks again by itself, and tells when they are back.

const RETRY_MS = [1000, 2000, 4000, 8000, 15000];

export const connection = new EventTarget();
let why = '', tries = 0, timer = 0;

function tell(name) {
    connection.dispatchEvent(new CustomEvent(name, { detail: why }));
}

async function ask() {
    try {
        const answer = await fetch(new URL('readyz', document.baseURI), { cache: 'no-store' });
        if (answer.ok) {
            found();
            return;
        }
        why = 'The gateway answers, its broker does not.';
    } catch {
        why = navigator.onLine ? 'The gateway does not answer.' : 'This device has no network.';
    }
    tell('lost');
    timer = setTimeout(ask, RETRY_MS[Math.min(tries++, RETRY_MS.length - 1)]);
}

export function lost() {
    if (timer) return;
    timer = setTimeout(ask, 0);
}

function found() {
    if (!timer && !why) return;
    clearTimeout(timer);
    const was = why;
    timer = tries = 0;
    why = '';
    if (was) tell('found');
}

//  At once, not at the next turn.
export function askNow() {
    clearTimeout(timer);
    timer = setTimeout(ask, 0);
}

window.addEventListener('offline', lost);
window.addEventListener('online', () => timer && askNow());
