// Types of preact.js for the checker; never sent to a browser.
export { Component, createElement, Fragment, render } from 'preact';
export {
	useCallback, useEffect, useErrorBoundary, useId, useLayoutEffect, useMemo, useRef, useState,
} from 'preact/hooks';
import type { VNode } from 'preact';
export function html(strings: TemplateStringsArray, ...values: any[]): VNode<any>;
