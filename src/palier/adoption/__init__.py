"""Proposing the tenants’ space and measuring what comes of it: survey, cohorts, invitation, steps, paper saved."""
