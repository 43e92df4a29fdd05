// Writes the scenario files of a folder into one Swift file.
// Usage: embed-scenarios OUTPUT.swift FOLDER
import Foundation

let arguments = CommandLine.arguments
guard arguments.count == 3 else {
    FileHandle.standardError.write(Data("usage: embed-scenarios OUTPUT.swift FOLDER\n".utf8))
    exit(64)
}
let output = arguments[1]
let scenarios = try FileManager.default
    .contentsOfDirectory(at: URL(fileURLWithPath: arguments[2]), includingPropertiesForKeys: nil)
    .filter { $0.pathExtension == "yaml" }
    .sorted { $0.lastPathComponent < $1.lastPathComponent }

var source = "// Generated from Scenarios/*.yaml by the EmbedScenarios plugin.\n"
source += "let embeddedScenarios: [(name: String, text: String)] = [\n"
for url in scenarios {
    let text = try String(contentsOf: url, encoding: .utf8)
    // Four marks cannot occur in a scenario: a raw literal needs no escaping and keeps the text readable.
    let name = url.deletingPathExtension().lastPathComponent
    source += "    (\n        name: \"\(name)\",\n        text: ####\"\"\"\n\(text)\n\"\"\"####\n    ),\n"
}
source += "]\n"
try source.write(toFile: output, atomically: true, encoding: .utf8)
