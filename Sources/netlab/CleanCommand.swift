import ArgumentParser
import LinuxSystem

extension Netlab {
    /// `netlab clean`
    struct Clean: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Undo what a killed netlab left behind; touches nothing that netlab did not make.")

        func run() throws {
            let report: Sweep.Report
            do {
                report = try Sweep.stale()
            } catch {
                Terminal.complain("netlab: \(error)")
                throw ExitCode(70)
            }
            for line in report.undone { Terminal.say("undone: \(line)") }
            for line in report.leftAlone { Terminal.say("left alone: \(line)") }
            for line in report.failures { Terminal.complain("could not undo: \(line)") }
            if report.isEmpty { Terminal.say("nothing to clean") }
            if !report.failures.isEmpty { throw ExitCode(70) }
        }
    }
}
