//  main.js: the page's beginning: who is signed in, which of its pages the address (#/…) means, files that are
//  dropped anywhere, and the banner that says when it is cut off.
import { session, signIn, signOut } from './gateway/api.js';
import { askNow, connection } from './gateway/connection.js';
import { announce, button, el, replace } from './parts/dom.js';
import { ofTransfer } from './data/dropped_files.js';
import { showBatch } from './pages/batch.js';
import { showJob } from './pages/job.js';
import { showJobs } from './pages/jobs.js';
import { addFiles, showNew } from './pages/new.js';
import { showSignIn } from './pages/sign_in.js';
import { showWhole } from './pages/whole.js';
import { showWorkers } from './pages/workers.js';

//  Each shows itself in `main` and answers with what ends it.
const PAGES = [
    [/^\/?$/, showJobs, 'Jobs'],
    [/^\/new$/, showNew, 'New'],
    [/^\/jobs\/([^/]+)$/, showJob, 'Job'],
    [/^\/batches\/([^/]+)$/, showBatch, 'Batch'],
    [/^\/workers$/, showWorkers, 'Workers'],
    [/^\/whole$/, showWhole, 'The whole'],
];

const main = document.getElementById('main');
let leave = null;

async function show(moved) {
    const path = location.hash.slice(1), found = PAGES.find(([pattern]) => pattern.test(path));
    leave?.();
    leave = null;
    document.title = `${found ? found[2] : 'Nothing here'} · dmh`;
    for (const link of document.querySelectorAll('nav a'))
        if (found && link.textContent === found[2]) link.setAttribute('aria-current', 'page');
        else link.removeAttribute('aria-current');
    if (found) leave = found[1](main, ...path.match(found[0]).slice(1).map(decodeURIComponent));
    else replace(main, el('h1', {}, 'There is nothing here'), el('p', {}, el('a', { href: '#/' }, 'To the jobs')));
    if (moved) {
        window.scrollTo(0, 0);
        main.focus();
        announce(document.title);
    }
}

function wantToken() {
    leave?.();
    leave = null;
    document.title = 'Sign in · dmh';
    showSignIn(main, start);
}

function sayWho() {
    const who = document.getElementById('who');
    const leaves = async () => {
        try { await signOut(); } catch { return; /* away: the banner says so */ }
        sayWho();
        wantToken();
    };
    replace(who, ...(session.name ? [`${session.name} (${session.role}) `, button('Sign out', leaves)] : []));
}

async function start() {
    session.refused = null;
    try {
        if (!await signIn()) {
            wantToken();
            return;
        }
    } catch { /* away: the banner says so, and the page begins when it is back */ }
    session.refused = wantToken;
    sayWho();
    show(false);
}

function watchConnection() {
    const banner = document.getElementById('cut-off');
    connection.addEventListener('lost', (event) => {
        banner.hidden = false;
        const words = `Cut off: ${event.detail} What stands here may be old; it is asked again by itself.`;
        if (banner.firstChild?.textContent !== words) replace(banner, el('span', {}, words), button('Ask now', askNow));
    });
    connection.addEventListener('found', () => {
        banner.hidden = true;
        replace(banner);
        announce('The gateway answers again.');
        if (!document.querySelector('[data-keep]')) show(false);    //  else what was typed would be gone
    });
}

function watchDrops() {
    const curtain = document.getElementById('drop');
    let depth = 0;
    const hasFiles = (event) => Array.from(event.dataTransfer?.types ?? []).includes('Files');
    const sees = (inside) => (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = Math.max(0, depth + inside);
        curtain.hidden = depth === 0;
    };
    window.addEventListener('dragenter', sees(1));
    window.addEventListener('dragleave', sees(-1));
    window.addEventListener('dragover', sees(0));
    window.addEventListener('drop', async (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        depth = 0;
        curtain.hidden = true;
        addFiles(await ofTransfer(event.dataTransfer));
        if (location.hash === '#/new') show(false);
        else location.hash = '#/new';
    });
}

document.getElementById('skip').addEventListener('click', () => main.focus());
window.addEventListener('hashchange', () => show(true));
watchConnection();
watchDrops();
start();
