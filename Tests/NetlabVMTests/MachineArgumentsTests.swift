import Glibc
import Testing

@testable import LinuxSystem
@testable import NetlabVM

@Suite("QEMU's command line")
struct MachineArgumentsTests {
    static func arguments(_ acceleration: Acceleration, isVirtualTime: Bool, processors: Int = 1) -> [String]
    {
        MachineArguments(
            acceleration: acceleration, isVirtualTime: isVirtualTime, processors: processors, megabytes: 256,
            kernel: "/k", initramfs: "/i", console: "/c", port: "/p"
        ).list
    }

    static func value(of option: String, in list: [String]) -> String? {
        list.firstIndex(of: option).map { list[$0 + 1] }
    }

    @Test func guestHasNoNetworkCardAndNothingOfTheHostsFiles() {
        for list in [Self.arguments(.tcg, isVirtualTime: true), Self.arguments(.kvm, isVirtualTime: false)] {
            #expect(list.contains("-nodefaults"))
            for word in ["-net", "-netdev", "-nic", "-drive", "-hda", "-fsdev", "-virtfs", "-blockdev"] {
                #expect(!list.contains(word), "\(word)")
            }
        }
    }

    @Test func virtualTimeIsCountedOnOneTranslatedProcessor() {
        let list = Self.arguments(.tcg, isVirtualTime: true, processors: 4)
        #expect(Self.value(of: "-icount", in: list) == "shift=1,sleep=off")
        #expect(Self.value(of: "-smp", in: list) == "1")
        #expect(Self.value(of: "-accel", in: list) == "tcg,tb-size=64,thread=single")
    }

    @Test func realTimeHasTheProcessorsAskedFor() {
        let list = Self.arguments(.tcg, isVirtualTime: false, processors: 2)
        #expect(!list.contains("-icount"))
        #expect(Self.value(of: "-smp", in: list) == "2")
        #expect(Self.value(of: "-accel", in: Self.arguments(.kvm, isVirtualTime: false)) == "kvm")
    }

    @Test func panicEndsTheMachine() {
        let list = Self.arguments(.tcg, isVirtualTime: false)
        #expect(list.contains("-no-reboot"))
        #expect(Self.value(of: "-append", in: list)?.contains("panic=-1 oops=panic") == true)
    }

    @Test func preparedMemoryTakesThePlaceOfTheInitramfs() {
        let list = MachineArguments(
            acceleration: .tcg, isVirtualTime: false, processors: 1, megabytes: 256, kernel: "/starter",
            initramfs: nil, memory: "/m", console: nil, port: nil
        ).list
        #expect(Self.value(of: "-M", in: list) == "q35,memory-backend=ram")
        #expect(
            Self.value(of: "-object", in: list)
                == "memory-backend-file,id=ram,share=off,size=256M,mem-path=/m")
        #expect(!list.contains("-initrd"))
        #expect(!Self.arguments(.tcg, isVirtualTime: false).contains("-object"))
    }

    @Test func probeWithoutAPortHasItsConsoleOnStandardOutput() {
        let list = MachineArguments(
            acceleration: .kvm, isVirtualTime: false, processors: 1, megabytes: 256, kernel: "/k",
            initramfs: nil,
            console: nil, port: nil
        ).list
        #expect(!list.contains("-initrd") && !list.contains("-device"))
        #expect(list.contains("stdio,id=console,signal=off"))
    }

    @Test(arguments: [
        ("QEMU emulator version 7.2.22 (Debian 1:7.2+dfsg-7+deb12u18)\nCopyright\n", "7.2.22"),
        ("QEMU emulator version 10.0.2\n", "10.0.2"), ("bash: no such thing", nil), ("version", nil),
    ])
    func versionIsRead(text: String, version: String?) {
        #expect(Emulator.version(in: text) == version)
    }

    @Test func factIsRememberedForItsKeyOnly() throws {
        let folder = GuestFolder(path: "/tmp/netlab-folder-\(getpid())")
        defer {
            for name in Directory.entries(folder.path) { unlink("\(folder.path)/\(name)") }
            rmdir(folder.path)
        }
        Emulator.remember(folder, "kvm", "6.18 7.2.22", "works")
        #expect(Emulator.remembered(folder, "kvm", "6.18 7.2.22") == "works")
        #expect(Emulator.remembered(folder, "kvm", "6.18 7.2.23") == nil)
        #expect(Emulator.remembered(folder, "other", "6.18 7.2.22") == nil)
    }

    @Test func manyMayKeepTheSameFileAtOnce() async throws {
        let folder = GuestFolder(path: "/tmp/netlab-keep-\(getpid())")
        defer {
            for name in Directory.entries(folder.path) { unlink("\(folder.path)/\(name)") }
            rmdir(folder.path)
        }
        let bytes = [UInt8](repeating: 7, count: 1 << 20)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<16 { group.addTask { try folder.keep(bytes, as: "base-1.cpio") } }
            try await group.waitForAll()
        }
        #expect(Directory.entries(folder.path) == ["base-1.cpio"])
        #expect(try folder.read("base-1.cpio") == bytes)
    }

    @Test func oldArchivesAndHalfWrittenFilesGo() throws {
        let folder = GuestFolder(path: "/tmp/netlab-prune-\(getpid())")
        defer {
            for name in Directory.entries(folder.path) { unlink("\(folder.path)/\(name)") }
            rmdir(folder.path)
        }
        for number in 1...3 { try folder.keep([UInt8(number)], as: "base-\(number).cpio") }
        // No process has this number: it is beyond the kernel's limit.
        try NewFile.create("\(folder.path)/.base-4.cpio.\(Int32.max)", with: "half")
        try NewFile.create("\(folder.path)/.base-5.cpio.\(getpid())", with: "being written")
        folder.prune(prefix: "base-", keeping: 2)
        let left = Directory.entries(folder.path)
        #expect(left.count(where: { $0.hasPrefix("base-") }) == 2)
        #expect(left.contains(".base-5.cpio.\(getpid())"))
        #expect(!left.contains(".base-4.cpio.\(Int32.max)"))
    }

    @Test(arguments: [
        (ChildProcess.Outcome.Ending.timedOut, "", "", "a kernel did not boot within 5 s"),
        (
            .byItself,
            "Linux version 6.1\r\n[1.0] Kernel panic - not syncing: VFS: Unable to mount root fs\r\n", "",
            "works"
        ),
        (
            .byItself, "", "qemu: error: failed to set MSR 0x10a\n",
            "QEMU ended with killed by SIGABRT: qemu: error: failed to set MSR 0x10a"
        ),
    ])
    func probeIsJudgedByWhatTheKernelSaid(
        ending: ChildProcess.Outcome.Ending, console: String, error: String, answer: String
    ) {
        var (output, errors) = (CapturedOutput(), CapturedOutput())
        output.bytes = Array(console.utf8)
        errors.bytes = Array(error.utf8)
        let outcome = ChildProcess.Outcome(
            termination: error.isEmpty ? .exited(0) : .signalled(SIGABRT), ending: ending,
            standardOutput: output,
            standardError: errors, elapsed: .zero, userTime: .zero, systemTime: .zero, peakResidentBytes: 0,
            voluntarySwitches: 0, involuntarySwitches: 0)
        #expect(Acceleration.judge(outcome) == answer)
    }
}
