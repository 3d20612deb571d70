//  sign_in.js: a token becomes a session of this browser (POST /session).
import { signIn } from '../gateway/api.js';
import { el, newId, replace } from '../parts/dom.js';

export function showSignIn(main, done) {
    const id = newId('token');
    const input = el('input', { id, type: 'password', autocomplete: 'current-password', required: true, spellcheck: 'false' });
    const said = el('p', { class: 'wrong', role: 'alert' });
    const form = el('form', { class: 'panel narrow', onsubmit: async (event) => {
        event.preventDefault();
        try {
            if (await signIn(input.value.trim())) {
                input.value = '';
                done();
            } else
                replace(said, 'The gateway knows no such token.');
        } catch (error) {
            replace(said, error.message);
        }
    } },
    el('p', {}, 'This gateway wants a token. It is kept as a cookie that scripts cannot read.'),
    el('p', {}, el('label', { for: id }, 'Token '), input), el('p', {}, el('button', { type: 'submit', class: 'main' }, 'Sign in')), said);
    replace(main, el('h1', {}, 'Sign in'), form);
    input.focus();
}
