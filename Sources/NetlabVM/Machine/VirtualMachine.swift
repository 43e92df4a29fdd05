import CNetlab
import Glibc
import LinuxSystem

/// A throw-away machine for one run: a kernel, netlab itself as its first process, and a job.
///
/// Nothing of it is on disk but what the folder of guests keeps; the initramfs, the console and the answer are files in
/// memory, and QEMU dies with this process.
public struct VirtualMachine: Sendable {
    /// What a user may want of the machine.
    public struct Settings: Hashable, Sendable {
        /// Whether the guest's clock runs by instructions, and idle time passes at once.
        public var isVirtualTime = false
        /// After so much real time QEMU is ended.
        public var limit: Duration = .seconds(300)
        /// Nil takes what the guest's file system needs.
        public var megabytes: Int?
        /// With virtual time there is always one.
        public var processors = 1

        public init() {}
    }

    /// What came of it.
    public struct Result: Sendable {
        public var end: MachineEnd
        public var acceleration: Acceleration.Choice
        public var emulator: Emulator
        /// All that the guest said on its serial line.
        public var console: String
        /// From before the initramfs was looked up to QEMU's end.
        public var elapsed: Duration
        /// Of which the initramfs took.
        public var preparation: Duration
        /// QEMU's largest resident set, in bytes.
        public var peakResidentBytes: Int
        public var megabytes: Int
    }

    let image: GuestImage
    let settings: Settings
    let folder: GuestFolder

    public init(_ image: GuestImage, settings: Settings = Settings(), folder: GuestFolder = .standard) {
        self.image = image
        self.settings = settings
        self.folder = folder
    }

    /// Boots the machine, has it do the job, and waits for its end. Cancelling the task ends QEMU.
    ///
    /// - Parameter progress: gets what the guest says about where it is.
    /// - Throws: where there is no machine at all: `EmulatorError`, `SystemError`, `ProgramFilesError`,
    ///   `ChildProcessError`, or an error of the kernel's modules. What happens to a machine is no error but part of the
    ///   result.
    public func run(_ job: GuestJob, progress: @escaping @Sendable (String) -> Void = { _ in }) async throws
        -> Result
    {
        let start = MonotonicClock.now()
        try Self.refuseForeignMachine()
        let emulator = try await Emulator.find(rememberingIn: folder)
        let choice: Acceleration.Choice
        if settings.isVirtualTime {
            choice = .init(acceleration: .tcg, reason: "virtual time is counted in translated instructions")
        } else {
            choice = await Acceleration.choose(emulator, kernel: image.kernel, rememberingIn: folder)
        }
        let base = try await image.archive(in: folder)
        guard cnetlab_open_descriptors_to_user() == 0 else {
            throw SystemError.last("prctl", on: "PR_SET_DUMPABLE")
        }
        let archives = [base, job.archive(entropy: Self.entropy())]
        let console = try MemoryFile("console")
        let port = try MemoryFile("record")
        let megabytes = settings.megabytes ?? Self.memory(forArchive: base.count)
        let prepared = try GuestMemory(
            kernel: TextFile.readBytes(image.kernel.image), archives: archives, megabytes: megabytes)
        let initramfs = prepared == nil ? try MemoryFile("initramfs", archives) : nil
        let preparation = MonotonicClock.elapsed(since: start)

        let arguments = MachineArguments(
            acceleration: choice.acceleration, isVirtualTime: settings.isVirtualTime,
            processors: settings.processors,
            megabytes: megabytes, kernel: prepared?.starter.path ?? image.kernel.image,
            initramfs: initramfs?.path, memory: prepared?.memory.path, console: console.path, port: port.path)
        var command = ChildCommand(emulator.program, arguments.list, timeout: settings.limit)
        // QEMU has nothing to save.
        command.grace = .milliseconds(300)
        let outcome = try await Self.run(command, watching: console, progress)
        // QEMU opens them by this process's descriptors.
        withExtendedLifetime((prepared, initramfs)) {}
        let text = MachineEnd.text(ofConsole: console.content())
        return Result(
            end: MachineEnd(
                outcome: outcome, console: text, stream: port.content(), limit: settings.limit,
                megabytes: megabytes),
            acceleration: choice, emulator: emulator, console: text,
            elapsed: MonotonicClock.elapsed(since: start), preparation: preparation,
            peakResidentBytes: outcome.peakResidentBytes, megabytes: megabytes)
    }

    /// The kernel holds the archive and its unpacked files at once; some 100 MiB are its own.
    static func memory(forArchive bytes: Int) -> Int {
        let needed = 128 + 3 * bytes / (1 << 20)
        return max(192, (needed + 63) / 64 * 64)
    }

    private static func run(
        _ command: ChildCommand, watching console: MemoryFile,
        _ progress: @escaping @Sendable (String) -> Void
    ) async throws -> ChildProcess.Outcome {
        try await withThrowingTaskGroup(of: ChildProcess.Outcome?.self) { group in
            group.addTask { try await ChildProcess.run(command) }
            group.addTask {
                var last: String?
                while !Task.isCancelled {
                    try? await Task.sleep(for: .milliseconds(200))
                    // A guest that writes without end is told by its last words too.
                    let size = console.size
                    let tail = MachineEnd.text(ofConsole: console.content(from: max(0, size - 4096)))
                    if let now = MachineEnd.lastProgress(in: tail), now != last {
                        last = now
                        progress(now)
                    }
                }
                return nil
            }
            while let next = try await group.next() {
                guard let outcome = next else { continue }
                group.cancelAll()
                return outcome
            }
            throw CancellationError()
        }
    }

    private static func entropy() -> [UInt8] { (0..<512).map { _ in .random(in: 0...255) } }

    private static func refuseForeignMachine() throws(EmulatorError) {
        #if !arch(x86_64)
            var name = utsname()
            uname(&name)
            throw .foreignMachine(
                withUnsafeBytes(of: name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) })
        #endif
    }
}
