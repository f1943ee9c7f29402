"""Who may see and do what, told and tried: on a record, of a person, as a person, before roles and teams change."""
