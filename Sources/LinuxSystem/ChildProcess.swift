import CNetlab
import Glibc
import Synchronization

/// A running child in a session and process group of its own.
///
/// It dies with this process, even by SIGKILL (PR_SET_PDEATHSIG). When it ends, what is left of its group is
/// killed too. Its output is collected by a thread of its own, up to a bound.
public final class ChildProcess: Sendable {
    /// Also the number of its session and process group.
    public let processID: Int32
    /// The command as typed, for messages.
    public let commandLine: String

    let pipes: Mutex<Pipes?>
    let control: EventFD
    let state = Mutex(State())
    let command: ChildCommand
    let started: UInt64

    struct State {
        var standardOutput = CapturedOutput()
        var standardError = CapturedOutput()
        var ending: Outcome.Ending?
        /// From here on the process ID may belong to somebody else.
        var isReaped = false
        var outcome: Outcome?
        var waiting: [CheckedContinuation<Outcome, Never>] = []
    }

    /// This side's ends; the supervising thread takes them, since closing them is part of its work.
    struct Pipes: Sendable {
        /// `nil` if standard input is /dev/null.
        var input: OwnedFileDescriptor?
        var output: OwnedFileDescriptor
        var error: OwnedFileDescriptor
    }

    private init(processID: Int32, command: ChildCommand, pipes: Pipes, control: EventFD, started: UInt64) {
        self.processID = processID
        self.commandLine = command.commandLine
        self.command = command
        self.pipes = Mutex(pipes)
        self.control = control
        self.started = started
    }

    /// Starts a program and returns as soon as exec has succeeded.
    ///
    /// Kernel: vfork, in the child setsid, setns, prctl(PR_SET_PDEATHSIG, SIGKILL), execve; about 0.7 ms.
    /// Equivalent to: `ip netns exec NAME PROGRAM …`, without a new view of /sys.
    /// - Throws: `ChildProcessError.notFound` or `.start`; then there is no child.
    public static func start(_ command: ChildCommand) async throws(ChildProcessError) -> ChildProcess {
        let spawner: Spawner
        do {
            spawner = try Spawner.shared()
        } catch {
            throw .start(program: command.program, step: .prepare, cause: error)
        }
        let result = await withCheckedContinuation { continuation in
            spawner.enqueue { continuation.resume(returning: spawn(command)) }
        }
        return try result.get()
    }

    /// Runs a program to its end. Cancelling the task ends the child's group: SIGTERM, after the grace SIGKILL.
    ///
    /// - Returns: the outcome, whatever it is; see `Outcome.isSuccess` and `runChecked`.
    /// - Throws: `ChildProcessError.notFound` or `.start`.
    public static func run(_ command: ChildCommand) async throws(ChildProcessError) -> Outcome {
        let child = try await start(command)
        return await withTaskCancellationHandler {
            await child.outcome()
        } onCancel: {
            child.terminate(as: .cancelled)
        }
    }

    /// Runs a program that must succeed.
    ///
    /// - Throws: `ChildProcessError`, also `.failed` with its output for all but exit code 0.
    @discardableResult
    public static func runChecked(_ command: ChildCommand) async throws(ChildProcessError) -> Outcome {
        let outcome = try await run(command)
        guard outcome.isSuccess else { throw .failed(commandLine: command.commandLine, outcome) }
        return outcome
    }

    /// Waits for the end; may be asked by many, and again afterwards. Does not end the child if cancelled.
    public func outcome() async -> Outcome {
        await withCheckedContinuation { continuation in
            let known = state.withLock { state -> Outcome? in
                if state.outcome == nil { state.waiting.append(continuation) }
                return state.outcome
            }
            if let known { continuation.resume(returning: known) }
        }
    }

    /// What it has written so far.
    public var output: (standard: CapturedOutput, error: CapturedOutput) {
        state.withLock { ($0.standardOutput, $0.standardError) }
    }

    /// Whether its end has not been seen yet.
    public var isRunning: Bool { state.withLock { $0.outcome == nil } }

    /// Asks the group to end: SIGTERM, after the command's grace SIGKILL. Returns at once.
    public func terminate() {
        terminate(as: .requested)
    }

    /// Sends a signal to the child alone, for programs that take it as a request.
    ///
    /// - Throws: `SystemError` ESRCH if it has ended.
    public func send(_ signal: Int32) throws(SystemError) {
        let failure = state.withLock { state -> SystemError? in
            guard !state.isReaped, kill(processID, signal) == 0 else {
                return SystemError("kill", errno: ESRCH, on: "process \(processID)")
            }
            return nil
        }
        if let failure { throw failure }
    }

