import Glibc
import KernelTestSupport
import LinuxSystem
import NetlabModel
import Testing

@testable import NetlabVM

/// Real boots, of the newest kernel in the cache, with the program vm-guest as the first process.
@Suite("Virtual machines", .serialized, .needsVirtualMachine, .leavesNothingBehind)
struct VirtualMachineTests {
    /// Kernels of long ago, which somebody may keep for tcp_tw_recycle, end and answer in ways of their own.
    static var newestKernel: CachedKernel? {
        KernelCache.standard.kernels().max {
            (KernelRelease($0.release) ?? KernelRelease(0, 0))
                < (KernelRelease($1.release) ?? KernelRelease(0, 0))
        }
    }

    static func guest(limit: Duration = .seconds(60), isVirtualTime: Bool = false, megabytes: Int? = nil)
        async throws
        -> VirtualMachine
    {
        let newest = try #require(newestKernel, "no kernel: netlab kernel fetch debian-6.1-cloud")
        let kernel = try await KernelCache.standard.image(for: newest.name)
        let image = try GuestImage(
            kernel: kernel, modules: PlanModules.always, programs: [], program: try GuestProgram.path)
        var settings = VirtualMachine.Settings()
        settings.limit = limit
        settings.isVirtualTime = isVirtualTime
        settings.megabytes = megabytes
        return VirtualMachine(image, settings: settings)
    }

    static func job(_ name: String, text: String = "") -> GuestJob {
        GuestJob(scenario: ScenarioSource(name: name, path: name, text: text))
    }

    @Test func guestGetsItsJobAndAnswersFromItsOwnKernel() async throws {
        let result = try await Self.guest().run(Self.job("answer", text: "two\nlines"))
        #expect(result.end.cause == nil, "\(result.console)")
        let facts = String(decoding: try #require(result.end.record), as: UTF8.self)
        #expect(!facts.contains("note "), "\(facts)")
        #expect(facts.contains("text two\nlines"))
        #expect(facts.contains("random true"))
        let newest = try #require(Self.newestKernel)
        #expect(facts.contains("release \(newest.release)"))
        // The question to sockets works only with its modules, each loaded after what it needs. The channel is built into 6.12-cloud.
        for module in ["veth", "tcp_diag"] where newest.moduleCount > 0 {
            #expect(facts.contains("\(module) "), "\(module) is not loaded")
        }
    }

    @Test func scriptRunsInAGuestWithWhatItCallsAndReads() async throws {
        let folder = try TemporaryFolder()
        try NewFile.create("\(folder.path)/words", with: "from a file")
        let script = "\(folder.path)/script"
        try NewFile.create(script, with: "#!/bin/sh\ncat \"$1\"; uname -r | tr a-z A-Z\nexit 3\n")
        chmod(script, 0o755)
        let machine = try await Self.guest()
        let image = try GuestImage(
            kernel: machine.image.kernel, modules: PlanModules.always, programs: [script],
            arguments: ["\(folder.path)/words", "/no/such/file", "-v"], program: try GuestProgram.path)
        let result = try await VirtualMachine(image, settings: machine.settings).run(
            Self.job("program", text: "\(script)\n\(folder.path)/words"))
        let facts = String(decoding: try #require(result.end.record, "\(result.end)"), as: UTF8.self)
        let release = machine.image.kernel.release.uppercased()
        #expect(facts.contains("exit code 3: from a file\(release)"), "\(facts)")
    }

    @Test func idleHourPassesAtOnceOnVirtualTime() async throws {
        let result = try await Self.guest(isVirtualTime: true).run(Self.job("hour"))
        let facts = String(decoding: try #require(result.end.record, "\(result.end)"), as: UTF8.self)
        #expect(facts.contains("slept 3600"))
        #expect(result.elapsed < .seconds(60))
        #expect(result.acceleration.acceleration == .tcg)
    }

    @Test(arguments: [
        ("panic", "the virtual machine's kernel panicked: sysrq triggered crash"),
        ("crash", "netlab in the virtual machine crashed"),
        ("memory", "the virtual machine ran out of memory"),
        ("silence", "the virtual machine ended without a record"),
    ])
    func everyDeathIsToldWithItsCause(job: String, cause: String) async throws {
        let result = try await Self.guest(megabytes: job == "memory" ? 256 : nil).run(Self.job(job))
        #expect(result.end.record == nil)
        #expect(
            result.end.cause?.hasPrefix(cause) == true, "\(result.end.cause ?? "none")\n\(result.console)")
    }

    @Test func guestThatHangsMeetsItsLimit() async throws {
        let result = try await Self.guest(limit: .seconds(6)).run(Self.job("hang"))
        #expect(
            result.end.cause?.hasPrefix("the virtual machine was still running after the limit of 6 s")
                == true)
    }

    @Test(arguments: [SIGKILL, SIGTERM])
    func killedEmulatorIsAnEndWithoutARecord(signal: Int32) async throws {
        let machine = try await Self.guest()
        let result = try await machine.run(Self.job("hang")) { progress in
            guard progress == "doing hang" else { return }
            for child in ProcessIdentity.children() where Self.isEmulator(child) { kill(child, signal) }
        }
        let way = signal == SIGKILL ? "QEMU was killed by SIGKILL" : "QEMU was ended by signal 15"
        #expect(result.end.cause?.hasPrefix(way) == true, "\(result.end.cause ?? "none")")
    }

    @Test func cancelledRunEndsItsEmulator() async throws {
        let machine = try await Self.guest()
        let (stream, continuation) = AsyncStream<String>.makeStream()
        let run = Task { try await machine.run(Self.job("hang")) { continuation.yield($0) } }
        for await progress in stream where progress == "doing hang" { break }
        run.cancel()
        let result = try await run.value
        #expect(result.end.cause?.hasPrefix("interrupted") == true)
        #expect(!ProcessIdentity.children().contains { Self.isEmulator($0) })
    }

    @Test func kernelThatCannotBeBootedIsTold() async throws {
        let machine = try await Self.guest()
        var image = machine.image.kernel
        image.image = "/dev/null"
        let broken = try GuestImage(
            kernel: image, modules: PlanModules.always, programs: [], program: try GuestProgram.path)
        let result = try await VirtualMachine(broken, settings: machine.settings).run(Self.job("answer"))
        #expect(result.end.cause?.hasPrefix("QEMU ended with exit code 1") == true, "\(result.end)")
    }

    private static func isEmulator(_ process: Int32) -> Bool {
        ((try? TextFile.read("/proc/\(process)/comm")) ?? "").hasPrefix("qemu")
    }
}

/// The program vm-guest, which is built next to the test bundle.
enum GuestProgram {
    static var path: String {
        get throws {
            let places = [SymbolicLink.target("/proc/self/exe")].compactMap(\.self) + CommandLine.arguments
            let folders = places.compactMap { place in place.lastIndex(of: "/").map { place[..<$0] } }
            return try #require(
                folders.lazy.map { "\($0)/vm-guest" }.first { Program.find($0) != nil })
        }
    }
}

extension Trait where Self == ConditionTrait {
    /// QEMU is installed and the cache has a kernel.
    static var needsVirtualMachine: Self {
        KernelTests.gate(
            Emulator.programs.contains { Program.find($0) != nil } && !KernelCache.standard.kernels().isEmpty,
            "no virtual machine: `apt-get install qemu-system-x86` and `netlab kernel fetch debian-6.1-cloud`"
        )
    }
}
