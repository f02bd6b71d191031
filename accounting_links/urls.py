"""The pages of ours beside the admin's own. `admin.sync` and `admin.connections` put
them under the admin site, so that their names begin with "admin:".

Each line says what it needs: `reads` and `asks` answer GET, `acts` only POST.
"""

from django.urls import URLPattern, path

from accounting_links import permissions as may
from accounting_links.exports import permissions as may_file
from accounting_links.views import (
    accsid,
    bulk,
    check_up,
    connect,
    document_panel,
    edits,
    export_actions,
    exporting,
    first_day,
    item_actions,
    item_dialog,
    lists,
    mapping,
    numbering,
    platforms,
    progress,
    runs,
    sync_page,
    waiting_payments,
    webhooks,
)
from accounting_links.views.guard import acts, asks, reads


def sync_urls() -> list[URLPattern]:
    return [
        path("page/", reads(sync_page.sync_page, may.USE_SYNC_PAGE), name="sync_page"),
        path("page/start/", acts(runs.start_sync, may.SYNC), name="sync_start"),
        path("page/auto/", acts(runs.start_auto, may.SYNC), name="sync_auto"),
        path(
            "page/export/",
            acts(exporting.start, may_file.EXPORT),
            name="sync_export",
        ),
        path("page/check/", acts(runs.check_again, may.SYNC), name="sync_check"),
        path(
            "page/numbers/<int:group_id>/move-on/",
            acts(numbering.move_past, may.CHANGE_NUMBERING),
            name="numbers_move_past",
        ),
        path(
            "page/run/<int:run_id>/progress/",
            reads(progress.run_progress, may.USE_SYNC_PAGE),
            name="sync_run_progress",
        ),
        path(
            "page/run/<int:run_id>/stop/",
            acts(runs.stop_run, may.SYNC),
            name="sync_run_stop",
        ),
        path(
            "page/item/<int:item_id>/",
            reads(item_dialog.item_dialog, may.USE_SYNC_PAGE),
            name="sync_item",
        ),
        path(
            "page/item/<int:item_id>/<slug:verb>/",
            acts(item_actions.act, may.USE_SYNC_PAGE),
            name="sync_item_act",
        ),
        path(
            "page/payments/<int:connection_id>/",
            reads(waiting_payments.listed, may.USE_SYNC_PAGE),
            name="sync_waiting_payments",
        ),
        path(
            "page/link-exact/",
            asks(bulk.link_exact, may.LINK),
            name="sync_link_exact",
        ),
        path(
            "page/create-selected/",
            acts(bulk.create_selected, may.LINK),
            name="sync_create_selected",
        ),
    ]


def document_urls() -> list[URLPattern]:
    return [
        path(
            "document/<int:document_id>/send/",
            acts(document_panel.send, may.SYNC),
            name="document_send",
        ),
        path(
            "document/<int:document_id>/mark/",
            acts(document_panel.mark, may.SYNC),
            name="document_mark",
        ),
        path(
            "document/<int:document_id>/export/",
            asks(exporting.document, may_file.EXPORT),
            name="document_export",
        ),
        path(
            "contacts/link-or-create/",
            acts(bulk.link_or_create, may.LINK),
            name="contacts_link_or_create",
        ),
        path(
            "contact/<int:contact_id>/accsid/<int:connection_id>/<slug:role>/",
            acts(accsid.change_on_contact, may.UNLOCK),
            name="contact_accsid",
        ),
    ]


def connection_urls() -> list[URLPattern]:
    return [
        *_getting_in_urls(),
        *_first_day_urls(),
        path(
            "platforms/",
            reads(platforms.platforms, may.VIEW_CONNECTION),
            name="platforms",
        ),
        path(
            "platforms/<slug:slug>/",
            reads(platforms.platform, may.VIEW_CONNECTION),
            name="platform",
        ),
        path(
            "<int:connection_id>/check-up/",
            asks(check_up.check_up, may.CHECK_UP),
            name="connection_check_up",
        ),
        path(
            "<int:connection_id>/lists/",
            asks(lists.uploads, may.VIEW_CONNECTION),
            name="connection_lists",
        ),
        path(
            "<int:connection_id>/webhooks/",
            asks(webhooks.webhooks, may.CONNECT),
            name="connection_webhooks",
        ),
        path(
            "<int:connection_id>/mapping/<slug:what>/",
            asks(mapping.mapping, may.VIEW_CONNECTION),
            name="connection_mapping",
        ),
    ]


def _getting_in_urls() -> list[URLPattern]:
    return [
        path(
            "<int:connection_id>/connect/",
            asks(connect.connect, may.CONNECT),
            name="connection_connect",
        ),
        path(
            "callback/",
            reads(connect.callback, may.CONNECT),
            name="connection_callback",
        ),
        path(
            "<int:connection_id>/connected/",
            reads(connect.connected, may.CONNECT),
            name="connection_connected",
        ),
        path(
            "<int:connection_id>/disconnect/",
            acts(connect.disconnect, may.CONNECT),
            name="connection_disconnect",
        ),
    ]


def _first_day_urls() -> list[URLPattern]:
    return [
        path(
            "<int:connection_id>/first-day/<slug:role>/",
            asks(first_day.first_day, may.LINK),
            name="connection_first_day",
        ),
        path(
            "<int:connection_id>/first-day/<slug:role>/file/",
            reads(first_day.download, may.LINK),
            name="connection_first_day_file",
        ),
        path(
            "<int:connection_id>/first-day/<slug:role>/undo/<int:pk>/",
            acts(first_day.undo, may.LINK),
            name="connection_first_day_undo",
        ),
    ]


def webhook_urls() -> list[URLPattern]:
    return [
        path(
            "<int:delivery_id>/again/",
            acts(webhooks.handle_again, may.REPLAY_DELIVERIES),
            name="delivery_replay",
        ),
    ]


def edit_urls() -> list[URLPattern]:
    return [
        path(
            "<int:edit_id>/choose/<slug:verb>/",
            acts(edits.act, "accounting_links.view_remoteedit"),
            name="edit_act",
        ),
    ]


def export_urls() -> list[URLPattern]:
    return [
        path(
            "<int:batch_id>/download/",
            reads(export_actions.download, may_file.VIEW),
            name="export_download",
        ),
        path(
            "<int:batch_id>/report/",
            acts(export_actions.report, may_file.CONFIRM),
            name="export_report",
        ),
        path(
            "<int:batch_id>/confirm/",
            acts(export_actions.confirm, may_file.CONFIRM),
            name="export_confirm",
        ),
        path(
            "<int:batch_id>/cancel/",
            asks(export_actions.cancel, may_file.CANCEL),
            name="export_cancel",
        ),
        path(
            "<int:batch_id>/mail/",
            asks(export_actions.mail, may_file.MAIL),
            name="export_mail",
        ),
    ]
