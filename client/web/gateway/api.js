//  api.js: calls of the REST API (/api/v1/openapi.json), relative to where the page lies, so that it works
//  behind any prefix. An answer that is none of success is thrown as a Problem (RFC 9457).
import { lost } from './connection.js';

const BASE = new URL('api/v1/', document.baseURI);
const FORGERY_KEY = 'dmh-csrf';

export class Problem extends Error {
    constructor(status, body) {
        super(body?.detail || (status ? `The gateway answered ${status}.` : 'The gateway does not answer.'));
        this.status = status;
        this.code = body?.code || '';
        this.correlation = body?.correlation_id || '';
    }
}

//  Who is signed in: a session of this tab (POST /session). Its cookie is the browser's; what is kept here is
//  the word against forged requests, which opens nothing without the cookie.
export const session = {
    name: null, role: 'admin', refused: null,
    get check() { return sessionStorage.getItem(FORGERY_KEY) || ''; },
    may(role) { return ['read', 'submit', 'admin'].indexOf(this.role) >= ['read', 'submit', 'admin'].indexOf(role); },
};

export function address(path, query = {}) {
    const url = new URL(path, BASE);
    for (const [name, value] of Object.entries(query))
        if (value !== null && value !== undefined && value !== '') url.searchParams.set(name, value);
    return url;
}

async function failed(answer) {
    let body = null;
    try { body = await answer.json(); } catch { /* no problem document */ }
    if (answer.status === 401 && session.refused) session.refused();
    if (answer.status === 503 && answer.headers.get('Retry-After')) lost();
    return new Problem(answer.status, body);
}

export async function call(method, path, { query, body, headers = {}, as = 'json', signal } = {}) {
    const safe = method === 'GET';
    let answer;
    try {
        answer = await fetch(address(path, query), {
            method, body, signal, credentials: 'same-origin',
            headers: { ...headers, ...(safe || !session.check ? {} : { 'X-CSRF-Token': session.check }) },
        });
    } catch (error) {
        if (error.name === 'AbortError') throw error;
        lost();
        throw new Problem(0);
    }
    if (!answer.ok) throw await failed(answer);
    return as === 'json' ? answer.json() : as === 'text' ? answer.text() : as === 'bytes' ? answer.arrayBuffer() : answer;
}

export const get = (path, query, more = {}) => call('GET', path, { query, ...more });
export const post = (path, more = {}) => call('POST', path, more);

//  A token becomes the session's cookie; without one it is asked who this is. False: a token is wanted.
export async function signIn(token) {
    try {
        const who = await call('POST', 'session', { headers: token ? { Authorization: `Bearer ${token}` } : {} });
        if (who.csrf) sessionStorage.setItem(FORGERY_KEY, who.csrf);
        session.name = who.name;
        session.role = who.role;
        return true;
    } catch (error) {
        if (error.status === 401 || error.status === 403) return false;
        throw error;
    }
}

//  The session ends, and the browser forgets its cookie; a token is wanted again.
export async function signOut() {
    await call('DELETE', 'session', { as: 'answer' });
    sessionStorage.removeItem(FORGERY_KEY);
    session.name = null;
}

//  All pages of the list, one after the other.
export async function* jobPages(query, signal) {
    for (let after = ''; after !== null;) {
        const page = await get('jobs', { ...query, limit: 64, after }, { signal });
        after = page.next;
        yield page.jobs;
    }
}

//  POST /jobs by XMLHttpRequest, as fetch tells no progress. onprogress (bytes sent, bytes in all); `key` makes
//  it repeatable. The answer, or a Problem is thrown.
export function upload(form, key, onprogress, signal) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('POST', address('jobs'));
        request.responseType = 'json';
        request.setRequestHeader('Idempotency-Key', key);
        if (session.check) request.setRequestHeader('X-CSRF-Token', session.check);
        request.upload.onprogress = (event) => onprogress(event.loaded, event.total);
        request.onload = () => {
            if (request.status === 401 && session.refused) session.refused();
            if (request.status === 202) resolve(request.response);
            else reject(new Problem(request.status, request.response));
        };
        request.onerror = () => { lost(); reject(new Problem(0)); };
        request.onabort = () => reject(new DOMException('given up', 'AbortError'));
        signal?.addEventListener('abort', () => request.abort());
        request.send(form);
    });
}

//  A drawing as a node of this document; it is read as XML, not as markup of the page.
export function drawing(name, query) {
    return new Promise((resolve, reject) => {
        const request = new XMLHttpRequest();
        request.open('GET', new URL(`drawings/${name}?${new URLSearchParams(query)}`, document.baseURI));
        request.responseType = 'document';
        request.overrideMimeType('image/svg+xml');
        request.onload = () => {
            const root = request.responseXML?.documentElement;
            if (request.status === 200 && root?.localName === 'svg') resolve(document.adoptNode(root));
            else reject(new Problem(request.status));
        };
        request.onerror = () => { lost(); reject(new Problem(0)); };
        request.send();
    });
}

//  A word that no other request has.
export function newKey() {
    return Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, '0')).join('');
}
