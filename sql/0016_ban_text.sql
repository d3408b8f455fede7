-- The words of the matched lines of bans, to find bans by. The lines
-- themselves stay where they are, in ban_evidence: this keeps only which word
-- stands where, a third of their size.
--
-- unicode61 ends a word at whatever is no letter and no digit: an address, a
-- path or a user's name is a phrase of its parts.
CREATE VIRTUAL TABLE ban_text USING fts5 (
    line,
    content = '',
    columnsize = 0,
    tokenize = 'unicode61 remove_diacritics 2'
);

-- How far it is filled; exactly one row. What was archived before is added in
-- small steps (store/ban_text_store.h), the oldest first.
CREATE TABLE ban_text_state (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    filled_to INTEGER NOT NULL -- the ban up to which all are in it
) STRICT;
INSERT INTO ban_text_state VALUES (1, 0);
