// SPDX-License-Identifier: GPL-2.0-or-later
// Handlers of form controls that get the value rather than the event.

/**
 * @param {(value: string) => void} fn gets what was typed or picked
 * @returns {(ev: { currentTarget: any }) => void}
 */
export const typed = (fn) => (ev) => fn(ev.currentTarget.value);

/**
 * @param {(on: boolean) => void} fn
 * @returns {(ev: { currentTarget: any }) => void}
 */
export const ticked = (fn) => (ev) => fn(ev.currentTarget.checked);
