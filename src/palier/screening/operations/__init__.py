"""What is written about screened texts: refusals without the text, false alarms, the landlord's words."""
