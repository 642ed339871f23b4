"""One SQLite file: opening, migrations, backups, and one repository per noun."""
