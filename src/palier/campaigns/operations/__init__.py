"""What campaigns do: simulate, sign, apply, take back; survey, remind, supplement; correct past months."""
