import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabScenario
import NetlabVM

/// netlab as the first process of a virtual machine: takes the job, runs it as on any host, hands the record over, and switches
/// the machine off.
enum GuestCommand {
    static func run() async -> Never {
        var messages = VirtualGuest.prepare().map { GuestMessage(.note, $0) }
        do {
            messages += try await answer(to: GuestJob.read())
        } catch {
            messages.append(GuestMessage(.failure, "\(error)"))
        }
        VirtualGuest.progress("handing over the record")
        do {
            try VirtualGuest.send(messages)
        } catch {
            // The host sees that nothing came, and has the console.
            VirtualGuest.progress("\(error)")
        }
        VirtualGuest.powerOff()
    }

    private static let captureFile = "/tmp/capture.pcapng"

    private static func answer(to job: GuestJob) async throws -> [GuestMessage] {
        VirtualGuest.progress("reading the scenario")
        let (parsed, diagnostics) = ScenarioParser.parse(job.scenario, withholding: job.withheld)
        guard let plan = parsed else {
            throw GuestJobError(
                problem: DiagnosticList(file: job.scenario.path, diagnostics: diagnostics).description)
        }
        var options = ScenarioRun.Options()
        // The whole machine is thrown away.
        options.allowsHostChanges = true
        options.allowsExec = job.allowsExec
        options.withheld = job.withheld
        options.hasVirtualTime = job.hasVirtualTime
        options.commandLine = job.commandLine
        options.tool = job.tool
        options.capture = job.captures ? captureFile : nil
        let run = ScenarioRun(plan: plan, options: options) {
            VirtualGuest.progress(Execution.line($0, plan))
        }
        let record = await run.execute()
        var messages = [GuestMessage(.record, try RecordJSON.encodeLine(record))]
        if job.captures, record.capture != nil {
            messages.append(GuestMessage(.capture, try TextFile.readBytes(captureFile)))
        }
        return messages
    }
}
