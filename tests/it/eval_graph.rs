//! Graph operators: queries in, tables out, one page of both for each test.

use crate::eval_plugins::answers;

/// Who manages whom, with two people that only one of the tables knows.
const STAFF: &str = "let People = datatable(name:string, team:string, level:long)['ann','it',3, 'bo','it',2, 'cy','',1, \
    'di','hr',long(null)];
let Reports = datatable(who:string, boss:string, since:long)['bo','ann',2019, 'cy','bo',2021, 'ed','bo',2022, 'ed','ann',2024];
let Staff = Reports | make-graph who --> boss with People on name;
";

#[test]
fn patterns_of_single_edges() {
    insta::assert_snapshot!(answers(
        STAFF,
        &[
            "Staff | graph-match (a)-[e]->(b) project a.name, b.name, e.since",
            "Staff | graph-match (a)<-[e]-(b) where b.name == 'bo' project a.name, e.since",
            "Staff | graph-match (a)--(b) where a.name == 'bo' project b.name",
            "Staff | graph-match (a)-->(b)-->(c) project a.name, c.name",
            "Staff | graph-match (a)-->(b), (a)-->(c) where b.level > c.level project a.name, b.name, c.name",
            "Staff | graph-match (a)-[e]->()<-[f]-(b) where e.since < f.since project a.name, b.name, gap = f.since - e.since",
            "Staff | graph-match (a) where isempty(a.team) project a.name, a.level, a",
            "Staff | graph-match (n) project n.name, node_degree_in(n), node_degree_out(n), node_id(n), labels(n)",
            "Staff | graph-match (a)-->(a) project a.name",
        ]
    ));
}

#[test]
fn paths_of_several_edges() {
    insta::assert_snapshot!(answers(
        STAFF,
        &[
            "Staff | graph-match (a)-[p*1..3]->(b) where b.name == 'ann' project a.name, p.since, map(inner_nodes(p), name)",
            "Staff | graph-match (b)<-[p*2..2]-(a) project a.name, since = map(p, since)",
            "Staff | graph-match (a)-[p*1..3]->(b) where all(p, since > 2020) project a.name, b.name",
            "Staff | graph-match (a)-[p*1..3]->(b) where any(p, since < 2020) project a.name, p",
            "Staff | graph-match (a)-[p*1..3]->(b) where all(inner_nodes(p), level > 5) project a.name, b.name",
            "Staff | graph-match (a)-[p*0..1]->(b) where a.team == 'hr' project a.name, b.name, all(p, false), any(p, true)",
            "let start = 2020; Staff | graph-match (a)-[p*1..2]->(b) project a.name, all(p, since >= start and since > a.level)",
            "Staff | graph-match (a)-[p*1..2]->(b) where p.since > 1 project a.name",
        ]
    ));
}

/// A ring of three with a way back, and a loop.
const RING: &str =
    "let Ring = datatable(s:string, t:string, w:long)['a','b',1, 'b','c',2, 'c','a',3, 'b','a',4, 'c','c',5] \
    | make-graph s --> t with_node_id=id;
";

#[test]
fn cycles() {
    insta::assert_snapshot!(answers(
        RING,
        &[
            "Ring | graph-match (x)-[p*3..3]->(y) where x.id == 'a' project p.w, y.id",
            "Ring | graph-match cycles=none (x)-[p*1..3]->(y) where x.id == 'a' project p.w, y.id",
            "Ring | graph-match cycles=none (x)-->(y)-->(z)-->(x) project x.id",
            "Ring | graph-match cycles=all (x)-->(y)<--(z) where x.id == 'a' project z.id",
            "Ring | graph-match (x)-->(y)<--(z) where x.id == 'a' project z.id",
            "Ring | graph-match (x)--(y) where y.id == 'c' and x.id == 'c' project x.id",
        ]
    ));
}

