"""The pages of the service's lead, the first page of everybody, and tables for evaluators."""
