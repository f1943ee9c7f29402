"""The audit log as a page and as files, for administrators."""
