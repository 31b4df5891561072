"""The front desk, one file a verb: `linnaeus.train` is `linnaeus.api.train.train`. What several verbs share has files of its own."""
