/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "f2b/gate_op.h"

#include "base/error.h"
#include "f2b/pickle_write.h"

static gate_op *const OPS[] = {
    [POLICY_OP_FORWARD] = NULL,
    [POLICY_OP_LEVEL] = gate_op_level,
    [POLICY_OP_HISTORY_STATE] = gate_op_history_state,
    [POLICY_OP_HISTORY_LAST] = gate_op_history_last,
    [POLICY_OP_HISTORY_OLDEST] = gate_op_history_oldest,
    [POLICY_OP_HISTORY_READ] = gate_op_history_read,
    [POLICY_OP_RELOAD] = gate_op_reload,
    [POLICY_OP_TEST] = gate_op_test,
    [POLICY_OP_COMMIT] = gate_op_commit,
    [POLICY_OP_TAIL] = gate_op_tail,
};
_Static_assert(ARRAY_LEN(OPS) == POLICY_OP__MAX, "a function an operation");

int
gate_op_run(struct gate_ctx *ctx, const struct policy_row *row,
    const char *const *words, size_t n, struct buf *reply, struct error *err)
{
	return OPS[row->op](ctx, words, n, reply, err);
}

int
gate_op_level(struct gate_ctx *ctx, const char *const *words, size_t n,
    struct buf *reply, struct error *err)
{
	(void)words; /* they say no more than the row */
	(void)n;
	(void)err; /* the caller asks the buf */
	pickle_put_open(reply, PICKLE_LIST);
	pickle_put_str(reply, "bangui-gate");
	pickle_put_str(reply, policy_level_name(ctx->level));
	pickle_put_close(reply, PICKLE_LIST);
	return 0;
}
