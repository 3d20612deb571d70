//  duckdb.mjs: what dmh does to the laboratory workload, as DuckDB SQL: duckdb.mjs INPUT OUTPUT THREADS.
//  Trims, folds spaces, reads three forms of dates, maps the status, converts into each test's canonical unit keeping what was
//  there before, sets repeated rows aside, counts. Called by test/bench/run.sh with the package in build/bench.
import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { resolve } from 'node:path';

const [, , input, output, threads = '2'] = process.argv;
const require = createRequire (resolve ('build/bench/package.json'));
const { DuckDBInstance } = await import (pathToFileURL (require.resolve ('@duckdb/node-api')).href);

const quoted = (path) => `'${path.replaceAll ("'", "''")}'`;
const source = input.endsWith ('.ndjson')
    ? `read_json(${quoted (input)}, format = 'newline_delimited', columns = {
           'Patient ID': 'VARCHAR', 'Test Code': 'VARCHAR', 'Test Name': 'VARCHAR', 'Result Value': 'VARCHAR',
           'Units': 'VARCHAR', 'Collected Date': 'VARCHAR', 'Status': 'VARCHAR', 'Facility': 'VARCHAR'})`
    : `read_csv(${quoted (input)}, header = true, all_varchar = true, strict_mode = false)`;

const sql = `
COPY (
    WITH tests (code, foreign_unit, factor, unit) AS (VALUES
        ('2345-7', 'mmol/L', 18.0156, 'mg/dL'), ('2160-0', 'umol/L', 0.011312, 'mg/dL'), ('718-7', 'g/L', 0.1, 'g/dL'),
        ('2951-2', 'mEq/L', 1.0, 'mmol/L'), ('2823-3', 'mEq/L', 1.0, 'mmol/L')),
    given AS (
        SELECT trim("Patient ID") AS patient_id, trim("Test Code") AS test_code,
            regexp_replace(trim("Test Name"), ' +', ' ', 'g') AS test_name, trim("Result Value") AS source_value,
            TRY_CAST(trim("Result Value") AS DOUBLE) AS number, trim("Units") AS source_unit,
            CASE WHEN "Collected Date" LIKE '%/%' THEN try_strptime(trim("Collected Date"), '%m/%d/%Y')
                 WHEN "Collected Date" LIKE '%-%' THEN try_strptime(trim("Collected Date"), '%Y-%m-%d')
                 ELSE try_strptime(trim("Collected Date"), '%Y%m%d') END::DATE AS collected_at,
            CASE lower(trim("Status")) WHEN 'f' THEN 'final' WHEN 'final' THEN 'final'
                 WHEN 'p' THEN 'preliminary' WHEN 'preliminary' THEN 'preliminary' END AS status,
            trim("Facility") AS facility
        FROM ${source})
    SELECT DISTINCT patient_id, given.test_code, 'http://loinc.org' AS test_code_system, test_name,
        CASE WHEN source_unit = foreign_unit THEN number * factor ELSE number END AS value_number,
        coalesce(tests.unit, source_unit) AS unit, status, collected_at,
        CASE WHEN source_unit = foreign_unit AND factor <> 1.0 THEN source_value END AS source_value,
        CASE WHEN source_unit = foreign_unit AND factor <> 1.0 THEN source_unit END AS source_unit,
        facility
    FROM given LEFT JOIN tests ON tests.code = given.test_code
) TO ${quoted (output)} (HEADER, DELIMITER ',')`;

const database = await DuckDBInstance.create (':memory:', { threads });
const connection = await database.connect ();
await connection.run (sql);
connection.closeSync ();
