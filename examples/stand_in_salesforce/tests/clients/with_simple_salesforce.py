"""Tests the stand-in with simple-salesforce. Usage: with_simple_salesforce.py ADDRESS

The client only uses https, and signs in at salesforce.com. An adapter replaces both addresses with
the stand-in's.
"""

import sys
import traceback
from contextlib import contextmanager
from urllib.parse import urlsplit

import requests
from requests.adapters import HTTPAdapter
from simple_salesforce import Salesforce, SalesforceLogin, format_soql
from simple_salesforce.exceptions import (
    SalesforceAuthenticationFailed,
    SalesforceExpiredSession,
    SalesforceMalformedRequest,
    SalesforceRefusedRequest,
    SalesforceResourceNotFound,
)

ADDRESS = sys.argv[1]
ADA = "003000000000001AAA"
VERSION = "67.0"
CHECKS = []


class ToStandIn(HTTPAdapter):
    def send(self, request, **options):
        request.url = ADDRESS + request.url.partition(urlsplit(request.url).netloc)[2]
        return super().send(request, **options)


def session():
    through = requests.Session()
    through.mount("https://", ToStandIn())
    return through


def check(run):
    CHECKS.append(run)
    return run


def fails(run, error_class, code, fields=None):
    try:
        run()
    except error_class as error:
        assert isinstance(error.content, list), error.content
        assert error.content[0]["errorCode"] == code, error.content
        assert fields is None or error.content[0]["fields"] == fields, error.content
        return
    raise AssertionError(f"no {code}")


def signed_in():
    return Salesforce(
        username="admin@example.com", password="stand", security_token="-in", version=VERSION, session=session()
    )


SF = None


@check
def logs_in_by_soap():
    global SF
    SF = signed_in()
    assert SF.sf_instance == urlsplit(ADDRESS).netloc


@check
def is_refused_with_a_wrong_password():
    try:
        SalesforceLogin(username="admin@example.com", password="wrong", security_token="", session=session())
    except SalesforceAuthenticationFailed as error:
        assert error.code == "INVALID_LOGIN", error.code
        return
    raise AssertionError("signed in")


@check
def signs_in_by_oauth():
    client = {"consumer_key": "stand-in", "consumer_secret": "stand-in", "session": session()}
    token, _ = SalesforceLogin(domain="acme.my", **client)
    assert token
    token, _ = SalesforceLogin(username="admin@example.com", password="stand-in", **client)
    assert token
    try:
        SalesforceLogin(domain="acme.my", consumer_key="stand-in", consumer_secret="wrong", session=session())
    except SalesforceAuthenticationFailed as error:
        assert error.code == "invalid_client", error.code
        return
    raise AssertionError("signed in")


@check
def detects_an_invalid_token():
    other = Salesforce(session_id="no token", instance_url=ADDRESS, version=VERSION, session=session())
    fails(lambda: other.query("SELECT Id FROM User"), SalesforceExpiredSession, "INVALID_SESSION_ID")


@check
def queries_with_escaped_values():
    name = "O'Neil \\ \"Sons\" 100%_\n"
    made = SF.Contact.create({"LastName": name})
    query = format_soql("SELECT Id, LastName FROM Contact WHERE LastName = {}", name.strip())
    found = SF.query(query)
    assert [record["Id"] for record in found["records"]] == [made["id"]], found
    like = format_soql("SELECT Id FROM Contact WHERE LastName LIKE '%{:like}%'", "100%_")
    assert SF.query(like)["totalSize"] == 1
    assert SF.query("SELECT COUNT() FROM Contact WHERE LastName LIKE '%100%!%'")["totalSize"] == 0


@check
def reads_every_page():
    tasks = [{"attributes": {"type": "Task"}, "Subject": f"py {n}"} for n in range(2100)]
    for first in range(0, len(tasks), 200):
        results = SF.restful("composite/sobjects", method="POST", json={"records": tasks[first : first + 200]})
        assert all(result["success"] for result in results)
    page = SF.query("SELECT Id FROM Task WHERE Subject LIKE 'py %'")
    assert (page["totalSize"], page["done"], len(page["records"])) == (2100, False, 2000)
    everything = SF.query_all("SELECT Id FROM Task WHERE Subject LIKE 'py %'")
    assert len(everything["records"]) == 2100 and everything["done"]


@check
def searches():
    found = SF.search(r"FIND {\+493023125101 OR 03023125101} IN PHONE FIELDS RETURNING Contact(Id, Name WHERE Name != null ORDER BY Name LIMIT 5)")
    assert [record["Name"] for record in found["searchRecords"]] == ["Emil Kranz"], found
    assert [record["Id"] for record in SF.quick_search("Lovelace")["searchRecords"]], "no RETURNING"


