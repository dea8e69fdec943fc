//! Defines columns that the library's table does not contain: those of objects to which a call
//! logger does not write, and those of person accounts.

use aircall_salesforce::salesforce::Object;
use aircall_salesforce::salesforce::fields::FieldType::{Date, DateTime, Flag, Line, Number, Reference};
use aircall_salesforce::salesforce::fields::Writes::{Both, Never};
use aircall_salesforce::salesforce::fields::{Field, FieldType, Writes};

use super::Table;

const TEXT: FieldType = Line(None);

const fn to(object: &'static [Object]) -> FieldType {
    Reference { to: object, others: false }
}

const fn field(name: &'static str, field_type: FieldType, writes: Writes, nillable: bool) -> Field {
    Field { name, field_type, writes, nillable }
}

const CREATED: Field = field("CreatedDate", DateTime, Never, false);
const MODIFIED: Field = field("LastModifiedDate", DateTime, Never, false);
const STAMP: Field = field("SystemModstamp", DateTime, Never, false);
const DELETED: Field = field("IsDeleted", Flag, Never, false);

const USER: &[Field] = &[
    field("Id", to(&[Object::User]), Never, false),
    field("Name", TEXT, Never, false),
    field("FirstName", TEXT, Both, true),
    field("LastName", TEXT, Both, false),
    field("Username", TEXT, Both, false),
    field("Email", TEXT, Both, false),
    field("Alias", TEXT, Both, false),
    field("Phone", TEXT, Both, true),
    field("MobilePhone", TEXT, Both, true),
    field("UserType", TEXT, Never, true),
    field("IsActive", Flag, Both, false),
    CREATED,
    MODIFIED,
    STAMP,
];

const GROUP: &[Field] = &[
    field("Id", to(&[Object::Group]), Never, false),
    field("Name", TEXT, Both, false),
    field("Type", TEXT, Both, false),
    CREATED,
    MODIFIED,
    STAMP,
];

const OPPORTUNITY: &[Field] = &[
    field("Id", to(&[Object::Opportunity]), Never, false),
    field("Name", TEXT, Both, false),
    field("AccountId", to(&[Object::Account]), Both, true),
    field("OwnerId", to(&[Object::User]), Both, false),
    field("StageName", TEXT, Both, false),
    field("CloseDate", Date, Both, false),
    field("Amount", Number, Both, true),
    field("IsClosed", Flag, Never, false),
    field("IsWon", Flag, Never, false),
    CREATED,
    MODIFIED,
    STAMP,
    DELETED,
];

const OPPORTUNITY_CONTACT_ROLE: &[Field] = &[
    field("Id", Reference { to: &[], others: true }, Never, false),
    field("OpportunityId", to(&[Object::Opportunity]), Both, false),
    field("ContactId", to(&[Object::Contact]), Both, false),
    field("Role", TEXT, Both, true),
    field("IsPrimary", Flag, Both, false),
    CREATED,
    MODIFIED,
    STAMP,
    DELETED,
];

const PERSON_ACCOUNT: &[Field] = &[
    field("IsPersonAccount", Flag, Never, false),
    field("PersonContactId", to(&[Object::Contact]), Never, true),
    field("FirstName", TEXT, Both, true),
    field("LastName", TEXT, Both, true),
    field("PersonEmail", TEXT, Both, true),
    field("PersonMobilePhone", TEXT, Both, true),
    field("PersonHomePhone", TEXT, Both, true),
    field("PersonOtherPhone", TEXT, Both, true),
    field("PersonAssistantPhone", TEXT, Both, true),
];

const PERSON_CONTACT: &[Field] = &[field("IsPersonAccount", Flag, Never, false)];

/// Returns the columns in addition to the library's table.
pub(super) const fn of(table: Table) -> &'static [Field] {
    match table {
        Table::User => USER,
        Table::Group => GROUP,
        Table::Opportunity => OPPORTUNITY,
        Table::OpportunityContactRole => OPPORTUNITY_CONTACT_ROLE,
        Table::Account | Table::Contact | Table::Lead | Table::Case | Table::Task => &[],
    }
}

/// Returns the additional columns of an org with person accounts.
pub(super) const fn of_persons(table: Table) -> &'static [Field] {
    match table {
        Table::Account => PERSON_ACCOUNT,
        Table::Contact => PERSON_CONTACT,
        _ => &[],
    }
}
