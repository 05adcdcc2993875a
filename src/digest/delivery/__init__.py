"""Stage 5: a rendered issue and its readers → batches → couriers; what stands in the ledger."""
