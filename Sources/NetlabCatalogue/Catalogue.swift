/// The built-in scenarios: the text of each file in `Scenarios/`, compiled into the binary.
public enum Catalogue {
    /// Name (the file's name without `.yaml`) and YAML text of every built-in scenario, in order of name.
    public static let scenarios: [(name: String, text: String)] = embeddedScenarios

    /// The YAML text of one built-in scenario, or nil if the catalogue has none of that name.
    public static func text(of name: String) -> String? {
        scenarios.first { $0.name == name }?.text
    }

    /// Counter ID → some of the scenarios whose fault moves it in every run, as it was measured on Linux 6.18; what
    /// nearly all of them move is not in it.
    public static let movers: [String: [String]] = {
        var movers: [String: [String]] = [:]
        for line in moverLines.split(separator: "\n") {
            guard let mark = line.firstIndex(of: "|") else { continue }
            let names = line[line.index(after: mark)...].split(separator: " ").map(String.init)
            movers[String(line[..<mark].drop { $0 == " " })] = names.filter { text(of: $0) != nil }
        }
        return movers
    }()
}
