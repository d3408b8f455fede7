/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/pickle_make.h"

#include <string.h>

#include "base/limits.h"
#include "base/str.h"

/* Containers and objects. What stands behind a value when it is written out
 * is summed up here once, when it is put into another. */
struct node {
	struct pickle_value v; /* first: a value of these types is a node */
	size_t cap;            /* room in v.u.items */
	size_t depth;          /* 1: holds nothing that holds something */
	size_t weight;         /* values in it, shared ones at each place */
	size_t text;           /* bytes of text in it, likewise */
};

static bool
is_node(const struct pickle_value *v)
{
	switch (v->type) {
	case PICKLE_LIST:
	case PICKLE_TUPLE:
	case PICKLE_DICT:
	case PICKLE_SET:
	case PICKLE_OBJECT:
		return true;
	case PICKLE_NONE:
	case PICKLE_BOOL:
	case PICKLE_INT:
	case PICKLE_BIGINT:
	case PICKLE_FLOAT:
	case PICKLE_STR:
	case PICKLE_BYTES:
	case PICKLE_GLOBAL:
	case PICKLE_TYPE__MAX:
		break;
	}
	return false;
}

static int
refuse(struct pickle_maker *m, const char *reason)
{
	m->reason = reason;
	return -1;
}

static void *
take(struct pickle_maker *m, size_t n)
{
	void *p = arena_alloc(&m->arena, n);

	if (p == NULL)
		(void)refuse(m, m->arena.too_big ? "limit-memory" : NULL);
	return p;
}

static struct pickle_value *
value_new(struct pickle_maker *m, enum pickle_type type, size_t size)
{
	struct pickle_value *v;

	if (m->n_values >= LIMIT_PICKLE_VALUES) {
		(void)refuse(m, "limit-values");
		return NULL;
	}
	m->n_values++;
	v = take(m, size);
	if (v != NULL)
		v->type = type;
	return v;
}

struct pickle_value *
make_plain(struct pickle_maker *m, enum pickle_type type)
{
	return value_new(m, type, sizeof(struct pickle_value));
}

struct pickle_value *
make_bool(struct pickle_maker *m, bool b)
{
	struct pickle_value *v = make_plain(m, PICKLE_BOOL);

	if (v != NULL)
		v->u.b = b;
	return v;
}

struct pickle_value *
make_int(struct pickle_maker *m, int64_t i)
{
	struct pickle_value *v = make_plain(m, PICKLE_INT);

	if (v != NULL)
		v->u.i = i;
	return v;
}

struct pickle_value *
make_float(struct pickle_maker *m, double f)
{
	struct pickle_value *v = make_plain(m, PICKLE_FLOAT);

	if (v != NULL)
		v->u.f = f;
	return v;
}

/* A value with room for n bytes and a NUL, which *text points to. */
static struct pickle_value *
text_new(struct pickle_maker *m, enum pickle_type type, size_t n, char **text)
{
	struct pickle_value *v = make_plain(m, type);

	if (v == NULL)
		return NULL;
	*text = take(m, n + 1);
	if (*text == NULL)
		return NULL;
	v->n = n;
	v->u.s = *text;
	return v;
}

enum { LONG_BYTES = 255, LONG_DIGITS = LONG_BYTES * 5 / 2, CHUNK = 9 };

/* Divide the big-endian number by 10^9 in place; yields the remainder. */
static uint32_t
divide(uint8_t *big, size_t n)
{
	uint64_t rest = 0;

	for (size_t i = 0; i < n; i++) {
		rest = rest << 8 | big[i];
		big[i] = (uint8_t)(rest / 1000000000);
		rest %= 1000000000;
	}
	return (uint32_t)rest;
}

/* Decimal digits of the big-endian magnitude, written up to end. */
static char *
write_digits(uint8_t *big, size_t n, char *end)
{
	size_t lead = 0;

	while (lead < n) {
		uint32_t chunk = divide(big + lead, n - lead);

		for (int i = 0; i < CHUNK; i++, chunk /= 10)
			*--end = (char)('0' + chunk % 10);
		while (lead < n && big[lead] == 0)
			lead++;
	}
	while (*end == '0') /* a big number has a first digit that is not */
		end++;
	return end;
}

static struct pickle_value *
make_bigint(struct pickle_maker *m, const uint8_t *bytes, size_t n)
{
	bool negative = bytes[n - 1] >= 0x80;
	unsigned carry = negative;
	uint8_t big[LONG_BYTES] = {0};
	char digits[LONG_DIGITS + 1 + CHUNK];
	char *end = digits + sizeof digits;
	char *first;
	char *text = NULL;
	struct pickle_value *v;

	for (size_t i = 0; i < n; i++) {
		unsigned b = negative ? (~bytes[i] & 0xffu) + carry : bytes[i];

		carry = b >> 8;
		big[n - 1 - i] = (uint8_t)b;
	}
	first = write_digits(big, n, end);
	if (negative)
		*--first = '-';
	v = text_new(m, PICKLE_BIGINT, (size_t)(end - first), &text);
	if (v != NULL)
		memcpy(text, first, v->n);
	return v;
}