@check
def creates_reads_updates_and_deletes():
    made = SF.Task.create({"Subject": "Outbound call", "WhoId": ADA, "CallDurationInSeconds": 4, "Status": "Completed"})
    assert made["success"] and made["errors"] == []
    task = SF.Task.get(made["id"])
    assert (task["IsClosed"], task["Priority"], task["TaskSubtype"]) == (True, "Normal", "Task")
    assert SF.Task.update(made["id"], {"Subject": "Answered call"}) == 204
    assert SF.Task.get(made["id"])["Subject"] == "Answered call"
    assert SF.Task.delete(made["id"]) == 204
    fails(lambda: SF.Task.get(made["id"]), SalesforceResourceNotFound, "NOT_FOUND")
    fails(lambda: SF.Task.update(made["id"], {"Subject": "gone"}), SalesforceResourceNotFound, "ENTITY_IS_DELETED", [])


@check
def upserts():
    assert SF.Task.upsert("Call_Id__c/aircall:py", {"Subject": "one"}) == 201
    assert SF.Task.upsert("Call_Id__c/aircall:py", {"Subject": "two"}) == 200
    assert SF.Task.get_by_custom_id("Call_Id__c", "aircall:py")["Subject"] == "two"
    fails(
        lambda: SF.Task.create({"Call_Id__c": "aircall:py"}), SalesforceMalformedRequest, "DUPLICATE_VALUE", []
    )


@check
def uses_composite_requests():
    url = f"/services/data/v{VERSION}/sobjects"
    parts = [
        {"method": "POST", "url": f"{url}/Lead", "referenceId": "record", "body": {"LastName": "New", "Company": "New"}},
        {"method": "POST", "url": f"{url}/Task", "referenceId": "task", "body": {"WhoId": "@{record.id}"}},
        {"method": "GET", "url": f"{url}/Task/@{{task.id}}?fields=WhoId", "referenceId": "read"},
    ]
    response = SF.restful("composite", method="POST", json={"allOrNone": True, "compositeRequest": parts})
    lead, task, read = response["compositeResponse"]
    assert [part["httpStatusCode"] for part in (lead, task, read)] == [201, 201, 200], response
    assert read["body"]["WhoId"] == lead["body"]["id"]


@check
def queries_in_a_composite_request():
    query = f"/services/data/v{VERSION}/query?q=SELECT+Id+FROM+Contact+WHERE+Id+IN+('{ADA}')"

    def send(urls):
        parts = [{"method": "GET", "url": url, "referenceId": f"q{n}"} for n, url in enumerate(urls)]
        return SF.restful("composite", method="POST", json={"compositeRequest": parts})

    responses = send([query] * 5)["compositeResponse"]
    assert [response["body"]["records"][0]["Id"] for response in responses] == [ADA] * 5
    fails(lambda: send([query] * 6), SalesforceMalformedRequest, "LIMIT_EXCEEDED")
    [refused] = send([f"/services/data/v{VERSION}/search?q=FIND+{{ada}}"])["compositeResponse"]
    assert refused["body"][0]["errorCode"] == "INVALID_INPUT", refused


@check
def sees_parents_as_names():
    made = SF.Task.create({"Subject": "named", "WhoId": ADA})
    [task] = SF.query(f"SELECT Who.Name, Who.Type, What.Name FROM Task WHERE Id = '{made['id']}'")["records"]
    assert task["Who"]["attributes"]["type"] == "Name", task
    assert (task["Who"]["Name"], task["Who"]["Type"], task["What"]) == ("Ada Lovelace", "Contact", None)


def graph(graph_id, last_name, call_type):
    url = f"/services/data/v{VERSION}/sobjects"
    task = {"WhoId": "@{record.id}", "CallType": call_type}
    parts = [
        {"method": "POST", "url": f"{url}/Contact", "referenceId": "record", "body": {"LastName": last_name}},
        {"method": "POST", "url": f"{url}/Task", "referenceId": "task", "body": task},
    ]
    return {"graphId": graph_id, "compositeRequest": parts}


def send_graphs(graphs):
    return SF.restful("composite/graph", method="POST", json={"graphs": graphs})["graphs"]


def codes(response):
    return [part["body"][0]["errorCode"] for part in response["graphResponse"]["compositeResponse"]]


REFUSED = ["PROCESSING_HALTED", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]


@check
def writes_graphs_completely_or_not_at_all():
    good, bad = send_graphs([graph("g0", "Graph", "Inbound"), graph("g1", "Graph", "Sideways")])
    assert (good["isSuccessful"], bad["isSuccessful"], bad["graphId"]) == (True, False, "g1")
    contact, task = (part["body"]["id"] for part in good["graphResponse"]["compositeResponse"])
    assert SF.Task.get(task)["WhoId"] == contact
    assert codes(bad) == REFUSED
    assert SF.query("SELECT COUNT() FROM Contact WHERE LastName = 'Graph'")["totalSize"] == 1


