/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "service/auth/auth_password.h"

#include <crypt.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <unistd.h>

#include "base/error.h"
#include "base/limits.h"
#include "base/num.h"
#include "base/random.h"
#include "base/settings.h"
#include "base/str.h"
#include "service/auth/auth.h"
#include "service/auth/auth_secret.h"

#define BCRYPT "$2b$"
#define YESCRYPT "$y$"
/* What YESCRYPT_COST looks like in a hash. */
#define YESCRYPT_PARAMETERS YESCRYPT "j9T$"

enum {
	SALT_BYTES = 16,
	COST_AT = sizeof(BCRYPT) - 1,
	COST_LEN = 2,
	YESCRYPT_COST = 5 /* 16 MiB, a tenth of the time of bcrypt's 12 */
};

struct auth_hashing
auth_hashing_of(const struct settings *settings)
{
	if (str_eq(settings->hash_kind, "yescrypt"))
		return (struct auth_hashing){
		    YESCRYPT, YESCRYPT_COST, LIMIT_PASSWORD_YESCRYPT};
	return (struct auth_hashing){
	    BCRYPT, (int)settings->bcrypt_cost, LIMIT_PASSWORD_BCRYPT};
}

/* Of the public lists of the most used passwords, those that are long enough
 * to come here. */
static const char *const WORST[] = {
    "111111111111",
    "123123123123",
    "1234567890123",
    "123456789012",
    "12345678901234",
    "123456789123",
    "123456789abc",
    "000000000000",
    "1q2w3e4r5t6y",
    "1qaz2wsx3edc",
    "abcdefghijkl",
    "administrator",
    "administrator1",
    "adminadminadmin",
    "adminpassword",
    "changemenow!",
    "changeme1234",
    "fail2banfail2ban",
    "iloveyou1234",
    "letmeinplease",
    "passw0rd1234",
    "password1234",
    "password12345",
    "password123456",
    "passwordpassword",
    "qwerty123456",
    "qwertyuiop12",
    "qwertyuiop123",
    "qwertyuiopas",
    "qwertyuiopasdf",
    "qwertyuiopasdfghjkl",
    "welcome12345",
};

static bool
is_worst(const char *password, size_t len)
{
	size_t i;

	for (i = 0; i < ARRAY_LEN(WORST); i++)
		if (strlen(WORST[i]) == len &&
		    strncasecmp(WORST[i], password, len) == 0)
			return true;
	return false;
}

static bool
is_host_name(const char *password, size_t len)
{
	char name[256]; /* HOST_NAME_MAX is 64; RFC 1035 allows 255 */

	if (gethostname(name, sizeof name) < 0)
		return false;
	name[sizeof name - 1] = '\0';
	return strlen(name) == len && strncasecmp(name, password, len) == 0;
}

static size_t
count_chars(const char *s, size_t len)
{
	size_t i, n = 0;

	for (i = 0; i < len; i++)
		n += ((unsigned char)s[i] & 0xc0) != 0x80; /* a first byte */
	return n;
}

/* One literal a limit. */
static int
refuse_long(size_t max, const char *field, struct error *err)
{
	if (max > LIMIT_PASSWORD_BCRYPT)
		return err_field(err, field,
		    "Use at most 511 bytes. Letters with accents and symbols "
		    "take two to four bytes each.");
	return err_field(err, field,
	    "Use at most 72 bytes. Letters with accents and symbols take two "
	    "to four bytes each.");
}

int
auth_password_check(const char *password, size_t len, size_t max,
    const char *field, struct error *err)
{
	if (memchr(password, '\0', len) != NULL)
		return err_field(err, field,
		    "Leave out the NUL character: nothing after it would "
		    "count.");
	if (!str_is_utf8(password, len))
		return err_field(err, field, "Send the password as UTF-8.");
	if (len > max)
		return refuse_long(max, field, err);
	if (count_chars(password, len) < LIMIT_PASSWORD_MIN_CHARS)
		return err_field(err, field, "Use at least 12 characters.");
	if (is_worst(password, len))
		return err_field(err, field,
		    "Choose another one: this is among the first that "
		    "attackers try.");
	if (is_host_name(password, len))
		return err_field(err, field,
		    "Choose another one: this is the name of the server.");
	return 0;
}

