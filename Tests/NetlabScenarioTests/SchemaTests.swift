import Foundation
import NetlabModel
import Testing

@testable import NetlabScenario

@Suite struct SchemaTests {
    @Test func fileInDocsIsCurrent() throws {
        let environment = ProcessInfo.processInfo.environment
        let file = ScenarioFile.root.appending(path: "docs/scenario.schema.json")
        if environment["NETLAB_UPDATE_DOCS"] != nil {
            try ScenarioSchema.json.write(to: file, atomically: true, encoding: .utf8)
        }
        let current = try ScenarioFile.text("docs/scenario.schema.json") == ScenarioSchema.json
        #expect(
            current,
            "docs/scenario.schema.json is out of date: NETLAB_UPDATE_DOCS=1 swift test --filter SchemaTests")
    }

    @Test func schemaIsJSON() throws {
        let object = try JSONSerialization.jsonObject(with: Data(ScenarioSchema.json.utf8))
        let root = try #require(object as? [String: Any])
        let definitions = try #require(root["definitions"] as? [String: Any])
        // Every reference leads somewhere.
        let names = ScenarioSchema.json.matches(of: /#\/definitions\/([A-Za-z0-9]+)/).map { String($0.1) }
        #expect(!names.isEmpty)
        for name in names { #expect(definitions[name] != nil, "\(name)") }
    }

    /// Forms that the reference describes in words only.
    private static let more = """
        title: t
        nodes:
          client:
            interfaces:
              eth0: { address: 10.0.0.1/24, qdisc: { pfifo: { limit: 1 } } }
              eth1: { address: 10.1.0.1/24, qdisc: { bfifo: { limit: 1 B } } }
              eth2: { address: 10.2.0.1/24, qdisc: { htb: { rate: 1 mbit } } }
              eth3: { address: 10.3.0.1/24, qdisc: { netem: { loss: 1% } } }
            neighbours: [{ address: 10.0.0.9, mac: 02:00:00:00:00:09, dev: eth0 }]
          server: { interfaces: { eth0: 10.0.0.2/24 } }
        links:
          - { ends: [client/eth0, server/eth0], impair: { d: { duplicate: { probability: 1% } }, c: { corrupt: { probability: 1% } } } }
        traffic:
          program: { kind: exec, from: client, to: server, command: [ping, -c, "1", 10.0.0.2] }
        phases: [{ name: control }]
        """

    /// Mappings whose keys are names that the author chooses.
    private static let open: Set<String> = [
        "a flow", "a firewall", "impair", "sysctl", "hosts", "neighbours", "offloads", "environment", "snat",
        "dnat", "timeouts", "zones", "helpers",
        "corrupt",
    ]

    /// The keys that the parser asks for are those that the schema allows, in each kind of mapping.
    @Test func schemaKnowsTheKeysThatTheParserKnows() throws {
        var seen: [String: Set<String>] = [:]
        for text in try ReferenceTests.blocks().map(ReferenceTests.file) + [Self.more] {
            let complaints = Complaints(text: text, keepsVocabulary: true)
            let source = ScenarioSource(name: "t", path: "t.yaml", text: text)
            _ = ScenarioBuilder(source: source, complaints: complaints).plan(withholding: nil)
            #expect(!complaints.hasErrors)
            seen.merge(complaints.vocabulary) { $0.union($1) }
        }
        for (what, keys) in ScenarioSchema.vocabulary {
            #expect(seen[what] == keys, "\(what)")
        }
        #expect(Set(seen.keys).subtracting(ScenarioSchema.vocabulary.keys).subtracting(Self.open) == [])
    }
}
