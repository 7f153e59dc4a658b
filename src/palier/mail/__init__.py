"""Documents: frozen data, the PDFs made from them, where their bytes are kept."""
