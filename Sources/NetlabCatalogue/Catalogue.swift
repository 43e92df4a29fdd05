/// The built-in scenarios: the text of each file in `Scenarios/`, compiled into the binary.
public enum Catalogue {
    /// Name (the file's name without `.yaml`) and YAML text of every built-in scenario, in order of name.
    public static let scenarios: [(name: String, text: String)] = embeddedScenarios

    /// The YAML text of one built-in scenario, or nil if the catalogue has none of that name.
    public static func text(of name: String) -> String? {
        scenarios.first { $0.name == name }?.text
    }
}
