import NetlabModel
import NetlabScenario
import Testing

/// Every YAML block of docs/scenario-reference.md is what it says it is.
@Suite struct ReferenceTests {
    /// What a block leaves out.
    private static let frame: [(key: String, text: String)] = [
        ("title", "title: A part of a file\n"),
        (
            "nodes",
            "nodes:\n  client: { interfaces: { eth0: 10.0.0.1/24 } }\n  server: { interfaces: { eth0: 10.0.0.2/24 } }\n"
        ),
        ("links", "links:\n  - [client/eth0, server/eth0]\n"),
        ("traffic", "traffic:\n  web: { kind: tcp-request, from: client, to: \"server:80\", count: 10 }\n"),
        ("phases", "phases:\n  - name: control\n"),
    ]

    static func blocks() throws -> [String] {
        var blocks: [String] = []
        var current: [Substring]?
        for line in try ScenarioFile.text("docs/scenario-reference.md").split(
            separator: "\n", omittingEmptySubsequences: false)
        {
            if line == "```yaml" {
                current = []
            } else if line == "```" {
                if let current { blocks.append(current.joined(separator: "\n") + "\n") }
                current = nil
            } else {
                current?.append(line)
            }
        }
        return blocks
    }

    /// The block as a whole file: a block with nodes brings its own links and traffic.
    static func file(_ block: String) -> String {
        func has(_ key: String) -> Bool { "\n\(block)".contains("\n\(key):") }
        var text = block
        for (key, part) in frame where !has(key) {
            if key == "links" || key == "traffic", has("nodes") { continue }
            text += part
        }
        return text
    }

    @Test func everyBlockIsReadWithoutComplaint() throws {
        let blocks = try Self.blocks()
        #expect(blocks.count >= 12)
        for block in blocks {
            let text = Self.file(block)
            let source = ScenarioSource(name: "reference", path: "docs/scenario-reference.md", text: text)
            let (plan, diagnostics) = ScenarioParser.parse(source)
            #expect(
                diagnostics.isEmpty, "\(DiagnosticList(file: "reference", diagnostics: diagnostics))\n\(text)"
            )
            #expect(plan != nil)
        }
    }

    /// A block that a frame would make whole whatever stands in it would prove nothing.
    @Test func aBlockWithAMistakeIsComplainedAbout() {
        let text = Self.file("requires: { kernal: \">= 5.10\" }\n")
        #expect(
            BrokenScenario.complaints(about: text) == [
                #"1:13 error: "kernal" is not a key of requires | did you mean "kernel"?"#
            ])
    }
}
