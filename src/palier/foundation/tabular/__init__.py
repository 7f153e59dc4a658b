"""Reading tables that come from outside: CSV and XLSX files into records whose every cell keeps its position."""
