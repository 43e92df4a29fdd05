import ArgumentParser
import Glibc
import LinuxSystem
import NetlabScenario

extension Netlab {
    /// `netlab new`
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Write a commented starter scenario into the current folder.",
            discussion: """
                EXAMPLES
                  netlab new refused-again           writes refused-again.yaml, which runs as it stands
                """)

        @Argument(help: "The scenario's name: lower-case letters, digits and -.")
        var name: String

        func validate() throws {
            let isPlain = name.allSatisfy { $0.isASCII && ($0.isLowercase || $0.isNumber || $0 == "-") }
            guard isPlain, let first = name.first, first.isLetter else {
                throw ValidationError(
                    "\"\(name)\" is not a name for a scenario; write lower-case letters, digits and -, such as mtu-100"
                )
            }
        }

        func run() throws {
            let path = "\(name).yaml"
            do {
                try NewFile.create(path, with: StarterScenario.text(named: name))
            } catch {
                let cure = error.errno == EEXIST ? "; it is left as it is, choose another name" : ""
                Terminal.complain("netlab: \(error)\(cure)")
                throw ExitCode(73)
            }
            Terminal.say("wrote \(path); next: netlab run ./\(path)")
        }
    }
}
