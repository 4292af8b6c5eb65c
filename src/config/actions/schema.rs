//! The format as a JSON Schema (draft 2020-12), for editors: made from the field table.

use serde_json::{Map, Value, json};

use crate::domain::action::{Action, FieldSpec, InputKind, Item, Kind, Scope, Shape, in_file};

const CHANNEL: &str = "^[^/]+/.+";

/// The JSON Schema of a file of actions.
pub fn schema() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Actions of andon",
        "type": "object",
        "additionalProperties": false,
        "properties": {
            "origin": {
                "type": "string",
                "description": "Whose actions these are: what apply --prune may remove.",
                "minLength": 1,
                "maxLength": 64,
            },
            "action": { "type": "array", "description": "The actions.", "items": { "$ref": "#/$defs/action" } },
        },
        "$defs": {
            "duration": {
                "type": "string",
                "description": "Such as 10s, 1m30s or 2h.",
                "pattern": "^\\s*[0-9]",
            },
            "action": action(),
        },
    })
}

fn action() -> Value {
    let mut properties = Map::new();
    let id = "Unique in the store; by default made of the name";
    properties
        .insert("id".to_owned(), json!({ "type": "string", "description": id, "pattern": "^[A-Za-z0-9._-]{1,100}$" }));
    for spec in in_file().into_iter().filter(|spec| spec.place().0.is_none()) {
        properties.insert(spec.name.to_owned(), described(spec));
    }
    let needed = |scope| -> Vec<&str> {
        let needs = |spec: &&FieldSpec| spec.scope == scope && spec.place().0.is_none() && !spec.example.is_empty();
        in_file().into_iter().filter(needs).map(|spec| spec.name).collect()
    };
    let webhook = [needed(Scope::Any), needed(Scope::Webhook)].concat();
    let started = [needed(Scope::Any), vec!["kind"], needed(Scope::Started)].concat();
    let preset = json!({ "anyOf": [{ "type": "string" }, { "type": "object", "additionalProperties": { "type": "string" } }],
        "description": "Begins from a preset; what stands beside it replaces its parts." });
    properties.insert("preset".to_owned(), preset);
    let inputs = "Short for [[action.input]]: a list is a choice, any other value a default, a table an input in full.";
    properties.insert("inputs".to_owned(), json!({ "type": "object", "description": inputs }));
    json!({
        "type": "object",
        "description": "A button: what it sends, and how a press of it runs.",
        "additionalProperties": false,
        "properties": properties,
        "required": ["channels"],
        "anyOf": [
            { "required": webhook },
            { "required": started },
            { "required": ["preset"] },
        ],
    })
}

/// What a row of the table says, and what its kind asks for.
fn described(spec: &FieldSpec) -> Value {
    let Value::Object(mut out) = shape(spec) else { return Value::Null };
    let kept =
        if spec.hides.is_kept() { format!("; ${{kept:{}}} keeps the stored one", spec.name) } else { String::new() };
    out.insert("description".to_owned(), format!("{}{kept}", spec.filled(spec.about)).into());
    let nothing = Action::new("", "");
    let default = match spec.kind {
        Kind::Switch { get, .. } => Some(get(&nothing).into()),
        Kind::Whole { get, .. } => Some(get(&nothing).into()),
        Kind::OptionalTime { .. } if spec.about.contains("{default}") => Some(spec.filled("{default}").into()),
        _ => Some(spec.text(&nothing)).filter(|text| !text.is_empty()).map(Value::from),
    };
    if let Some(default) = default.filter(|_| !matches!(spec.kind, Kind::Table { .. })) {
        out.insert("default".to_owned(), default);
    }
    out.into()
}

