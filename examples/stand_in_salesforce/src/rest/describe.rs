//! Describes objects and their fields.

use aircall_salesforce::salesforce::fields::FieldType;
use serde_json::{Value, json};

use crate::json::with;
use crate::org::Org;
use crate::schema::{Column, Table};

/// Describes every object.
pub(super) fn all(version: &str) -> Value {
    let objects: Vec<_> = Table::ALL.into_iter().map(|table| brief(version, table)).collect();
    json!({"encoding": "UTF-8", "maxBatchSize": 200, "sobjects": objects})
}

/// Describes an object without its fields.
pub(super) fn brief(version: &str, table: Table) -> Value {
    let name = table.name();
    let address = format!("/services/data/{version}/sobjects/{name}");
    json!({
        "name": name,
        "label": name,
        "keyPrefix": table.prefix(),
        "custom": false,
        "createable": true,
        "updateable": true,
        "deletable": true,
        "queryable": true,
        "searchable": true,
        "retrieveable": true,
        "urls": {
            "sobject": address,
            "describe": format!("{address}/describe"),
            "rowTemplate": format!("{address}/{{ID}}"),
        },
    })
}

/// Describes an object with the fields that the user can see.
pub(super) fn one(org: &Org, version: &str, table: Table) -> Value {
    let fields = org.schema.columns(table).iter().filter(|column| !org.is_hidden(table, column));
    with(brief(version, table), "fields", fields.map(field).collect::<Vec<_>>())
}

fn field(column: &Column) -> Value {
    let (kind, length) = kind(column);
    let targets: Vec<_> = column.targets().into_iter().map(Table::name).collect();
    let values = match column.kind {
        FieldType::Picklist(values) => values,
        _ => &[],
    };
    let values: Vec<_> = values.iter().map(|value| json!({"value": value, "label": value, "active": true})).collect();
    json!({
        "name": column.name,
        "label": column.name,
        "type": kind,
        "length": length,
        "digits": if let FieldType::Int { digits } = column.kind { digits } else { 0 },
        "nillable": column.nillable,
        "createable": column.on_create,
        "updateable": column.on_update,
        "filterable": column.is_filterable(),
        "sortable": column.is_filterable(),
        "custom": column.custom,
        "unique": column.unique,
        "externalId": column.external_id,
        "idLookup": column.external_id || column.name == "Id",
        "relationshipName": if column.name == "Id" { None } else { column.relationship() },
        "referenceTo": if column.name == "Id" { Vec::new() } else { targets },
        "restrictedPicklist": matches!(column.kind, FieldType::Picklist(_)),
        "picklistValues": values,
    })
}

/// Returns Salesforce's type name and the length.
fn kind(column: &Column) -> (&'static str, usize) {
    match column.kind {
        _ if column.name == "Id" => ("id", 18),
        FieldType::Line(length) if column.is_phone() => ("phone", length.unwrap_or_default()),
        FieldType::Line(length) if column.is_email() => ("email", length.unwrap_or_default()),
        FieldType::Line(length) => ("string", length.unwrap_or_default()),
        FieldType::Area(length) => ("textarea", length.unwrap_or_default()),
        FieldType::Picklist(_) => ("picklist", 255),
        FieldType::Int { .. } => ("int", 0),
        FieldType::Number => ("double", 0),
        FieldType::Flag => ("boolean", 0),
        FieldType::Date => ("date", 0),
        FieldType::DateTime => ("datetime", 0),
        FieldType::Reference { .. } => ("reference", 18),
        FieldType::Any => ("anyType", 0),
    }
}
