// How long Microsoft's KQL parser takes: reads one JSON string a line, parses all of them once to warm up and once more,
// and writes the seconds of the second pass.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const queries = [];
for await (const line of createInterface({ input: process.stdin })) {
  queries.push(JSON.parse(line));
}
let seconds = 0;
for (let pass = 0; pass < 2; pass += 1) {
  const start = process.hrtime.bigint();
  for (const query of queries) {
    Kusto.Language.KustoCode.Parse(query).GetSyntaxDiagnostics();
  }
  seconds = Number(process.hrtime.bigint() - start) / 1e9;
}
process.stdout.write(`${seconds}\n`);
