dist_doc_DATA += %D%/Architecture.md
dist_doc_DATA += %D%/Operations.md
