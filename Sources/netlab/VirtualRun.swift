import Glibc
import LinuxSystem
import NetlabModel
import NetlabReport
import NetlabRunner
import NetlabVM

/// A plan carried out in a throw-away virtual machine.
struct VirtualRun: Sendable {
    let plan: NetlabModel.Plan
    let kernel: KernelImage
    var settings = VirtualMachine.Settings()
    var allowed = Allowed()
    /// The phase whose fault or remedy the plan already leaves out.
    var withheld: String?
    /// Where to write every packet.
    var capture: String?
    /// What the guest is given to load and to start; nil for what the plan says. Runs that are compared take one guest for all.
    var needed: PlanModules?
    var folder = GuestFolder.standard

    /// Runs the plan. Never throws: what went wrong is part of the record, which is judged like any other.
    func execute(progress: @escaping @Sendable (String) -> Void = { _ in }) async -> RunRecord {
        let start = MonotonicClock.now()
        let startedAt = WallClock.rfc3339()
        let refused = refusals()
        guard refused.isEmpty else {
            var record = emptyRecord(startedAt)
            record.missing = refused
            return record
        }
        let needed = needed ?? PlanModules(plan)
        let result: VirtualMachine.Result
        do {
            let image = try GuestImage(
                kernel: kernel, modules: needed.names, programs: needed.programs, arguments: needed.arguments)
            let machine = VirtualMachine(image, settings: settings, folder: folder)
            result = try await machine.run(job, progress: progress)
        } catch let error as EmulatorError {
            var record = emptyRecord(startedAt)
            record.missing = [
                MissingNeed(
                    need: "a virtual machine with the kernel \(kernel.name)", reason: "\(error)", cure: "")
            ]
            return record
        } catch let error as ProgramFilesError {
            var record = emptyRecord(startedAt)
            record.missing = [
                MissingNeed(need: "a program in the virtual machine", reason: "\(error)", cure: "")
            ]
            return record
        } catch {
            var record = emptyRecord(startedAt)
            record.failure = "the virtual machine could not be prepared: \(error)"
            return record
        }
        var record = record(of: result, startedAt)
        record.virtualHost = virtualHost(of: result, isDead: result.end.cause != nil)
        record.virtualHost?.wallTime = MonotonicClock.elapsed(since: start).nanoseconds
        // The guest's clock is right; its time of day need not be.
        record.startedAt = startedAt
        if Task.isCancelled { record.interruption = "interrupted" }
        return record
    }

    /// What is known before a boot: a guest has this host's programs and the user's permissions.
    private func refusals() -> [MissingNeed] {
        var part = plan
        // The settings are the guest's business.
        part.phases = []
        part.needs = plan.needs.filter { need in
            switch need {
            case .program, .exec: true
            default: false
            }
        }
        let options = Execution.options(allowed, isBuiltIn: plan.source.path.hasPrefix("builtin:"))
        return Preflight(options: options).missing(for: part)
    }

    private var job: GuestJob {
        GuestJob(
            scenario: plan.source, withheld: withheld,
            allowsExec: Execution.options(allowed, isBuiltIn: plan.source.path.hasPrefix("builtin:"))
                .allowsExec,
            captures: capture != nil, hasVirtualTime: settings.isVirtualTime,
            commandLine: CommandLine.arguments, tool: Netlab.version)
    }

    private func record(of result: VirtualMachine.Result, _ startedAt: String) -> RunRecord {
        guard let json = result.end.record else {
            var record = emptyRecord(startedAt)
            record.failure = result.end.cause ?? "the virtual machine gave no record"
            return record
        }
        do {
            var record = try RecordJSON.record(from: json)
            if let capture, let packets = result.end.capture {
                try OutputFile.write(packets, to: capture)
                record.capture = record.capture?.replacing("/tmp/capture.pcapng", with: capture)
            }
            return record
        } catch {
            var record = emptyRecord(startedAt)
            record.failure = "the virtual machine's record: \(error)"
            return record
        }
    }

    private func virtualHost(of result: VirtualMachine.Result, isDead: Bool) -> VirtualHost {
        let tail = result.console.split(separator: "\n", omittingEmptySubsequences: false).suffix(200)
        return VirtualHost(
            emulator: "QEMU \(result.emulator.version)",
            acceleration: result.acceleration.acceleration.rawValue,
            reason: result.acceleration.reason, kernel: kernel.name,
            hostKernel: HostFacts.description.kernel, isVirtualTime: settings.isVirtualTime, wallTime: 0,
            peakResidentBytes: Int64(result.peakResidentBytes), notes: result.end.notes,
            console: isDead ? tail.joined(separator: "\n") : nil)
    }

    private func emptyRecord(_ startedAt: String) -> RunRecord {
        var record = RunRecord(
            tool: Netlab.version,
            host: HostDescription(
                kernel: kernel.release, machine: HostFacts.description.machine, cpus: settings.processors,
                privilege: "root"),
            commandLine: CommandLine.arguments, scenario: plan.source, startedAt: startedAt)
        record.withheld = withheld
        return record
    }
}
