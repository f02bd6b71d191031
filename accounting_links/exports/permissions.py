"""Names of the permissions on files."""

EXPORT = "accounting_links.export_document"
CONFIRM = "accounting_links.confirm_export"
CANCEL = "accounting_links.cancel_export"
MAIL = "accounting_links.mail_export"
VIEW = "accounting_links.view_exportbatch"
