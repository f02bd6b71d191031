"""A plain caller of a practice server, with the credentials that it hands out."""

from typing import Any

import requests

from connectors.practice.server import PracticeServer

SECONDS = 10


class Caller:
    def __init__(self, server: PracticeServer) -> None:
        self.server = server
        self.url = server.url
        self.http = requests.Session()
        self.http.trust_env = False
        self.credentials = self.control("GET", "credentials").json()
        self.sample: dict[str, str] = self.credentials["sample"]
        self.realm = self.credentials["realm_id"]
        self.use(self.credentials["access_token"])

    def __enter__(self) -> "Caller":
        return self

    def __exit__(self, *_: object) -> None:
        self.http.close()

    def use(self, token: str) -> None:
        self.http.headers["Authorization"] = f"Bearer {token}"
        self.http.headers["Accept"] = "application/json"

    def control(self, method: str, path: str, json: Any = None) -> requests.Response:
        address = f"{self.url}/__practice__/{path}"
        return self.http.request(method, address, json=json, timeout=SECONDS)

    def fault(self, **rule: Any) -> None:
        assert self.control("POST", "faults", rule).status_code == 201

    def documents(self) -> dict[str, dict[str, str]]:
        """Entries of the control API by number."""
        rows = self.control("GET", "documents").json()["documents"]
        return {row["number"]: row for row in rows}

    def call(self, method: str, path: str, **options: Any) -> requests.Response:
        address = f"{self.url}/v3/company/{self.realm}/{path}"
        return self.http.request(method, address, timeout=SECONDS, **options)

    def get(self, path: str, **params: str) -> Any:
        answer = self.call("GET", path, params=params)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, json: Any) -> Any:
        answer = self.call("POST", path, json=json)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def error(self, path: str, json: Any, status: int = 400) -> dict[str, Any]:
        answer = self.call("POST", path, json=json)
        assert answer.status_code == status, answer.text
        found: dict[str, Any] = answer.json()["Fault"]["Error"][0]
        return found

    def query(self, text: str) -> dict[str, Any]:
        found: dict[str, Any] = self.get("query", query=text)["QueryResponse"]
        return found

    def invoice(self, number: str = "INV-1", **fields: Any) -> dict[str, Any]:
        """A body that the vendor takes."""
        return {
            "DocNumber": number,
            "TxnDate": "2026-11-02",
            "CustomerRef": {"value": self.sample["customer"]},
            "GlobalTaxCalculation": "TaxExcluded",
            "Line": [self.line()],
            **fields,
        }

    def line(self, amount: float = 120.0, **detail: Any) -> dict[str, Any]:
        return {
            "Amount": amount,
            "Description": "Boiler service",
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": self.sample["item"]},
                "TaxCodeRef": {"value": self.sample["tax_code"]},
                **detail,
            },
        }

    def bill(self, number: str = "SUP-1", **fields: Any) -> dict[str, Any]:
        detail = {
            "AccountRef": {"value": self.sample["expense_account"]},
            "TaxCodeRef": {"value": self.sample["tax_code"]},
        }
        return {
            "DocNumber": number,
            "TxnDate": "2026-11-01",
            "VendorRef": {"value": self.sample["supplier"]},
            "Line": [
                {
                    "Amount": 80.0,
                    "DetailType": "AccountBasedExpenseLineDetail",
                    "AccountBasedExpenseLineDetail": detail,
                }
            ],
            **fields,
        }