#[test]
fn shortest_paths() {
    insta::assert_snapshot!(answers(
        RING,
        &[
            "Ring | graph-shortest-paths (x)-[p*1..5]->(y) project x.id, y.id, p.w",
            "Ring | graph-shortest-paths (x)-[p*2..5]->(y) project x.id, y.id, p.w",
            "Ring | graph-shortest-paths (x)-[p*1..5]->(y) where all(p, w != 4) and x.id == 'b' project y.id, p.w",
            "Ring | graph-shortest-paths (x)-[p*1..5]->(y) where any(p, w == 3) and x.id == 'b' project y.id, p.w",
            "Ring | graph-shortest-paths output=all (x)-[p*1..5]-(y) where x.id == 'a' project y.id, p.w",
            "Ring | graph-shortest-paths (x)-[e]->(y)-[p*1..5]->(z) where x.id == 'a' project z.id, e.w, p.w",
        ]
    ));
}

#[test]
fn graphs_as_tables() {
    insta::assert_snapshot!(answers(
        STAFF,
        &[
            "Staff | graph-to-table nodes",
            "Staff | graph-to-table edges with_source_id=a with_target_id=b",
            "Staff | graph-to-table nodes as N with_node_id=id, edges as E; N | where name == 'ed' | project id = id == hash('ed')",
            "Staff | graph-to-table edges as E | count",
            "Staff | graph-mark-components | graph-to-table nodes | project name, ComponentId",
            "Staff | graph-mark-components kind=strong with_component_id=c | graph-match (n) project n.name, n.c",
            "Staff | graph-where-nodes level > 1 | graph-to-table edges",
            "Staff | graph-where-edges since > 2021 | graph-match (a)-->(b) project a.name, b.name",
            "Reports | make-graph who --> boss | graph-match (a)-->(b) project a, b | take 1",
            "Reports | take 0 | make-graph who --> boss | graph-to-table nodes",
        ]
    ));
}

#[test]
fn what_is_no_graph_or_no_pattern() {
    insta::assert_snapshot!(answers(
        STAFF,
        &[
            "Staff | count",
            "Staff",
            "People | graph-match (a)-->(b) project a.name",
            "Staff | graph-match (a)-->(b) project a.nam",
            "Staff | graph-match (a)-->(b) where since > 1 project a.name",
            "Staff | graph-match (a)-->(b), (c) project a.name",
            "Staff | graph-match (a)-[p*1..2]->(b) project map(p, map(p, since))",
            "Staff | graph-match (a)-[p*3..1]->(b) project a.name",
            "Staff | graph-match (a)-[p*-1..1]->(b) project a.name",
            "Reports | make-graph who --> since | graph-to-table edges",
            "Reports | make-graph who -- boss | graph-to-table edges",
            "Reports | make-graph who --> boss with People on name, (People | project key = name) on key | graph-to-table nodes",
        ]
    ));
}

#[test]
fn a_graph_for_each_value_of_a_column() {
    let tables = "let nodes = datatable(id: string, tenant: string, age: int)['a','x',1, 'b','x',2, 'c','y',3, 'd','z',4, 'a','y',5]; \
        let edges = datatable(s: string, t: string, tenant: string)['a','b','x', 'c','a','y', 'b','a','q'];";
    insta::assert_snapshot!(answers(
        tables,
        &[
            "edges | make-graph s --> t with nodes on id partitioned-by tenant (graph-match (a)-[e]->(b) project a.age, b.id, b.age, e.tenant)",
            "edges | make-graph s --> t with nodes on id partitioned-by tenant (graph-match (a) project a.tenant, a.age | where isnotnull(a_age))",
            "edges | make-graph s --> t with_node_id=id partitioned-by tenant (graph-match (a)-[e]->(b) project a.id, e.tenant | count)",
            "edges | make-graph s --> t partitioned-by place (graph-match (a)-[e]->(b) project e.tenant)",
            "edges | make-graph s --> t partitioned-by tenant (graph-mark-components)",
        ]
    ));
}
