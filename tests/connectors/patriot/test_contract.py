from tests.connectors.file_contract import FileContract


class TestPatriot(FileContract):
    slug = "patriot"
    export_path = "/export"
    reports_refusals = False
    typed_by_hand = True
    bank_account = "Bank account"
    values = {"foreign_addresses": "leave_out"}  # of the contract
