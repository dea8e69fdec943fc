// Tests the stand-in with jsforce. Usage: node with_jsforce.cjs ADDRESS, with jsforce in NODE_PATH.
const assert = require("node:assert/strict");
const jsforce = require("jsforce");

const address = process.argv[2];
const ADA = "003000000000001AAA";
const version = "64.0";
const checks = [];
const check = (name, run) => checks.push([name, run]);
let conn;

const fails = async (promise, errorCode, fields) => {
  const error = await promise.then(() => assert.fail(`no ${errorCode}`), (error) => error);
  assert.equal(error.errorCode, errorCode);
  if (fields) assert.deepEqual(error.data.fields ?? error.data[0].fields, fields);
};

check("logs in by SOAP", async () => {
  conn = new jsforce.Connection({ loginUrl: address, version });
  const user = await conn.login("admin@example.com", "stand-in");
  assert.equal(user.id, "005000000000001AAA");
  assert.match(user.organizationId, /^00D\w{15}$/);
  assert.equal(conn.instanceUrl, address);
});
check("is refused with a wrong password", async () => {
  const other = new jsforce.Connection({ loginUrl: address, version });
  await assert.rejects(other.login("admin@example.com", "wrong"), /INVALID_LOGIN/);
});
check("signs in by client credentials", async () => {
  const oauth2 = { loginUrl: address, clientId: "stand-in", clientSecret: "stand-in" };
  const other = new jsforce.Connection({ instanceUrl: address, version, oauth2 });
  await other.authorize({ grant_type: "client_credentials" });
  assert.equal((await other.query("SELECT Id FROM User LIMIT 1")).records.length, 1);
});
check("detects an invalid token", async () => {
  const other = new jsforce.Connection({ instanceUrl: address, accessToken: "no token", version });
  await fails(other.query("SELECT Id FROM User"), "INVALID_SESSION_ID");
});
check("queries with parents", async () => {
  const found = await conn.query(`SELECT Id, Name, Owner.Name, Account.Name FROM Contact WHERE Id = '${ADA}'`);
  assert.equal(found.totalSize, 1);
  assert.equal(found.done, true);
  const [ada] = found.records;
  assert.equal(ada.Owner.Name, "Jonas Weber");
  assert.equal(ada.Account.attributes.type, "Account");
  assert.equal(ada.attributes.url, `/services/data/v${version}/sobjects/Contact/${ADA}`);
});
check("finds with its query builder", async () => {
  const found = await conn.sobject("Contact").find({ LastName: { $like: "Love%" }, Phone: { $ne: null } }, ["Id", "Name"]).sort("-Name").limit(3);
  assert.deepEqual(found.map((contact) => contact.Name), ["Ada Lovelace"]);
  assert.equal(await conn.sobject("Contact").count({ LastName: { $in: ["Lovelace", "Kranz"] } }), 2);
});
check("searches by phone", async () => {
  const search = "FIND {\\+33199001234 OR 199001234} IN PHONE FIELDS RETURNING Contact(Id, Name), Account(Id), Lead(Id)";
  const { searchRecords } = await conn.search(search);
  assert.deepEqual(searchRecords.map((record) => record.attributes.type), ["Contact", "Account"]);
});
check("creates, reads, updates and deletes", async () => {
  const created = await conn.sobject("Task").create({ Subject: "Inbound call", Status: "Completed", WhoId: ADA, CallType: "Inbound" });
  assert.equal(created.success, true);
  assert.match(created.id, /^00T\w{15}$/);
  const task = await conn.sobject("Task").retrieve(created.id);
  assert.equal(task.IsClosed, true);
  assert.equal(task.AccountId, "001000000000001AAA");
  assert.match(task.CreatedDate, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000\+0000$/);
  const updated = await conn.sobject("Task").update({ Id: created.id, Description: null, CallDurationInSeconds: 25 });
  assert.equal(updated.success, true);
  assert.equal((await conn.sobject("Task").retrieve(created.id)).CallDurationInSeconds, 25);
  assert.equal((await conn.sobject("Task").destroy(created.id)).success, true);
  await fails(conn.sobject("Task").retrieve(created.id), "NOT_FOUND");
  assert.equal(await conn.sobject("Task").count({ Id: created.id }), 0);
  const all = await conn.query(`SELECT Id, IsDeleted FROM Task WHERE Id = '${created.id}'`, { scanAll: true });
  assert.deepEqual(all.records.map((record) => record.IsDeleted), [true]);
});
check("upserts by an external id", async () => {
  const first = await conn.sobject("Task").upsert({ Call_Id__c: "aircall:1", Subject: "one" }, "Call_Id__c");
  assert.deepEqual([first.success, first.created], [true, true]);
  const second = await conn.sobject("Task").upsert({ Call_Id__c: "aircall:1", Subject: "two" }, "Call_Id__c");
  assert.deepEqual([second.success, second.created, second.id], [true, false, first.id]);
  const [third, fourth] = await conn.sobject("Task").upsert(
    [{ Call_Id__c: "aircall:1", Subject: "three" }, { Call_Id__c: "aircall:2", Subject: "four" }], "Call_Id__c");
  assert.deepEqual([third.id, third.created, fourth.created], [first.id, false, true]);
});
check("creates and updates collections", async () => {
  const records = [{ Subject: "a" }, { Subject: "x".repeat(256) }, { Subject: "c" }];
  const results = await conn.sobject("Task").create(records);
  assert.deepEqual(results.map((result) => result.success), [true, false, true]);
  assert.equal(results[1].errors[0].statusCode, "STRING_TOO_LONG");
  assert.deepEqual(results[1].errors[0].fields, ["Subject"]);
  const updated = await conn.sobject("Task").update([{ Id: results[0].id, Subject: "b" }, { Id: results[2].id, Subject: "d" }]);
  assert.ok(updated.every((result) => result.success));
  const read = await conn.sobject("Task").retrieve([results[0].id, results[2].id]);
  assert.deepEqual(read.map((task) => task.Subject), ["b", "d"]);
  const none = await conn.sobject("Task").create([{ Subject: "kept out" }, { IsClosed: true }], { allOrNone: true });
  assert.equal(none[0].errors[0].statusCode, "ALL_OR_NONE_OPERATION_ROLLED_BACK");
  assert.equal(await conn.sobject("Task").count({ Subject: "kept out" }), 0);
});
check("pages through long responses", async () => {
  const records = Array.from({ length: 450 }, (_, n) => ({ Subject: `page ${n}` }));
  const created = await conn.sobject("Task").create(records, { allowRecursive: true });
  assert.ok(created.every((result) => result.success));
  const read = [];
  await new Promise((resolve, reject) => {
    const query = conn.query("SELECT Subject FROM Task WHERE Subject LIKE 'page %' ORDER BY CreatedDate, Id", { headers: { "Sforce-Query-Options": "batchSize=200" }, autoFetch: true, maxFetch: 1000 });
    query.on("record", (record) => read.push(record.Subject)).on("end", resolve).on("error", reject).run();
  });
  assert.equal(new Set(read).size, 450);
});
check("uses composite requests", async () => {
  const url = `/services/data/v${version}/sobjects`;
  const parts = (who) => [
    { method: "POST", url: `${url}/Contact`, referenceId: "record", body: { LastName: "+33 1 99 00 99 99", Phone: "+33199009999" } },
    { method: "POST", url: `${url}/Task`, referenceId: "task", body: { Subject: "Missed call", WhoId: who } },
  ];
  const send = (who) => conn.requestPost(`/services/data/v${version}/composite`, { allOrNone: true, compositeRequest: parts(who) });
  const { compositeResponse: good } = await send("@{record.id}");
  assert.deepEqual(good.map((part) => part.httpStatusCode), [201, 201]);
  assert.equal((await conn.sobject("Task").retrieve(good[1].body.id)).WhoId, good[0].body.id);
  const { compositeResponse: bad } = await send("001000000000001AAA");
  assert.deepEqual(bad.map((part) => part.body[0].errorCode), ["PROCESSING_HALTED", "FIELD_INTEGRITY_EXCEPTION"]);
  assert.equal(await conn.sobject("Contact").count({ Phone: "+33199009999" }), 1);
});
check("queries in a composite request", async () => {
  const query = (statement) => `/services/data/v${version}/query?q=${encodeURIComponent(statement)}`;
  const parts = (count) => Array.from({ length: count }, (_, n) => ({ method: "GET", url: query(`SELECT Id FROM Contact WHERE Id IN ('${ADA}')`), referenceId: `q${n}` }));
  const send = (compositeRequest) => conn.requestPost(`/services/data/v${version}/composite`, { compositeRequest });
  const { compositeResponse } = await send(parts(5));
  assert.deepEqual(compositeResponse.map((part) => part.body.records[0].Id), Array(5).fill(ADA));
  await fails(send(parts(6)), "LIMIT_EXCEEDED");
  const search = { method: "GET", url: `/services/data/v${version}/search?q=FIND+{ada}`, referenceId: "s" };
  const { compositeResponse: [refused] } = await send([search]);
  assert.deepEqual([refused.httpStatusCode, refused.body[0].errorCode], [400, "INVALID_INPUT"]);
});
check("sees the parents of a task as names", async () => {
  const { id } = await conn.sobject("Task").create({ Subject: "named", WhoId: ADA });
  const { records: [task] } = await conn.query(`SELECT Who.Name, Who.Type, What.Name FROM Task WHERE Id = '${id}'`);
  assert.deepEqual([task.Who.attributes.type, task.Who.Name, task.Who.Type, task.What], ["Name", "Ada Lovelace", "Contact", null]);
});
const graphs = (list) => conn.requestPost(`/services/data/v${version}/composite/graph`, { graphs: list });
const graph = (graphId, lastName, status) => ({
  graphId,
  compositeRequest: [
    { method: "POST", url: `/services/data/v${version}/sobjects/Contact`, referenceId: "record", body: { LastName: lastName } },
    { method: "POST", url: `/services/data/v${version}/sobjects/Task`, referenceId: "task", body: { WhoId: "@{record.id}", CallType: status } },
  ],
});
const codes = ({ graphResponse }) => graphResponse.compositeResponse.map((part) => part.body[0]?.errorCode ?? part.httpStatusCode);
check("writes graphs, each completely or not at all", async () => {
  const { graphs: [good, bad] } = await graphs([graph("g0", "Graph", "Inbound"), graph("g1", "Graph", "Sideways")]);
  assert.deepEqual([good.graphId, good.isSuccessful, bad.graphId, bad.isSuccessful], ["g0", true, "g1", false]);
  const [contact, task] = good.graphResponse.compositeResponse;
  assert.equal((await conn.sobject("Task").retrieve(task.body.id)).WhoId, contact.body.id);
  assert.deepEqual(codes(bad), ["PROCESSING_HALTED", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]);
  assert.equal(await conn.sobject("Contact").count({ LastName: "Graph" }), 1);
});
check("halts after fifteen failed graphs", async () => {
  const failing = Array.from({ length: 15 }, (_, n) => graph(`g${n}`, "Halted", "Sideways"));
  const { graphs: answers } = await graphs([...failing, graph("last", "Halted", "Inbound")]);
  assert.deepEqual(codes(answers[14]), ["PROCESSING_HALTED", "INVALID_OR_NULL_FOR_RESTRICTED_PICKLIST"]);
  assert.deepEqual([answers[15].isSuccessful, codes(answers[15])], [false, ["PROCESSING_HALTED", "PROCESSING_HALTED"]]);
  assert.equal(await conn.sobject("Contact").count({ LastName: "Halted" }), 0);
});
// Runs a check with other switches.
const withSwitches = async (switches, run) => {
  const put = async (body) => assert.equal((await fetch(`${address}/stand-in/switches`, { method: "PUT", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) })).status, 204);
  await put(switches);
  await run().finally(() => put({}));
};
check("reads the allowance and is refused over it", async () => {
  await conn.query("SELECT Id FROM User");
  const { used } = conn.limitInfo.apiUsage;
  await withSwitches({ allowance: used + 1 }, async () => {
    await conn.query("SELECT Id FROM User");
    assert.deepEqual(conn.limitInfo.apiUsage, { used: used + 1, limit: used + 1 });
    await fails(conn.query("SELECT Id FROM User"), "REQUEST_LIMIT_EXCEEDED");
    await fails(conn.sobject("Task").create({ Subject: "too much" }), "REQUEST_LIMIT_EXCEEDED");
    assert.deepEqual(conn.limitInfo.apiUsage, { used: used + 1, limit: used + 1 });
  });
  assert.equal(await conn.sobject("Task").count({ Subject: "too much" }), 0);
});
check("meets a duplicate rule", async () => {
  await withSwitches({ duplicate_rules: ["Contact"] }, async () => {
    const ada = { FirstName: "Ada", LastName: "Lovelace" };
    const error = await conn.sobject("Contact").create(ada).catch((error) => error);
    assert.equal(error.errorCode, "DUPLICATES_DETECTED");
    const { matchRecords: [{ record }] } = error.data.duplicateResult.matchResults[0];
    assert.deepEqual([record.attributes.type, record.Id], ["Contact", ADA]);
    const headers = { "Sforce-Duplicate-Rule-Header": "allowSave=true" };
    const saved = await conn.sobject("Contact").create(ada, { headers });
    assert.equal(saved.success, true);
    await conn.sobject("Contact").destroy(saved.id);
  });
});
check("finds archived tasks by queryAll", async () => {
  await conn.sobject("Task").create({ Subject: "archived", Status: "Completed", ActivityDate: "2026-03-01" });
  await withSwitches({ archived_before: "2026-03-02" }, async () => {
    const query = "SELECT Id FROM Task WHERE Subject = 'archived' AND IsDeleted = false";
    assert.equal((await conn.query(query)).totalSize, 0);
    const all = await conn.query(query, { scanAll: true });
    assert.equal(all.totalSize, 1);
    assert.equal((await conn.sobject("Task").update({ Id: all.records[0].Id, Description: "late" })).success, true);
  });
});
check("describes", async () => {
  const { keyPrefix, fields } = await conn.sobject("Task").describe();
  assert.equal(keyPrefix, "00T");
  const subject = fields.find((field) => field.name === "Subject");
  assert.deepEqual([subject.type, subject.length, subject.createable], ["string", 255, true]);
  assert.ok((await conn.describeGlobal()).sobjects.some((object) => object.name === "Contact"));
});
check("reads errors", async () => {
  const task = conn.sobject("Task");
  await fails(task.create({ Nonsense: 1 }), "INVALID_FIELD");
  await fails(task.create({ WhoId: "003000000000999AAA" }), "INVALID_CROSS_REFERENCE_KEY", []);
  await fails(task.create({ OwnerId: "005000000000004AAA" }), "INACTIVE_OWNER_OR_USER", ["OwnerId"]);
  await fails(task.create({ WhoId: "00Q000000000002EAA" }), "CANNOT_UPDATE_CONVERTED_LEAD");
  await fails(conn.sobject("Contact").create({ FirstName: "Ada" }), "REQUIRED_FIELD_MISSING", ["LastName"]);
  await fails(conn.query("SELECT Id FROM"), "MALFORMED_QUERY");
  await fails(conn.query("SELECT Nonsense FROM Task"), "INVALID_FIELD");
  await fails(conn.query("SELECT Id FROM Nonsense"), "INVALID_TYPE");
  await fails(conn.search("FIND {+33} RETURNING Contact(Id)"), "MALFORMED_SEARCH");
});

(async () => {
  let failed = 0;
  for (const [name, run] of checks) {
    try {
      await run();
    } catch (error) {
      failed += 1;
      console.error(`jsforce ${name}: ${error.stack}`);
    }
  }
  console.log(`jsforce: ${checks.length - failed} of ${checks.length} checks`);
  process.exit(failed ? 1 : 0);
})();
