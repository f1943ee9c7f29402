#!/usr/bin/env python3
"""Reads the Northwind order book (a SQLite script) into the CSV files that examples/northwind.toml imports.

    tools/northwind_to_csv.py create.sql FOLDER

Products get the name of their category; an order stands once for each of its lines. Pictures are left out.
"""

from __future__ import annotations

import csv
import sqlite3
import sys
from pathlib import Path

TABLES = {
    "customers.csv": "SELECT * FROM Customers ORDER BY CustomerID",
    "suppliers.csv": "SELECT * FROM Suppliers ORDER BY SupplierID",
    "employees.csv": "SELECT * FROM Employees ORDER BY EmployeeID",
    "products.csv": "SELECT p.*, CategoryName FROM Products p LEFT JOIN Categories USING (CategoryID) ORDER BY 1",
    "orders.csv": "SELECT * FROM Orders JOIN [Order Details] USING (OrderID) ORDER BY OrderID, ProductID",
}


def main(words: list[str]) -> int:
    if len(words) != 2:
        print(__doc__)
        return 2
    script, folder = Path(words[0]), Path(words[1])
    folder.mkdir(parents=True, exist_ok=True)
    with sqlite3.connect(":memory:") as database:
        database.executescript(script.read_text("utf-8"))
        for name, question in TABLES.items():
            print(f"{name}: {write(database.execute(question), folder / name)} lines")
    return 0


def write(found: sqlite3.Cursor, path: Path) -> int:
    """One answer as a file; how many lines it has beside the header."""
    rows = [["" if isinstance(value, bytes) else value for value in row] for row in found]
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow([column[0] for column in found.description])
        writer.writerows(rows)
    return len(rows)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
