import Foundation
import KernelTestSupport
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabVM
import Testing

/// netlab itself, as a person calls it, with its runs in virtual machines.
enum NetlabProgram {
    /// The program that NETLAB_PROGRAM names, else the one that is built next to the test bundle. Emulated, a release build
    /// takes a third of the time.
    static var path: String {
        get throws {
            if let given = Environment.current["NETLAB_PROGRAM"] { return given }
            let executable = try #require(SymbolicLink.target("/proc/self/exe"))
            let places = [executable] + CommandLine.arguments.filter { $0.contains(".xctest") }
            let folders = places.compactMap { place in place.lastIndex(of: "/").map { place[..<$0] } }
            return try #require(folders.lazy.map { "\($0)/netlab" }.first { Program.find($0) != nil })
        }
    }

    /// Calls netlab. The time limit is for a machine that hangs; a busy host may take long.
    static func call(_ arguments: [String]) async throws -> ChildProcess.Outcome {
        try await ChildProcess.run(ChildCommand(path, arguments, timeout: .seconds(3600)))
    }

    /// What came of a run.
    struct Run: Sendable {
        var record: RunRecord
        var outcome: ChildProcess.Outcome
        var passed: Bool { outcome.termination == .exited(0) }
        /// What did not hold, and what was said besides.
        var complaints: String {
            outcome.standardOutput.text.split(separator: "\n").filter { line in
                ["✘", "✗", "FAIL", "–", "failed", "unsupported", "inconclusive"].contains {
                    line.contains($0)
                }
            }.joined(separator: "\n") + outcome.standardError.text.suffix(2000)
        }
    }

    /// Runs a scenario, of the catalogue or a file.
    static func run(_ arguments: [String]) async throws -> Run {
        let file = FileManager.default.temporaryDirectory.appending(
            path: "netlab-record-\(UUID().uuidString)")
        defer { try? FileManager.default.removeItem(at: file) }
        let outcome = try await call(["run"] + arguments + ["--vm-limit", "900", "--record", file.path])
        let bytes = try #require(
            try? Data(contentsOf: file), "\(arguments): \(outcome.summary), \(outcome.standardError.text)")
        return Run(record: try RecordJSON.record(from: Array(bytes)), outcome: outcome)
    }

    /// Proves a scenario in virtual machines.
    static func prove(_ arguments: [String]) async throws -> (proofs: [Proof], outcome: ChildProcess.Outcome)
    {
        let outcome = try await call(["prove"] + arguments + ["--json"])
        let text = outcome.standardOutput.text
        let proofs = try? JSONDecoder().decode([Proof].self, from: Data(text.utf8))
        return (proofs ?? [], outcome)
    }
}

/// The kernels that ./check fetches.
enum FetchedKernel {
    static let old = "debian-6.1-cloud"
    static let new = "debian-6.12-cloud"
    static let all = [old, new]
}

extension Trait where Self == ConditionTrait {
    /// QEMU is installed, and the cache has both of Debian's kernels.
    static var needsBothKernels: Self {
        let cached = Set(KernelCache.standard.kernels().map(\.name))
        return KernelTests.gate(
            Emulator.programs.contains { Program.find($0) != nil }
                && cached.isSuperset(of: FetchedKernel.all),
            "no virtual machines: `apt-get install qemu-system-x86` and `netlab kernel fetch \(FetchedKernel.all.joined(separator: " "))`"
        )
    }
}
