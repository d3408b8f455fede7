// SPDX-License-Identifier: GPL-2.0-or-later
// The owner's own: where they are signed in, their programs, their password.
import { html } from '../vendor/preact.js';
import { account } from '../i18n/en-account.js';
import { addTexts, t } from '../lib/i18n.js';
import { Sessions } from '../components/sessions.js';
import { lazy, PageHead } from '../components/states.js';
import { Tokens } from '../components/tokens.js';

addTexts(account);
const PasswordForm = lazy(() => import('../components/passwordform.js'));

export default function Account() {
	return html`<${PageHead} title=${t('nav.account')} name=${t('nav.account')} /><${Sessions} /><${Tokens} /><${PasswordForm} />`;
}