struct pickle_value *
make_long(struct pickle_maker *m, const uint8_t *bytes, size_t n)
{
	uint64_t u = 0;
	uint8_t sign = n > 0 && bytes[n - 1] >= 0x80 ? 0xff : 0;

	/* Bytes that only repeat the sign are padding. */
	while (n > 8 && bytes[n - 1] == sign &&
	       (bytes[n - 2] & 0x80) == (sign & 0x80))
		n--;
	if (n > 8)
		return make_bigint(m, bytes, n);
	if (sign != 0)
		u = UINT64_MAX;
	for (size_t i = n; i-- > 0;)
		u = u << 8 | bytes[i];
	return make_int(m, (int64_t)u);
}

/* A surrogate as three bytes, which strict UTF-8 forbids. */
static bool
is_surrogate(const uint8_t *s, size_t len)
{
	return len >= 3 && s[0] == 0xed && s[1] >= 0xa0 && s[1] <= 0xbf &&
	       s[2] >= 0x80 && s[2] <= 0xbf;
}

static size_t
ascii_prefix(const uint8_t *s, size_t len)
{
	size_t i = 0;

	while (len - i >= sizeof(uint64_t)) {
		uint64_t word;

		memcpy(&word, s + i, sizeof word);
		if ((word & UINT64_C(0x8080808080808080)) != 0)
			break;
		i += sizeof word;
	}
	while (i < len && s[i] < 0x80)
		i++;
	return i;
}

static size_t
utf8_char(const uint8_t *s, size_t len, uint32_t *cp)
{
	return str_utf8_char((const char *)s, len, cp);
}

static bool
is_text(const uint8_t *s, size_t len)
{
	uint32_t cp;

	for (size_t i = ascii_prefix(s, len); i < len;
	     i += ascii_prefix(s + i, len - i)) {
		size_t n = utf8_char(s + i, len - i, &cp);

		if (n == 0 && is_surrogate(s + i, len - i))
			n = 3;
		if (n == 0)
			return false;
		i += n;
	}
	return true;
}

struct pickle_value *
make_text(struct pickle_maker *m, enum pickle_type type, const uint8_t *bytes,
    size_t n)
{
	char *text = NULL;
	struct pickle_value *v;

	if (type == PICKLE_STR && !is_text(bytes, n)) {
		(void)refuse(m, "bad-utf8");
		return NULL;
	}
	v = text_new(m, type, n, &text);
	if (v != NULL && n > 0)
		memcpy(text, bytes, n);
	return v;
}

struct pickle_value *
make_str_of_bytes(struct pickle_maker *m, const uint8_t *bytes, size_t n)
{
	uint32_t cp;
	char *text = NULL;
	size_t used = 0;
	struct pickle_value *v;

	if (str_is_utf8((const char *)bytes, n))
		return make_text(m, PICKLE_STR, bytes, n);
	v = text_new(m, PICKLE_STR, n * 3, &text);
	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < n;) {
		size_t k = utf8_char(bytes + i, n - i, &cp);

		if (k > 0) {
			memcpy(text + used, bytes + i, k);
			used += k;
			i += k;
			continue;
		}
		/* U+DC80 ... U+DCFF, as Python's surrogateescape */
		text[used++] = (char)0xed;
		text[used++] = (char)(0xb0 | bytes[i] >> 6);
		text[used++] = (char)(0x80 | (bytes[i] & 0x3f));
		i++;
	}
	v->n = used;
	return v;
}

struct pickle_value *
make_same_text(struct pickle_maker *m, const struct pickle_value *text)
{
	struct pickle_value *v = make_plain(m, PICKLE_STR);

	if (v == NULL)
		return NULL;
	v->n = text->n;
	v->u.s = text->u.s;
	return v;
}

struct pickle_value *
make_latin1(struct pickle_maker *m, const struct pickle_value *text)
{
	const uint8_t *s = (const uint8_t *)text->u.s;
	char *out = NULL;
	size_t used = 0;
	struct pickle_value *v = text_new(m, PICKLE_BYTES, text->n, &out);

	if (v == NULL)
		return NULL;
	for (size_t i = 0; i < text->n;) {
		uint32_t cp = 0x100; /* what a surrogate is: too big */
		size_t n = utf8_char(s + i, text->n - i, &cp);

		if (cp > 0xff) {
			(void)refuse(m, "bad-reduce");
			return NULL;
		}
		out[used++] = (char)cp;
		i += n;
	}
	out[used] = '\0';
	v->n = used;
	return v;
}

enum { GLOBAL_PART_MAX = 256 };

