"""Allocation: vacancies and reservations, the commission, its minutes, offers, transfers, and their replay."""
