"""What is done with payslips: the register, a batch taken in, reviewed, released or undone, an opposition said."""
