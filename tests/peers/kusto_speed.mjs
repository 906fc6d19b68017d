// How long Microsoft's KQL parser takes: reads one JSON string a line, runs over all of them once to warm up and twice
// more, and writes {parse, analyze}: the seconds of the better pass with syntax alone, and with names and types bound.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const queries = [];
for await (const line of createInterface({ input: process.stdin })) {
  queries.push(JSON.parse(line));
}

function best(run) {
  const seconds = [0, 1, 2].map(() => {
    const start = process.hrtime.bigint();
    queries.forEach(run);
    return Number(process.hrtime.bigint() - start) / 1e9;
  });
  return Math.min(...seconds.slice(1));
}

const { KustoCode } = Kusto.Language;
const parse = best((query) => KustoCode.Parse(query).GetSyntaxDiagnostics());
const analyze = best((query) => KustoCode.ParseAndAnalyze(query).GetDiagnostics());
process.stdout.write(`${JSON.stringify({ parse, analyze })}\n`);
