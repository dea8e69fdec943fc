//! Defines columns that the library's table does not contain: those of objects to which a call
//! logger does not write, and those of person accounts.

use aircall_salesforce::salesforce::Object;
use aircall_salesforce::salesforce::fields::FieldType::{Date, DateTime, Flag, Line, Number, Reference};
use aircall_salesforce::salesforce::fields::{Field, FieldType};

use super::Table;

const TEXT: FieldType = Line(None);

const fn to(object: &'static [Object]) -> FieldType {
    Reference { to: object, others: false }
}

/// Returns a field that every write can contain, or that no write can contain.
const fn field(name: &'static str, field_type: FieldType, writable: bool, nillable: bool) -> Field {
    Field { name, field_type, on_create: writable, on_update: writable, nillable }
}

const CREATED: Field = field("CreatedDate", DateTime, false, false);
const MODIFIED: Field = field("LastModifiedDate", DateTime, false, false);
const STAMP: Field = field("SystemModstamp", DateTime, false, false);
const DELETED: Field = field("IsDeleted", Flag, false, false);

const USER: &[Field] = &[
    field("Id", to(&[Object::User]), false, false),
    field("Name", TEXT, false, false),
    field("FirstName", TEXT, true, true),
    field("LastName", TEXT, true, false),
    field("Username", TEXT, true, false),
    field("Email", TEXT, true, false),
    field("Alias", TEXT, true, false),
    field("Phone", TEXT, true, true),
    field("MobilePhone", TEXT, true, true),
    field("UserType", TEXT, false, true),
    field("IsActive", Flag, true, false),
    CREATED,
    MODIFIED,
    STAMP,
];

const GROUP: &[Field] = &[
    field("Id", to(&[Object::Group]), false, false),
    field("Name", TEXT, true, false),
    field("Type", TEXT, true, false),
    CREATED,
    MODIFIED,
    STAMP,
];

const OPPORTUNITY: &[Field] = &[
    field("Id", to(&[Object::Opportunity]), false, false),
    field("Name", TEXT, true, false),
    field("AccountId", to(&[Object::Account]), true, true),
    field("OwnerId", to(&[Object::User]), true, false),
    field("StageName", TEXT, true, false),
    field("CloseDate", Date, true, false),
    field("Amount", Number, true, true),
    field("IsClosed", Flag, false, false),
    field("IsWon", Flag, false, false),
    CREATED,
    MODIFIED,
    STAMP,
    DELETED,
];

const OPPORTUNITY_CONTACT_ROLE: &[Field] = &[
    field("Id", Reference { to: &[], others: true }, false, false),
    field("OpportunityId", to(&[Object::Opportunity]), true, false),
    field("ContactId", to(&[Object::Contact]), true, false),
    field("Role", TEXT, true, true),
    field("IsPrimary", Flag, true, false),
    CREATED,
    MODIFIED,
    STAMP,
    DELETED,
];

const PERSON_ACCOUNT: &[Field] = &[
    field("IsPersonAccount", Flag, false, false),
    field("PersonContactId", to(&[Object::Contact]), false, true),
    field("FirstName", TEXT, true, true),
    field("LastName", TEXT, true, true),
    field("PersonEmail", TEXT, true, true),
    field("PersonMobilePhone", TEXT, true, true),
    field("PersonHomePhone", TEXT, true, true),
    field("PersonOtherPhone", TEXT, true, true),
    field("PersonAssistantPhone", TEXT, true, true),
];

const PERSON_CONTACT: &[Field] = &[field("IsPersonAccount", Flag, false, false)];

/// The fields of `Name`, as which a query sees the record of a polymorphic reference.
pub(super) const NAME: &[Field] = &[
    field("Id", Reference { to: &[], others: true }, false, false),
    field("Name", TEXT, false, true),
    field("FirstName", TEXT, false, true),
    field("LastName", TEXT, false, true),
    field("Type", TEXT, false, true),
    field("Email", TEXT, false, true),
    field("Phone", TEXT, false, true),
    field("Title", TEXT, false, true),
    field("Alias", TEXT, false, true),
    field("Username", TEXT, false, true),
    field("IsActive", Flag, false, true),
];

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
