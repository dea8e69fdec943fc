//! Builds the queries for a call and reads their responses, until nothing is missing. The caller
//! sends the queries.

use serde_json::{Map, Value};

use super::answers::{CaseRow, RecordRow, RoleRow, TaskRow, UserRow, rows};
use super::question::{self, About, Org, Question};
use crate::json::ReadError;
use crate::lookup::{Directory, DirectoryLists, Lookup, Needs, Record, Related, User};
use crate::rules::record;
use crate::rules::update::record_id;
use crate::salesforce::{Id, Object, RecordType};
use crate::settings::{RelateTo, Settings, SharedNumber};

/// Runs the lookups of one call, in rounds:
///
/// 1. The call's Task, if the caller knows its id. Usually nothing else is needed then.
/// 2. The records with the number, the agent's user, and the call's Task.
/// 3. The objects that depend on the responses of round 2, or the record of the Task; then the
///    owner of an Account that round 3 found. With [`Enquiry::with_duplicates`], the record that a
///    duplicate rule named comes before the objects that depend on it.
///
/// ```
/// use aircall_salesforce::request::{Enquiry, Org};
/// use aircall_salesforce::{Settings, Webhook, needs};
///
/// let settings = Settings::from_json(r#"{"admin": "005000000000001AAA"}"#)?;
/// let body = br#"{
///     "id": 1, "direction": "inbound", "started_at": 1772457500, "raw_digits": "+33 1 99 00 12 34"
/// }"#;
/// let webhook = Webhook::from_slice(body)?;
/// let call = webhook.call.as_ref().unwrap();
/// let mut enquiry = Enquiry::new(&needs(call, &settings), &settings, Org::default());
/// loop {
///     let questions = enquiry.questions();
///     if questions.is_empty() {
///         break;
///     }
///     for question in questions {
///         // GET https://example.my.salesforce.com{question.path()}
///         assert!(question.path().starts_with("/services/data/v67.0/search?q=FIND%20%7B"));
///         assert!(question.text().starts_with(r"FIND {\+33199001234 OR 33199001234 OR "));
///         enquiry.answer(&question, r#"{"searchRecords": []}"#)?;
///     }
/// }
/// let directory = enquiry.into_directory();
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
///
/// Without the setting `call_id_field` Salesforce cannot find the call's Task. Then a caller who
/// kept the Task's id passes it to [`Enquiry::with_task`].
#[derive(Debug, Clone)]
pub struct Enquiry<'s> {
    needs: Needs,
    settings: &'s Settings,
    org: Org,
    duplicates: Vec<Id>,
    open: Vec<Question>,
    /// The questions that follow unless the Task that the caller knows exists.
    unless_logged: Vec<Question>,
    /// The questions about what depends on earlier responses.
    asked: Vec<Question>,
    lists: DirectoryLists,
    wrote: Option<Map<String, Value>>,
    sent: Option<Map<String, Value>>,
}

impl<'s> Enquiry<'s> {
    /// Starts the lookups of a call.
    #[must_use]
    pub fn new(needs: &Needs, settings: &'s Settings, org: Org) -> Self {
        let records = needs.number.and_then(|number| question::records(number, settings, org));
        let named = needs.users.iter().copied().map(question::user);
        let users = needs.emails.iter().filter_map(|email| question::users(email)).chain(named);
        let task = question::task_of(&needs.key, settings);
        Self {
            needs: needs.clone(),
            settings,
            org,
            duplicates: Vec::new(),
            open: records.into_iter().chain(users).chain(task).collect(),
            unless_logged: Vec::new(),
            asked: Vec::new(),
            lists: DirectoryLists::default(),
            wrote: None,
            sent: None,
        }
    }

    /// Sets the id of the call's Task, which the response to its creation contained. The Task is
    /// queried first, because an update needs only the Task and its record.
    ///
    /// Call this method before [`Enquiry::questions`], and pass what was last written to the Task
    /// to [`Enquiry::with_wrote`].
    ///
    /// If somebody deleted the Task, [`plan`](crate::plan()) creates another Task. A caller that
    /// does not want this checks whether [`Lookup::task`] returns the Task.
    #[must_use]
    pub fn with_task(mut self, task: Id) -> Self {
        self.unless_logged = std::mem::replace(&mut self.open, vec![question::task(task, self.settings)]);
        // The Task need not be searched by the call's id as well.
        self.unless_logged.retain(|question| question.about != About::Tasks);
        self
    }

    /// Adds what the caller keeps of the call's Task: `wrote` and `sent` of a
    /// [`LoggedTask`](crate::lookup::LoggedTask).
    #[must_use]
    pub fn with_wrote(mut self, wrote: Option<Map<String, Value>>, sent: Option<Map<String, Value>>) -> Self {
        (self.wrote, self.sent) = (wrote, sent);
        self
    }

    /// Sets the records that a duplicate rule named when the call's record was to be created:
    /// [`Failure::duplicates`](super::Failure::duplicates). The call is logged on the first of them
    /// that fits (REC-10).
    #[must_use]
    pub fn with_duplicates(mut self, duplicates: &[Id]) -> Self {
        self.duplicates = duplicates.to_vec();
        self
    }

    /// Returns the open questions, to be asked in any order or at once. Returns none once nothing
    /// is missing.
    pub fn questions(&mut self) -> Vec<Question> {
        if self.open.is_empty() && self.lists.tasks.is_empty() {
            self.open = std::mem::take(&mut self.unless_logged);
        }
        if self.open.is_empty() {
            self.open = self.follow_ups();
            self.asked.extend(self.open.iter().cloned());
        }
        self.open.clone()
    }

