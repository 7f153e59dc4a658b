"""Writes of adoption: campaigns, answers, who wants no more of them, measures."""
