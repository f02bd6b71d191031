from connectors.transport.files import ExportFile
from tests.connectors.file_contract import FileContract
from tests.connectors.money_s3 import schemas


class TestMoneyS3(FileContract):
    slug = "money_s3"

    def check_file(self, file: ExportFile) -> None:
        assert schemas.faults(file.content) == []

    def check_report(self, content: bytes) -> None:
        assert schemas.report_faults(content) == []