struct pickle_value *
make_global(struct pickle_maker *m, const struct pickle_value *module,
    const struct pickle_value *name)
{
	char *text = NULL;
	struct pickle_value *v;

	if (module->type != PICKLE_STR || name->type != PICKLE_STR ||
	    module->n > GLOBAL_PART_MAX || name->n > GLOBAL_PART_MAX) {
		(void)refuse(m, "bad-global");
		return NULL;
	}
	v = text_new(m, PICKLE_GLOBAL, module->n + 1 + name->n, &text);
	if (v == NULL)
		return NULL;
	memcpy(text, module->u.s, module->n);
	text[module->n] = '.';
	memcpy(text + module->n + 1, name->u.s, name->n);
	return v;
}

static struct node *
node_new(struct pickle_maker *m, enum pickle_type type)
{
	struct node *n = (struct node *)value_new(m, type, sizeof(struct node));

	if (n != NULL)
		n->depth = 1;
	return n;
}

/* Book what stands behind kid as standing in n, too. */
static int
node_count(
    struct pickle_maker *m, struct node *n, const struct pickle_value *kid)
{
	n->weight++;
	if (is_node(kid)) {
		const struct node *k = (const struct node *)kid;

		if (k->depth + 1 > n->depth)
			n->depth = k->depth + 1;
		n->weight += k->weight;
		n->text += k->text;
	} else {
		n->text += kid->n;
	}
	if (n->depth > LIMIT_PICKLE_DEPTH)
		return refuse(m, "limit-depth");
	if (n->weight > 2 * (size_t)LIMIT_PICKLE_VALUES ||
	    n->text > LIMIT_PICKLE_TEXT)
		return refuse(m, "limit-expanded");
	return 0;
}

static int
node_grow(struct pickle_maker *m, struct node *n, size_t more)
{
	size_t used = n->v.type == PICKLE_DICT ? n->v.n * 2 : n->v.n;
	size_t cap = n->cap * 2;
	const struct pickle_value **items;

	if (more <= n->cap - used)
		return 0;
	if (cap < used + more)
		cap = used + more;
	items = take(m, cap * sizeof(*items));
	if (items == NULL)
		return -1;
	if (used > 0)
		memcpy(items, n->v.u.items, used * sizeof(*items));
	n->v.u.items = items;
	n->cap = cap;
	return 0;
}

/* A dict's key may be any scalar, and a tuple or object of such. */
static int
check_pairs(struct pickle_maker *m, struct pickle_value *const *kids, size_t n)
{
	if (n % 2 != 0)
		return refuse(m, "odd-dict");
	for (size_t i = 0; i < n; i += 2)
		if (kids[i]->type == PICKLE_LIST ||
		    kids[i]->type == PICKLE_DICT || kids[i]->type == PICKLE_SET)
			return refuse(m, "bad-key");
	return 0;
}

int
container_add(struct pickle_maker *m, struct pickle_value *v,
    struct pickle_value *const *kids, size_t n)
{
	struct node *node = (struct node *)v;
	bool dict = v->type == PICKLE_DICT;
	size_t used = dict ? v->n * 2 : v->n;

	if (dict && check_pairs(m, kids, n) < 0)
		return -1;
	if (node_grow(m, node, n) < 0)
		return -1;
	for (size_t i = 0; i < n; i++) {
		if (node_count(m, node, kids[i]) < 0)
			return -1;
		v->u.items[used + i] = kids[i];
	}
	v->n += dict ? n / 2 : n;
	return 0;
}

struct pickle_value *
make_container(struct pickle_maker *m, enum pickle_type type,
    struct pickle_value *const *kids, size_t n)
{
	struct node *node = node_new(m, type);

	if (node == NULL || (n > 0 && container_add(m, &node->v, kids, n) < 0))
		return NULL;
	return &node->v;
}

struct pickle_value *
make_set_of(struct pickle_maker *m, const struct pickle_value *list)
{
	const struct node *from = (const struct node *)list;
	struct node *node = node_new(m, PICKLE_SET);

	if (node == NULL)
		return NULL;
	*node = *from; /* the list is complete: its items can be shared */
	node->v.type = PICKLE_SET;
	return &node->v;
}

struct pickle_value *
make_object(struct pickle_maker *m, const struct pickle_value *global,
    struct pickle_value *args)
{
	struct node *node = node_new(m, PICKLE_OBJECT);

	if (node == NULL || node_count(m, node, args) < 0)
		return NULL;
	node->v.u.object.name = global->u.s;
	node->v.u.object.args = args;
	return &node->v;
}

int
object_build(struct pickle_maker *m, struct pickle_value *object,
    struct pickle_value *state)
{
	if (object->type != PICKLE_OBJECT || object->u.object.state != NULL ||
	    (state->type != PICKLE_DICT && state->type != PICKLE_TUPLE))
		return refuse(m, "bad-build");
	if (node_count(m, (struct node *)object, state) < 0)
		return -1;
	object->u.object.state = state;
	return 0;
}
