"""Things that would make sense in another project: dates, money, tables, text. It knows nothing of Bodega."""
