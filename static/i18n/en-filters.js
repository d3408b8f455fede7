// SPDX-License-Identifier: GPL-2.0-or-later
// Texts of what narrows a list down; they come with the pages that have one.
export const filters = {
	'range.label': 'How far back',
	'range.24h': '24 hours',
	'range.7d': '7 days',
	'range.30d': '30 days',
	'range.365d': '1 year',
	'range.all': 'All',
	'range.from': 'Since {from}',
	'range.to': 'Before {to}',
	'range.fromTo': '{from} to {to}',
	'range.clear': 'Show no special time',
	'filters.label': 'Narrow down',
	'filters.clear': 'Clear all filters',
	'export.all': 'All pages as a file',
	'export.csv': 'Save as CSV',
	'export.ndjson': 'Save as JSON lines',
	'filters.wrong': 'This cannot be searched for',
};
