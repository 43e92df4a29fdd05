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
            report.undone.forEach { Terminal.say("undone: \($0)") }
            report.leftAlone.forEach { Terminal.say("left alone: \($0)") }
            report.failures.forEach { Terminal.complain("could not undo: \($0)") }
            if report.isEmpty { Terminal.say("nothing to clean") }
            if !report.failures.isEmpty { throw ExitCode(70) }
        }
    }
}
