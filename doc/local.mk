dist_doc_DATA += %D%/Architecture.md
dist_doc_DATA += %D%/Backend-Development.md
dist_doc_DATA += %D%/FAQ.md
dist_doc_DATA += %D%/Features.md
dist_doc_DATA += %D%/Operations.md
dist_doc_DATA += %D%/Troubleshooting.md
dist_doc_DATA += %D%/UPGRADE.md
dist_doc_DATA += %D%/Web-Development.md

# The contract of the API; src/api/local.mk embeds it.
EXTRA_DIST += %D%/openapi.yaml %D%/embed.awk

dist_man_MANS += %D%/bangui-fcgi.8 %D%/bangui-gate.8 %D%/bangui-reaper.8 \
	%D%/bangui.1 %D%/bangui.conf.5 %D%/gate.conf.5
