"""What the landlord answers for: incidents, the record of processing, the impact assessment, the auditor’s pack."""