@check
def halts_after_fifteen_failed_graphs():
    failing = [graph(f"g{n}", "Halted", "Sideways") for n in range(15)]
    responses = send_graphs(failing + [graph("last", "Halted", "Inbound")])
    assert codes(responses[14]) == REFUSED
    assert (responses[15]["isSuccessful"], codes(responses[15])) == (False, ["PROCESSING_HALTED"] * 2)
    assert SF.query("SELECT COUNT() FROM Contact WHERE LastName = 'Halted'")["totalSize"] == 0


@contextmanager
def switched(**switches):
    def put(body):
        requests.put(f"{ADDRESS}/stand-in/switches", json=body, timeout=10).raise_for_status()

    put(switches)
    try:
        yield
    finally:
        put({})


@check
def reads_the_allowance_and_is_refused_over_it():
    SF.limits()
    used = SF.api_usage["api-usage"].used
    with switched(allowance=used + 1):
        SF.limits()
        assert (SF.api_usage["api-usage"].used, SF.api_usage["api-usage"].total) == (used + 1, used + 1)
        fails(SF.limits, SalesforceRefusedRequest, "REQUEST_LIMIT_EXCEEDED")
        fails(lambda: SF.Task.create({"Subject": "too much"}), SalesforceRefusedRequest, "REQUEST_LIMIT_EXCEEDED")
        refused = SF.session.get(f"{SF.base_url}limits", headers=SF.headers)
        assert refused.headers["Sforce-Limit-Info"] == f"api-usage={used + 1}/{used + 1}"
    assert SF.query("SELECT COUNT() FROM Task WHERE Subject = 'too much'")["totalSize"] == 0


@check
def meets_a_duplicate_rule():
    ada = {"FirstName": "Ada", "LastName": "Lovelace"}
    with switched(duplicate_rules=["Contact"]):
        try:
            SF.Contact.create(ada)
            raise AssertionError("saved")
        except SalesforceMalformedRequest as error:
            assert error.content[0]["errorCode"] == "DUPLICATES_DETECTED", error.content
            [match] = error.content[0]["duplicateResult"]["matchResults"][0]["matchRecords"]
            assert (match["record"]["attributes"]["type"], match["record"]["Id"]) == ("Contact", ADA)
        saved = SF.Contact.create(ada, headers={"Sforce-Duplicate-Rule-Header": "allowSave=true"})
        SF.Contact.delete(saved["id"])


@check
def finds_archived_tasks_by_query_all():
    SF.Task.create({"Subject": "archived", "Status": "Completed", "ActivityDate": "2026-03-01"})
    query = "SELECT Id FROM Task WHERE Subject = 'archived' AND IsDeleted = false"
    with switched(archived_before="2026-03-02"):
        assert SF.query(query)["totalSize"] == 0
        [task] = SF.query_all(query, include_deleted=True)["records"]
        assert SF.Task.update(task["Id"], {"Description": "late"}) == 204


@check
def describes():
    fields = {field["name"]: field for field in SF.Task.describe()["fields"]}
    assert fields["Call_Id__c"]["externalId"] and fields["Call_Id__c"]["unique"]
    assert fields["CallType"]["restrictedPicklist"]
    assert fields["WhoId"]["referenceTo"] == ["Contact", "Lead"]
    assert {"Task", "Contact"} <= {described["name"] for described in SF.describe()["sobjects"]}
    assert SF.limits()["DailyApiRequests"]["Remaining"] > 0
    assert "api-usage" in SF.api_usage


@check
def reads_errors():
    refused = SalesforceMalformedRequest
    fails(lambda: SF.Task.create({"Subject": "x" * 256}), refused, "STRING_TOO_LONG", ["Subject"])
    fails(lambda: SF.Task.create({"CallType": "Sideways"}), refused, "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST", ["CallType"])
    fails(lambda: SF.Task.create({"IsClosed": True}), refused, "INVALID_FIELD_FOR_INSERT_UPDATE", ["IsClosed"])
    fails(lambda: SF.Task.create({"WhoId": "001000000000001AAA"}), refused, "FIELD_INTEGRITY_EXCEPTION", ["WhoId"])
    fails(lambda: SF.Lead.update("00Q000000000002EAA", {"Title": "x"}), refused, "CANNOT_UPDATE_CONVERTED_LEAD", [])
    fails(lambda: SF.query(r"SELECT Id FROM Task WHERE Subject = '\q'"), refused, "MALFORMED_QUERY")
    fails(lambda: SF.Nonsense.create({}), SalesforceResourceNotFound, "NOT_FOUND")


failed = 0
for run in CHECKS:
    try:
        run()
    except Exception:
        failed += 1
        print(f"simple-salesforce {run.__name__}:\n{traceback.format_exc()}", file=sys.stderr)
print(f"simple-salesforce: {len(CHECKS) - failed} of {len(CHECKS)} checks")
sys.exit(1 if failed else 0)
