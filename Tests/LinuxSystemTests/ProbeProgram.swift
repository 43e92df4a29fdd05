import Glibc
import LinuxSystem
import Testing

/// The program system-probe, which is built next to the test bundle.
enum ProbeProgram {
    static var path: String {
        get throws {
            let executable = try #require(SymbolicLink.target("/proc/self/exe"))
            let directory = try #require(executable.lastIndex(of: "/").map { String(executable[..<$0]) })
            // The bundle is an executable of its own; run by another runner, it is an argument.
            let candidates =
                [directory]
                + CommandLine.arguments.compactMap { argument in
                    argument.contains(".xctest")
                        ? argument.lastIndex(of: "/").map { String(argument[..<$0]) } : nil
                }
            return try #require(
                candidates.lazy.map { "\($0)/system-probe" }.first { Program.find($0) != nil })
        }
    }

    /// Runs it to its end, as a user without any rights if asked so.
    static func run(_ arguments: [String], asNobody: Bool = false) async throws -> ChildProcess.Outcome {
        var vector = [try path] + arguments
        if asNobody { vector = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] + vector }
        return try await ChildProcess.run(
            ChildCommand(vector[0], Array(vector.dropFirst()), timeout: .seconds(20)))
    }

    /// Starts it and waits for the first line that it writes.
    static func start(_ arguments: [String]) async throws -> (ChildProcess, firstLine: String) {
        let child = try await ChildProcess.start(ChildCommand(try path, arguments, timeout: .seconds(30)))
        while child.isRunning, !child.output.standard.text.contains("\n") {
            try await Task.sleep(for: .milliseconds(2))
        }
        let line = child.output.standard.text.split(separator: "\n").first
        return (child, String(try #require(line, "\(child.output.error.text)")))
    }
}
