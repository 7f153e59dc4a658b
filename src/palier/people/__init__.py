"""Persons, households, contacts, incomes."""
