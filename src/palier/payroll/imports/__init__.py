"""Files that the payroll office gives: the employees' register."""
