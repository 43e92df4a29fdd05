import ArgumentParser
import LinuxSystem
import NetlabModel
import NetlabRunner
import NetlabVM

/// Whether and how a run goes into a virtual machine.
struct MachineOptions: ParsableArguments {
    /// When to take a machine without being told a kernel.
    enum Choice: String, ExpressibleByArgument, CaseIterable, Sendable {
        /// Where this host cannot run the scenario, and a machine could.
        case auto
        /// Never by itself.
        case never
    }

    @Option(
        help: ArgumentHelp(
            "Run on another kernel, in a throw-away virtual machine: a name of `netlab kernel list`, or the path of a package, vmlinuz or vmlinux.",
            valueName: "kernel"))
    var kernel: String?

    @Option(
        help: ArgumentHelp(
            "With auto: take a virtual machine where this host cannot run the scenario.",
            valueName: "auto|never"))
    var vm: Choice = .never

    @Flag(
        help: "In a virtual machine whose clock skips idle time: timers of hours take seconds, and are exact."
    )
    var virtualTime = false

    @Option(help: ArgumentHelp("Memory of the virtual machine, in MiB.", valueName: "MiB"))
    var vmMemory: Int?

    @Option(help: ArgumentHelp("Seconds of real time that the virtual machine may take.", valueName: "s"))
    var vmLimit = 300

    func validate() throws {
        guard vmLimit >= 1 else { throw ValidationError("--vm-limit wants 1 or more") }
        if let vmMemory, vmMemory < 64 { throw ValidationError("--vm-memory wants 64 or more") }
    }

    /// Whether the run goes into a machine in any case.
    var isDemanded: Bool { kernel != nil || virtualTime }

    /// The settings for a plan.
    func settings(for plan: NetlabModel.Plan) -> VirtualMachine.Settings {
        var settings = VirtualMachine.Settings()
        settings.isVirtualTime = virtualTime || Self.wantsVirtualTime(plan)
        settings.limit = .seconds(vmLimit)
        settings.megabytes = vmMemory
        for case .cpus(let count) in plan.needs { settings.processors = max(settings.processors, count) }
        return settings
    }

    /// Whether a plan is made for a clock that skips idle time.
    static func wantsVirtualTime(_ plan: NetlabModel.Plan) -> Bool {
        plan.needs.contains { if case .virtualTime = $0 { true } else { false } }
    }

    /// The kernel that was asked for, else the newest of the cache that a plan can run on.
    ///
    /// - Throws: `ValidationError` with what there is, and how to get one.
    func image(for plan: NetlabModel.Plan) async throws -> KernelImage {
        do {
            if let kernel { return try await KernelCache.standard.image(for: kernel) }
            guard let newest = Self.newest(for: plan) else {
                throw ValidationError(
                    "a virtual machine needs a kernel, and the cache has none that fits; "
                        + (Self.fetch(for: plan) ?? "netlab kernel add FILE takes one that you have"))
            }
            return try await KernelCache.standard.image(for: newest.name)
        } catch let error as ValidationError {
            throw error
        } catch {
            throw ValidationError("\(error)")
        }
    }

    /// What to fetch where there is nothing: small, and with everything that labs use.
    static let usualKernel = "debian-6.12-cloud"

    /// The newest kernel of the cache, of those that a plan can run on.
    static func newest(for plan: NetlabModel.Plan? = nil) -> CachedKernel? {
        KernelCache.standard.kernels().filter { plan.map(Fit.init)?.takes($0.release) ?? true }.max {
            left, right in
            guard let old = KernelRelease(left.release), let new = KernelRelease(right.release) else {
                return left.release < right.release
            }
            return old < new
        }
    }

    /// The command that gets a kernel that a plan can run on; nil if there is none to be fetched.
    static func fetch(for plan: NetlabModel.Plan) -> String? {
        FetchableKernel(name: usualKernel).flatMap {
            Fit(plan).takes($0.series) ? "netlab kernel fetch \($0.name)" : nil
        }
    }

    /// The releases that a plan asks for.
    private struct Fit {
        private var bounds: [(least: KernelRelease?, below: KernelRelease?)] = []

        init(_ plan: NetlabModel.Plan) {
            for case .kernel(let least, let below) in plan.needs {
                bounds.append((KernelRelease(least), KernelRelease(below)))
            }
        }

