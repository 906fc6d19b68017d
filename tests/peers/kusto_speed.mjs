// How long Microsoft's KQL parser, and its parser and binder, take. Reads one JSON value a line: first {tables: [[name,
// schema]], functions: [[name, parameters, body]]}, then the queries as strings. Each phase passes over every tenth query to
// warm up and then over all of them; the seconds of that pass are written as {parse, analyze}.
import { createRequire } from 'node:module';
import { createInterface } from 'node:readline';

const require = createRequire(import.meta.url);
require('@kusto/language-service-next/bridge.min.js');
require('@kusto/language-service-next/Kusto.Language.Bridge.min.js');

const { Symbols, KustoCode, GlobalState } = Kusto.Language;
const lines = [];
for await (const line of createInterface({ input: process.stdin })) {
  lines.push(JSON.parse(line));
}

function globals({ tables, functions }) {
  const members = [
    ...tables.map(([name, schema]) => new Symbols.TableSymbol.$ctor7(name, schema)),
    ...functions.map(([name, parameters, body]) => new Symbols.FunctionSymbol.$ctor16(name, parameters, body)),
  ];
  return GlobalState.Default.WithDatabase(new Symbols.DatabaseSymbol.ctor('workspace', members));
}

function seconds(queries, work) {
  queries.filter((_, index) => index % 10 === 0).forEach(work);
  const start = process.hrtime.bigint();
  queries.forEach(work);
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const [schema, ...texts] = lines;
const state = globals(schema);
const parse = seconds(texts, (query) => KustoCode.Parse(query).GetSyntaxDiagnostics());
const analyze = seconds(texts, (query) => KustoCode.ParseAndAnalyze(query, state).GetDiagnostics());
process.stdout.write(`${JSON.stringify({ parse, analyze })}\n`);
