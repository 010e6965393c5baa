"""Which tables does the journal have, and how did it come to them?"""

MIGRATIONS = (
    """
    CREATE TABLE log (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, kind TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL
    ) STRICT;
    CREATE INDEX log_at ON log (at);
    CREATE TABLE notices (
        n INTEGER PRIMARY KEY, id TEXT NOT NULL UNIQUE, incident INTEGER NOT NULL, event TEXT NOT NULL,
        recipient TEXT NOT NULL, at REAL NOT NULL, body TEXT NOT NULL,
        state TEXT NOT NULL DEFAULT 'pending' CHECK (state IN ('pending', 'claimed', 'delivered', 'given_up')),
        tries INTEGER NOT NULL DEFAULT 0, changed_at REAL, why TEXT NOT NULL DEFAULT ''
    ) STRICT;
    CREATE INDEX notices_open ON notices (n) WHERE state IN ('pending', 'claimed');
    CREATE INDEX notices_at ON notices (at);
    CREATE TABLE learned (target TEXT PRIMARY KEY, at REAL NOT NULL, numbers TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE snapshot (one INTEGER PRIMARY KEY CHECK (one = 1), seq INTEGER NOT NULL, at REAL NOT NULL) STRICT;
    CREATE TABLE standings (id TEXT PRIMARY KEY, body TEXT NOT NULL) STRICT, WITHOUT ROWID;
    CREATE TABLE incidents (id INTEGER PRIMARY KEY, resolved_at REAL, body TEXT NOT NULL) STRICT;
    CREATE TABLE beat (one INTEGER PRIMARY KEY CHECK (one = 1), at REAL NOT NULL) STRICT;
    CREATE TABLE dead (since REAL PRIMARY KEY, until REAL NOT NULL) STRICT;
    """,
    """
    CREATE INDEX log_key ON log (kind, key);
    CREATE TABLE marks (
        id TEXT NOT NULL, mark TEXT NOT NULL, body TEXT NOT NULL, PRIMARY KEY (id, mark)
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE assets (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, "of" TEXT NOT NULL CHECK ("of" IN ('site', 'device', 'link')),
        id TEXT NOT NULL, site TEXT NOT NULL, circuit TEXT NOT NULL, carrier TEXT, source TEXT NOT NULL,
        target TEXT NOT NULL, parent TEXT NOT NULL, gone INTEGER NOT NULL CHECK (gone IN (0, 1))
    ) STRICT;
    CREATE INDEX assets_id ON assets ("of", id);
    CREATE TABLE rulings (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL,
        "of" TEXT NOT NULL CHECK ("of" IN ('site', 'device', 'link')), id TEXT NOT NULL, moment INTEGER NOT NULL,
        attribution TEXT NOT NULL CHECK (attribution IN ('carrier', 'unit', 'power', 'force_majeure', 'unclear'))
    ) STRICT;
    CREATE TABLE corrections (
        seq INTEGER PRIMARY KEY, at REAL NOT NULL, who TEXT NOT NULL, why TEXT NOT NULL, link TEXT NOT NULL,
        field TEXT NOT NULL CHECK (field IN ('carrier', 'circuit', 'parent')), since INTEGER NOT NULL, value TEXT
    ) STRICT;
    CREATE TRIGGER assets_never_change BEFORE UPDATE ON assets
        BEGIN SELECT raise(ABORT, 'what the inventory said is only ever added to'); END;
    CREATE TRIGGER assets_stay BEFORE DELETE ON assets
        BEGIN SELECT raise(ABORT, 'what the inventory said is only ever added to'); END;
    CREATE TRIGGER assets_are_new BEFORE INSERT ON assets WHEN EXISTS (SELECT 1 FROM assets WHERE seq = new.seq)
        BEGIN SELECT raise(ABORT, 'what the inventory said is only ever added to'); END;
    CREATE TRIGGER rulings_never_change BEFORE UPDATE ON rulings
        BEGIN SELECT raise(ABORT, 'rulings are only ever added to'); END;
    CREATE TRIGGER rulings_stay BEFORE DELETE ON rulings
        BEGIN SELECT raise(ABORT, 'rulings are only ever added to'); END;
    CREATE TRIGGER rulings_are_new BEFORE INSERT ON rulings WHEN EXISTS (SELECT 1 FROM rulings WHERE seq = new.seq)
        BEGIN SELECT raise(ABORT, 'rulings are only ever added to'); END;
    CREATE TRIGGER corrections_never_change BEFORE UPDATE ON corrections
        BEGIN SELECT raise(ABORT, 'corrections are only ever added to'); END;
    CREATE TRIGGER corrections_stay BEFORE DELETE ON corrections
        BEGIN SELECT raise(ABORT, 'corrections are only ever added to'); END;
    CREATE TRIGGER corrections_are_new BEFORE INSERT ON corrections
        WHEN EXISTS (SELECT 1 FROM corrections WHERE seq = new.seq)
        BEGIN SELECT raise(ABORT, 'corrections are only ever added to'); END;
    """,
    """
    CREATE TABLE facts (
        target TEXT NOT NULL, metric TEXT NOT NULL, key TEXT NOT NULL, body TEXT NOT NULL,
        PRIMARY KEY (target, metric, key)
    ) STRICT, WITHOUT ROWID;
    """,
    """
    CREATE TABLE acts (number INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    CREATE TABLE cases (incident INTEGER PRIMARY KEY, body TEXT NOT NULL) STRICT;
    """,
    """
    CREATE TABLE series (
        n INTEGER PRIMARY KEY, track TEXT NOT NULL, root TEXT NOT NULL, labels TEXT NOT NULL,
        UNIQUE (track, root, labels)
    ) STRICT;
    CREATE TABLE rollups (
        series INTEGER NOT NULL, hour INTEGER NOT NULL, means BLOB NOT NULL, PRIMARY KEY (series, hour)
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX rollups_hour ON rollups (hour);
    """,
    """
    CREATE TABLE history_series (
        n INTEGER PRIMARY KEY, quantity TEXT NOT NULL, id TEXT NOT NULL, direction TEXT NOT NULL, last INTEGER NOT NULL,
        UNIQUE (quantity, id, direction)
    ) STRICT;
    CREATE INDEX history_series_id ON history_series (id);
    CREATE TABLE history_fives (five INTEGER PRIMARY KEY, means BLOB NOT NULL) STRICT;
    CREATE TABLE history_days (place INTEGER PRIMARY KEY, means BLOB NOT NULL) STRICT;
    CREATE TABLE history_folding (
        one INTEGER PRIMARY KEY CHECK (one = 1), day INTEGER NOT NULL, next INTEGER NOT NULL
    ) STRICT;
    """,
    """
    ALTER TABLE assets ADD COLUMN promised REAL;
    ALTER TABLE assets ADD COLUMN area TEXT;
    ALTER TABLE assets ADD COLUMN level TEXT;
    """,
)
"""One script for each version of the schema, in order; a script that was released is never changed."""