        /// Also true of a release that nobody can read: the guest's own preflight knows it.
        func takes(_ release: String) -> Bool {
            guard let release = KernelRelease(release) else { return true }
            return bounds.allSatisfy { bound in
                bound.least.map { release >= $0 } ?? true && bound.below.map { release < $0 } ?? true
            }
        }
    }
}

/// Where runs of a plan take place.
enum RunPlace: Sendable {
    /// On this host.
    case here
    /// In throw-away virtual machines, one for each run, which all get what the whole plan needs.
    case machine(KernelImage, VirtualMachine.Settings, PlanModules)

    /// Runs a plan.
    ///
    /// - Parameter withheld: the phase whose change the plan already leaves out; it becomes part of the record.
    func execute(
        _ plan: NetlabModel.Plan, permissions: PermissionOptions, withheld: String? = nil,
        capture: String? = nil
    ) async throws -> RunRecord {
        switch self {
        case .here:
            return try await Execution.execute(
                plan, permissions: permissions, withheld: withheld, capture: capture)
        case .machine(let kernel, let settings, let needed):
            let run = VirtualRun(
                plan: plan, kernel: kernel, settings: settings, allowed: permissions.allowed,
                withheld: withheld, capture: capture, needed: needed)
            let name = withheld.map { "\(plan.name) without the change of \($0)" } ?? plan.name
            Terminal.progress("\(name): starting the virtual machine")
            defer { Terminal.endProgress() }
            return await run.execute { Terminal.progress($0) }
        }
    }
}

extension MachineOptions {
    /// Where a plan is to run, as the options and the host have it.
    ///
    /// A plan from which a fault is withheld may need less than the whole one. Both have to run in one place, so this is asked
    /// of the whole one alone.
    func place(for plan: NetlabModel.Plan, permissions: PermissionOptions) async throws -> RunPlace {
        if !isDemanded {
            let missing = Preflight(
                options: Execution.options(
                    permissions.allowed, isBuiltIn: plan.source.path.hasPrefix("builtin:"))
            ).missing(for: plan)
            guard vm == .auto, !missing.isEmpty, Self.canHelp(missing, plan),
                Self.newest(for: plan) != nil || Self.fetch(for: plan) != nil
            else { return .here }
            let needs = missing.map(\.need).joined(separator: ", ")
            Terminal.complain("netlab: this host lacks \(needs); taking a virtual machine")
        }
        return .machine(try await image(for: plan), settings(for: plan), PlanModules(plan))
    }

    /// Tells whom this host cannot help how a virtual machine could.
    func offer(for record: RunRecord, _ plan: NetlabModel.Plan) {
        guard !record.missing.isEmpty, record.virtualHost == nil, !isDemanded,
            Self.canHelp(record.missing, plan)
        else { return }
        let kernel = Self.newest(for: plan)?.name
        guard kernel != nil || Self.fetch(for: plan) != nil else {
            Terminal.complain(
                "netlab: a virtual machine could run this on a kernel that fits: netlab kernel add FILE takes one, "
                    + "and --kernel runs it")
            return
        }
        let way = Self.wantsVirtualTime(plan) ? ["--virtual-time"] : ["--kernel", kernel ?? Self.usualKernel]
        let arguments = Array(CommandLine.arguments.dropFirst()) + way
        let command = ChildCommand("netlab", arguments).commandLine
        var steps: [String] = []
        if Emulator.programs.allSatisfy({ Program.find($0) == nil }) {
            steps.append("apt-get install --no-install-recommends qemu-system-x86")
        }
        if kernel == nil, let fetch = Self.fetch(for: plan) { steps.append(fetch) }
        let how = (steps + [command]).joined(separator: " && ")
        Terminal.complain("netlab: a virtual machine could run this: \(how)")
    }

    /// Whether a machine of its own has what this one lacks. A program that is not installed and a permission that was not
    /// given are lacking there too; which releases a kernel must have is for the kernel that is taken.
    static func canHelp(_ missing: [MissingNeed], _ plan: NetlabModel.Plan) -> Bool {
        let lacking = Set(missing.map(\.need))
        return plan.needs.filter { lacking.contains($0.description) }.allSatisfy { need in
            switch need {
            case .program, .exec: false
            case .networkNamespaces, .realRoot, .nftables, .qdisc, .device, .tun, .dropReasons, .sysctl,
                .hostChange,
                .congestionControl, .kernel, .conntrack, .cpus, .virtualTime:
                true
            }
        }
    }
}