fn shape(spec: &FieldSpec) -> Value {
    match &spec.kind {
        Kind::Text { .. } | Kind::Prose { .. } | Kind::Secret { .. } => match spec.shape {
            Shape::Any => json!({ "type": "string" }),
            Shape::Length(least, 0) => json!({ "type": "string", "minLength": least }),
            Shape::Length(least, most) => json!({ "type": "string", "minLength": least, "maxLength": most }),
            Shape::Pattern(pattern) => json!({ "type": "string", "pattern": pattern }),
        },
        Kind::Switch { .. } => json!({ "type": "boolean" }),
        Kind::Choice { options, .. } => {
            json!({ "enum": options.iter().map(|choice| choice.word).collect::<Vec<_>>() })
        }
        Kind::Whole { range: (least, most), .. } => json!({ "type": "integer", "minimum": least, "maximum": most }),
        Kind::Time { .. } | Kind::OptionalTime { .. } => json!({ "$ref": "#/$defs/duration" }),
        Kind::List { item: Item::Text { .. }, .. } => {
            let list = json!({ "type": "array", "minItems": 1, "items": { "type": "string" } });
            json!({ "anyOf": [{ "type": "string" }, list] })
        }
        Kind::List { item: Item::Whole { range: (least, most), most: count }, .. } => {
            let number = json!({ "type": "integer", "minimum": least, "maximum": most });
            json!({ "type": "array", "items": number, "uniqueItems": true, "maxItems": count })
        }
        Kind::Pairs { .. } => json!({ "type": "object", "additionalProperties": { "type": "string" } }),
        Kind::Table { .. } => table(spec.name),
        Kind::Channels => channels(),
        Kind::Headers => headers(),
        Kind::Body => body(),
        Kind::Inputs => json!({ "type": "array", "items": input() }),
    }
}

fn table(name: &str) -> Value {
    let inside: Vec<_> = in_file().into_iter().filter(|spec| spec.place().0 == Some(name)).collect();
    let properties: Map<String, Value> =
        inside.iter().map(|spec| (spec.place().1.to_owned(), described(spec))).collect();
    let needed: Vec<&str> = inside.iter().filter(|spec| !spec.example.is_empty()).map(|spec| spec.place().1).collect();
    let mut out = json!({ "type": "object", "additionalProperties": false, "properties": properties });
    if !needed.is_empty() {
        out["required"] = json!(needed);
    }
    out
}

fn channels() -> Value {
    json!({
        "type": "array",
        "minItems": 1,
        "items": { "anyOf": [
            {
                "type": "string",
                "description": "A channel; the lowest free slot, or the one it has.",
                "pattern": CHANNEL,
            },
            {
                "type": "object",
                "description": "A channel and the button's number in it.",
                "additionalProperties": false,
                "properties": {
                    "channel": { "type": "string", "description": "source/id", "pattern": CHANNEL },
                    "slot": { "type": "integer", "minimum": 1, "maximum": 9, "description": "The number of the button." },
                },
                "required": ["channel"],
            },
        ] },
    })
}

fn headers() -> Value {
    json!({
        "type": "object",
        "additionalProperties": { "anyOf": [
            { "type": "string" },
            {
                "type": "object",
                "description": "A value, and whether it is hidden.",
                "additionalProperties": false,
                "properties": {
                    "value": { "type": "string", "description": "The value." },
                    "secret": { "type": "boolean", "description": "Whether it is hidden." },
                },
                "required": ["value"],
            },
        ] },
    })
}

fn body() -> Value {
    let pair = json!({ "type": "array", "items": { "type": "string" }, "minItems": 2, "maxItems": 2 });
    json!({
        "type": "object",
        "additionalProperties": false,
        "minProperties": 1,
        "maxProperties": 1,
        "properties": {
            "json": { "description": "A JSON document, filled leaf by leaf." },
            "json_text": {
                "type": "string",
                "description": "The same as text, for what TOML cannot say, such as null.",
            },
            "form": {
                "description": "A form, as a table or as pairs.",
                "anyOf": [
                    { "type": "object", "additionalProperties": { "type": "string" } },
                    { "type": "array", "items": pair },
                ],
            },
            "text": { "type": "string", "description": "Text or XML as it stands." },
        },
    })
}

fn input() -> Value {
    let text = |about: &str| json!({ "type": "string", "description": about });
    let number = |about: &str| json!({ "type": "number", "description": about });
    json!({
        "type": "object",
        "description": "One value that is asked; inputs.NAME in expressions.",
        "additionalProperties": false,
        "required": ["name"],
        "properties": {
            "name": { "type": "string", "description": "Its name.", "pattern": "^[A-Za-z_][A-Za-z0-9_]*$" },
            "type": {
                "enum": InputKind::ALL.map(InputKind::as_str),
                "default": InputKind::default().as_str(),
                "description": "What kind of value.",
            },
            "choices": {
                "type": "array",
                "minItems": 1,
                "items": { "type": "string" },
                "description": "What can be chosen.",
            },
            "default": {
                "type": ["string", "number", "boolean"],
                "description": "What stands there before anything is typed.",
            },
            "required": { "type": "boolean", "description": "Whether it must be given.", "default": false },
            "pattern": text("A regular expression that the whole text must match."),
            "min": number("The least number."),
            "max": number("The greatest number."),
            "help": text("One line for whoever fills it in."),
        },
    })
}
