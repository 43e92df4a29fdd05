// Writes the scenario files named on the command line into one Swift file.
// Usage: embed-scenarios OUTPUT.swift SCENARIO.yaml …
import Foundation

let arguments = CommandLine.arguments.dropFirst()
guard let output = arguments.first else {
    FileHandle.standardError.write(Data("usage: embed-scenarios OUTPUT.swift SCENARIO.yaml …\n".utf8))
    exit(64)
}

var source = "// Generated from Scenarios/*.yaml by the EmbedScenarios plugin.\n"
source += "let embeddedScenarios: [(name: String, text: String)] = [\n"
for path in arguments.dropFirst() {
    let url = URL(fileURLWithPath: path)
    let text = try String(contentsOf: url, encoding: .utf8)
    // Four marks cannot occur in a scenario: a raw literal needs no escaping and keeps the text readable.
    let name = url.deletingPathExtension().lastPathComponent
    source += "    (\n        name: \"\(name)\",\n        text: ####\"\"\"\n\(text)\n\"\"\"####\n    ),\n"
}
source += "]\n"
try source.write(toFile: output, atomically: true, encoding: .utf8)