    /// Reads the body of the response to a question.
    ///
    /// # Errors
    ///
    /// Fails on a body that is not a response to such a question. The question then stays open.
    pub fn answer(&mut self, question: &Question, body: &str) -> Result<(), ReadError> {
        let lists = &mut self.lists;
        match question.about {
            About::Records => lists.records.extend(rows::<RecordRow, Record>(body)?),
            About::Duplicate => {
                let named = rows::<RecordRow, Record>(body)?.into_iter();
                lists.records.extend(named.map(|record| Record { duplicate: true, ..record }));
            }
            About::Users => lists.users.extend(rows::<UserRow, User>(body)?),
            About::Cases => lists.cases.extend(rows::<CaseRow, Related>(body)?),
            About::Opportunities => lists.opportunities.extend(rows::<RoleRow, Related>(body)?),
            About::Tasks => {
                let tasks = rows::<TaskRow, TaskRow>(body)?.into_iter();
                lists.tasks.extend(tasks.map(|row| row.of(self.needs.key.clone())));
            }
        }
        self.open.retain(|open| open != question);
        Ok(())
    }

    /// Returns what Salesforce returned, in its order.
    #[must_use]
    pub fn into_directory(mut self) -> Directory {
        // Salesforce does not know what the integration wrote last; only the caller does.
        if let Some(task) = self.lists.tasks.first_mut() {
            (task.wrote, task.sent) = (self.wrote, self.sent);
        }
        Directory::from(self.lists)
    }

    /// Returns the questions that depend on the responses and were not asked yet. With a Task, they
    /// ask for its record. Without a Task, they ask for the owner of the record that was found, for
    /// the record's Account if the settings require it, and for what the call can be related to.
    fn follow_ups(&self) -> Vec<Question> {
        if let Some(task) = self.lists.tasks.first() {
            let is_there = |id: &Id| self.lists.records.iter().any(|record| record.id == *id);
            let id = record_id(task).and_then(|id| Id::from_first_15(id.as_str()?));
            let missing = id.filter(|id| !is_there(id)).and_then(question::record);
            return missing.filter(|question| !self.asked.contains(question)).into_iter().collect();
        }
        let directory = Directory::from(self.lists.clone());
        let duplicate = record::duplicate(&directory, self.settings);
        let is_new = |question: &Question| !self.asked.contains(question);
        // One after the other, because the first record that fits is the call's record (REC-10).
        let mut named = self.duplicates.iter().filter_map(|id| question::duplicate(*id, self.org)).filter(is_new);
        if let (None, Some(question)) = (duplicate, named.next()) {
            return vec![question];
        }
        let Candidates { records: chosen, account } = match duplicate {
            Some(record) => Candidates { records: vec![record], account: None },
            None => self.candidates(&directory),
        };
        let owners = chosen.iter().filter_map(|record| record.owner).filter(|owner| self.is_asked_about(*owner));
        let contacts = chosen.iter().filter(|record| record.record_type == RecordType::Contact);
        let related = contacts.filter_map(|contact| match self.needs.related {
            RelateTo::Case | RelateTo::CaseOrCreate => Some(question::cases(contact.id)),
            RelateTo::Opportunity => Some(question::opportunities(contact.id)),
            RelateTo::Nothing => None,
        });
        let owners = owners.filter(|owner| directory.user(*owner).is_none()).map(question::user);
        let mut questions = Vec::new();
        for question in account.and_then(question::record).into_iter().chain(owners).chain(related) {
            if is_new(&question) && !questions.contains(&question) {
                questions.push(question);
            }
        }
        questions
    }

    /// Returns what the plan can log the call on (REC-9).
    fn candidates<'d>(&self, directory: &'d Directory) -> Candidates<'d> {
        let find = |number| record::holders(number, directory, self.settings);
        let holders = self.needs.number.map(find).unwrap_or_default();
        let is_asked = |choice| holders.len() > 1 && self.settings.shared_number.contains(&choice);
        let found = self.needs.emails.iter().flat_map(|email| directory.users_by_email(email));
        let agents: Vec<_> = found.map(|user| user.id).chain(self.needs.users.iter().copied()).collect();
        let is_agents = |record: &&Record| record.owner.is_some_and(|owner| agents.contains(&owner));
        let mut records: Vec<_> = holders.first().copied().into_iter().collect();
        if is_asked(SharedNumber::AgentsOwn) {
            records.extend(holders.iter().copied().filter(is_agents));
        }
        let account = if is_asked(SharedNumber::Account) { record::common_account(&holders) } else { None };
        records.extend(account.and_then(|account| directory.record(account)));
        Candidates { records, account }
    }

    /// Returns whether the owner must be looked up, to know if the owner is active. This is not the
    /// case for queues and for the two users that settings name (OWN-8).
    fn is_asked_about(&self, owner: Id) -> bool {
        let Settings { admin, unmatched_owner, .. } = self.settings;
        owner.object() == Some(Object::User) && owner != *admin && Some(owner) != *unmatched_owner
    }
}

/// What the plan can log a call on.
struct Candidates<'d> {
    records: Vec<&'d Record>,
    /// The Account of several Contacts, also if it is not among the records.
    account: Option<Id>,
}