/* One run of crypt(3) with everything secret wiped behind it. */
static int
run_crypt(const char *password, size_t len, const char *setting,
    char out[AUTH_PASSWORD_HASH_SIZE], struct error *err)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	char phrase[LIMIT_PASSWORD_YESCRYPT + 1] = {0};
	const char *made;
	bool ok;

	if (data == NULL)
		return err_nomem(err);
	ok = str_copy_n(phrase, sizeof phrase, password, len);
	made = ok ? crypt_rn(phrase, setting, data, (int)sizeof *data) : NULL;
	ok = made != NULL && made[0] != '*' &&
	     str_copy(out, AUTH_PASSWORD_HASH_SIZE, made);
	auth_wipe(phrase, sizeof phrase);
	auth_wipe(data, sizeof *data);
	free(data);
	if (!ok)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "crypt_rn refused");
	return 0;
}

static int
new_setting(const struct auth_hashing *how, char out[CRYPT_GENSALT_OUTPUT_SIZE],
    struct error *err)
{
	char salt[SALT_BYTES];

	if (random_bytes(salt, sizeof salt, err) < 0)
		return -1;
	if (crypt_gensalt_rn(how->prefix, (unsigned long)how->cost, salt,
		sizeof salt, out, CRYPT_GENSALT_OUTPUT_SIZE) == NULL)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.",
		    "crypt_gensalt_rn refused %s at cost %d", how->prefix,
		    how->cost);
	return 0;
}

int
auth_password_hash(const char *password, size_t len,
    const struct auth_hashing *how, char out[AUTH_PASSWORD_HASH_SIZE],
    struct error *err)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	if (new_setting(how, setting, err) < 0)
		return -1;
	return run_crypt(password, len, setting, out, err);
}

int
auth_password_verify(const char *password, size_t len, const char *hash,
    const struct auth_hashing *how, bool *good, struct error *err)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE] = {0};
	char made[AUTH_PASSWORD_HASH_SIZE] = {0};
	size_t n;
	bool same;

	if (hash == NULL && new_setting(how, setting, err) < 0)
		return -1;
	if (hash != NULL && auth_password_hash_max(hash) == 0)
		return err_set(err, ERR_INTERNAL,
		    "Something went wrong here. See the log of BanGUI.", "%s",
		    "the stored password hash is of an unknown kind");
	if (run_crypt(password, len, hash != NULL ? hash : setting, made, err) <
	    0)
		return -1;
	n = strlen(made);
	/* What bcrypt would cut is not the password, however it begins. */
	same = hash != NULL && len <= auth_password_hash_max(hash) &&
	       strlen(hash) == n && str_equal_secret(hash, made, n);
	auth_wipe(made, sizeof made);
	*good = same;
	return 0;
}

/* The cost that a bcrypt hash was made with, or -1. */
static int
bcrypt_cost(const char *hash)
{
	int64_t cost = -1;
	const char *digits = hash + COST_AT;

	if (!str_starts(hash, BCRYPT) || strnlen(digits, COST_LEN) < COST_LEN)
		return -1;
	if (digits[0] == '0')
		digits++;
	if (!num_parse_i64(digits, (size_t)(hash + COST_AT + COST_LEN - digits),
		4, 31, &cost))
		return -1;
	return (int)cost;
}

size_t
auth_password_hash_max(const char *hash)
{
	if (str_starts(hash, YESCRYPT))
		return LIMIT_PASSWORD_YESCRYPT;
	return bcrypt_cost(hash) < 0 ? 0 : LIMIT_PASSWORD_BCRYPT;
}

bool
auth_password_hash_fits(const char *hash, const struct auth_hashing *how)
{
	if (!str_starts(hash, how->prefix))
		return false;
	return str_starts(hash, YESCRYPT)
		   ? str_starts(hash, YESCRYPT_PARAMETERS)
		   : bcrypt_cost(hash) >= how->cost;
}