    private func terminate(as ending: Outcome.Ending) {
        state.withLock { state in
            if state.ending == nil { state.ending = ending }
        }
        control.signal()
    }

    // Runs on the spawner's thread.
    private static func spawn(_ command: ChildCommand) -> Result<ChildProcess, ChildProcessError> {
        guard let program = Program.find(command.program) else {
            return .failure(.notFound(program: command.program, searched: Program.searchPath))
        }
        let prepared: (Pipes, childEnds: [OwnedFileDescriptor], EventFD)
        do {
            prepared = try makePipes(command)
        } catch {
            return .failure(.start(program: command.program, step: .prepare, cause: error))
        }
        let (pipes, childEnds, control) = prepared
        var step: Int32 = 0
        let started = MonotonicClock.now()
        let files = command.files.sorted { $0.key < $1.key }
        let processID = withCStrings([command.program] + command.arguments) { arguments in
            withCStrings(command.environmentEntries) { environment in
                withCStrings(files.map(\.key)) { paths in
                    withCStrings(files.map(\.value)) { texts in
                        program.withCString { program in
                            withOptionalCString(command.directory) { directory in
                                var request = cnetlab_spawn(
                                    program: program, arguments: arguments, environment: environment,
                                    directory: directory,
                                    network_namespace: command.namespace?.fileDescriptor ?? -1,
                                    standard_input: childEnds[0].number,
                                    standard_output: childEnds[1].number,
                                    standard_error: childEnds[2].number, parent_death_signal: SIGKILL,
                                    file_paths: paths, file_texts: texts)
                                return cnetlab_spawn(&request, &step)
                            }
                        }
                    }
                }
            }
        }
        guard processID > 0 else {
            let failed = ChildProcessError.Step(step)
            let subject =
                switch failed {
                case .execute: program
                case .directory: command.directory ?? ""
                case .files: files.map(\.key).joined(separator: ", ")
                default: ""
                }
            let call =
                switch failed {
                case .directory: "chdir"
                case .files: "mount"
                default: failed.rawValue
                }
            return .failure(
                .start(program: command.program, step: failed, cause: .last(call, on: subject)))
        }
        let child = ChildProcess(
            processID: processID, command: command, pipes: pipes, control: control, started: started)
        do {
            _ = try HomeThread(name: "child \(processID)") { child.supervise() }
        } catch {
            kill(-processID, SIGKILL)
            var exit = cnetlab_exit()
            cnetlab_child_reap(processID, &exit)
            return .failure(.start(program: command.program, step: .prepare, cause: error))
        }
        return .success(child)
    }

    private static func makePipes(
        _ command: ChildCommand
    ) throws(SystemError) -> (Pipes, childEnds: [OwnedFileDescriptor], EventFD) {
        let output = try makePipe()
        let error = try makePipe()
        var input: OwnedFileDescriptor?
        let childInput: OwnedFileDescriptor
        if command.standardInput.isEmpty {
            childInput = try OwnedFileDescriptor(opening: "/dev/null")
        } else {
            let pipe = try makePipe()
            input = pipe.write
            childInput = pipe.read
        }
        for end in [input, output.read, error.read] {
            guard let end else { continue }
            guard fcntl(end.number, F_SETFL, O_NONBLOCK) == 0 else { throw .last("fcntl", on: "pipe") }
        }
        let pipes = Pipes(input: input, output: output.read, error: error.read)
        return (pipes, [childInput, output.write, error.write], try EventFD())
    }

    private static func makePipe() throws(SystemError) -> (
        read: OwnedFileDescriptor, write: OwnedFileDescriptor
    ) {
        var ends: [Int32] = [-1, -1]
        guard cnetlab_pipe(&ends) == 0 else { throw .last("pipe2") }
        return (OwnedFileDescriptor(adopting: ends[0]), OwnedFileDescriptor(adopting: ends[1]))
    }
}

private func withCStrings<Result>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> Result
) -> Result {
    var pointers = strings.map { strdup($0) }
    defer { for pointer in pointers { free(pointer) } }
    pointers.append(nil)
    return pointers.withUnsafeBufferPointer { body($0.baseAddress!) }
}

private func withOptionalCString<Result>(_ text: String?, _ body: (UnsafePointer<CChar>?) -> Result) -> Result
{
    guard let text else { return body(nil) }
    return text.withCString { body($0) }
}
